/*
 * Copyright 2026 the llm-http authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.llmhttp.provider;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Jackson is the reference.
 */
class JsonCursorTests {

    private static final int DOCUMENTS = 2000;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final JsonCursor json = new JsonCursor();

    @Test
    void anyDocumentIsReadAsTheReferenceReadsIt() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < DOCUMENTS; i++) {
            String document = new RandomJson(random).object(0);
            byte[] bytes = ("##" + document + "##").getBytes(StandardCharsets.UTF_8);
            this.json.open(bytes, 2, bytes.length - 4);
            ObjectNode read = MAPPER.createObjectNode();
            readFields(read);
            this.json.close();
            assertThat(read).as("seed %d, document %s", seed, document).isEqualTo(reference(document));
        }
    }

    @Test
    void anyDamageIsFoundIfTheReferenceFindsIt() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] bytes = new RandomJson(random).object(0).getBytes(StandardCharsets.UTF_8);
            damage(bytes, random);
            String document = new String(bytes, StandardCharsets.UTF_8);
            assertThat(isAccepted(document)).as("seed %d, document %s", seed, document)
                .isEqualTo(isAcceptedByReference(document));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "{", "}", "[]", "\"a\"", "1", "null", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}",
            "{\"a\":1 \"b\":2}", "{\"a\":[1,]}", "{\"a\":[,1]}", "{\"a\":[1 2]}", "{\"a\":[1}", "{\"a\":{]}", "{a:1}",
            "{'a':1}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":+1}", "{\"a\":-}", "{\"a\":1e}", "{\"a\":NaN}",
            "{\"a\":tru}", "{\"a\":truex}", "{\"a\":nul", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\u12",
            "{\"a\":\"\\", "{\"a\":\"b", "{\"a\":\"\n\"}", "{\"a\":\"\u0000\"}", "{\"a\":1}x", "{\"a\":1}{}",
            "{\"a\":1}}", "\u00a0{}", "{/* */}" })
    void whatIsNoJsonObjectIsRefused(String document) {
        assertThat(isAccepted(document)).isFalse();
    }

    @Test
    void depthIsLimited() {
        assertThat(isAccepted("{\"a\":" + "[".repeat(255) + "]".repeat(255) + "}")).isTrue();
        assertThat(isAccepted("{\"a\":" + "[".repeat(256) + "]".repeat(256) + "}")).isFalse();
        assertThat(isAccepted("{\"a\":" + "[".repeat(1_000_000))).isFalse();
    }

    @Test
    void messageNamesThePlaceAndNotTheContent() {
        byte[] bytes = "###{\"secret\":\"hidden\" x}".getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(MalformedPayloadException.class).isThrownBy(() -> {
            this.json.open(bytes, 3, bytes.length - 3);
            this.json.nextField();
            this.json.skip();
            this.json.nextField();
        }).withMessageContaining("at byte 19 of 21").withMessageNotContainingAny("secret", "hidden");
    }

    @Test
    void brokenCharactersAreReplaced() {
        byte[] bytes = { '{', '"', 'a', '"', ':', '"', 'b', (byte) 0xC3, 'c', (byte) 0xFF, '\\', 'n', (byte) 0xE2, '"',
                '}' };
        this.json.open(bytes, 0, bytes.length);
        assertThat(this.json.nextField()).isTrue();
        assertThat(this.json.text()).isEqualTo("b\uFFFDc\uFFFD\n\uFFFD");
        assertThat(this.json.nextField()).isFalse();
        this.json.close();
    }

    @Test
    void valuesOfOtherTypesAreSkipped() {
        byte[] bytes = "{\"a\":{\"b\":[1]},\"c\":[{}],\"d\":null,\"e\":\"x\",\"f\":12.9,\"g\":-7,\"h\":1e3}"
            .getBytes(StandardCharsets.UTF_8);
        this.json.open(bytes, 0, bytes.length);
        this.json.nextField();
        assertThat(this.json.text()).isNull();
        this.json.nextField();
        assertThat(this.json.enterObject()).isFalse();
        this.json.nextField();
        assertThat(this.json.enterArray()).isFalse();
        this.json.nextField();
        assertThat(this.json.number(5)).isEqualTo(5);
        this.json.nextField();
        assertThat(this.json.number(0)).isEqualTo(12);
        this.json.nextField();
        assertThat(this.json.number(0)).isEqualTo(-7);
        this.json.nextField();
        assertThat(this.json.number(0)).isEqualTo(1000);
        assertThat(this.json.nextField()).isFalse();
        this.json.close();
    }

    @Test
    void earlierValueIsReadAgain() {
        byte[] bytes = "{\"a\": \"x\", \"b\": [1, 2], \"c\": {}}".getBytes(StandardCharsets.UTF_8);
        this.json.open(bytes, 0, bytes.length);
        this.json.nextField();
        int mark = this.json.mark();
        this.json.skip();
        this.json.nextField();
        assertThat(this.json.json()).isEqualTo("[1, 2]");
        this.json.nextField();
        this.json.skip();
        assertThat(this.json.nextField()).isFalse();
        this.json.close();
        this.json.moveTo(mark);
        assertThat(this.json.text()).isEqualTo("x");
    }

    private static void damage(byte[] bytes, Random random) {
        byte[] damages = "\"\\{}[]:,0x .-e\n".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i <= random.nextInt(2); i++) {
            int index = random.nextInt(bytes.length);
            // A half character would be replaced here and refused by the reference
            if (bytes[index] >= 0) {
                bytes[index] = damages[random.nextInt(damages.length)];
            }
        }
    }

    private boolean isAccepted(String document) {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        try {
            this.json.open(bytes, 0, bytes.length);
            while (this.json.nextField()) {
                this.json.skip();
            }
            this.json.close();
            return true;
        }
        catch (MalformedPayloadException ex) {
            return false;
        }
    }

    private static boolean isAcceptedByReference(String document) {
        try {
            return reference(document).isObject();
        }
        catch (JacksonException ex) {
            return false;
        }
    }

    private static JsonNode reference(String document) {
        return MAPPER.reader()
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .readTree(document);
    }

    private void readFields(ObjectNode target) {
        while (this.json.nextField()) {
            String name = RandomJson.fieldName(this.json);
            target.set(name, value());
        }
    }

    private JsonNode value() {
        int mark = this.json.mark();
        String text = this.json.json();
        this.json.moveTo(mark);
        switch (text.charAt(0)) {
            case '{' -> {
                ObjectNode object = MAPPER.createObjectNode();
                this.json.enterObject();
                readFields(object);
                return object;
            }
            case '[' -> {
                ArrayNode array = MAPPER.createArrayNode();
                this.json.enterArray();
                while (this.json.nextElement()) {
                    array.add(value());
                }
                return array;
            }
            case '"' -> {
                return MAPPER.getNodeFactory().stringNode(this.json.text());
            }
            case 't', 'f' -> {
                return MAPPER.getNodeFactory().booleanNode(this.json.isTrue());
            }
            case 'n' -> {
                this.json.skip();
                return MAPPER.getNodeFactory().nullNode();
            }
            default -> {
                return number(text);
            }
        }
    }

    private JsonNode number(String text) {
        long whole = this.json.number(Long.MIN_VALUE);
        if (text.matches("-?\\d+")) {
            return MAPPER.getNodeFactory().numberNode((int) whole);
        }
        assertThat(whole).isEqualTo((long) Double.parseDouble(text));
        return MAPPER.getNodeFactory().numberNode(new BigDecimal(text));
    }

}
