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

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Strings with escapes, whose other characters are decoded here and not by the JDK.
 */
class JsonTextTests {

    private static final long SEED = 20261128L;

    private static final String[] PIECES = { "a", "bcd ", "ä", "ü€", "世界", "\uFFFD", "\uD83D\uDE00", "\u0800", "\u07FF",
            "\u0080", "\uFFFF", "\uD7FF", "\uE000" };

    @Test
    void soundCharactersAreThoseThatTheJdkReads() {
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder("\\n");
            for (int piece = random.nextInt(12); piece >= 0; piece--) {
                text.append((random.nextInt(4) == 0) ? "\\n" : PIECES[random.nextInt(PIECES.length)]);
            }
            check(text.toString().getBytes(StandardCharsets.UTF_8), "seed " + SEED + ", string " + i);
        }
    }

    @Test
    void brokenCharactersBecomeWhatTheJdkMakesOfThem() {
        Random random = new Random(SEED);
        byte[] likely = { (byte) 0xC0, (byte) 0xC1, (byte) 0xC2, (byte) 0xDF, (byte) 0xE0, (byte) 0xED, (byte) 0xEF,
                (byte) 0xF0, (byte) 0xF4, (byte) 0xF5, (byte) 0xFF, (byte) 0x80, (byte) 0x9F, (byte) 0xA0, (byte) 0xBF,
                'a' };
        for (int i = 0; i < 50_000; i++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(new byte[] { '\\', 'n' });
            for (int next = random.nextInt(10); next >= 0; next--) {
                bytes.write(
                        (random.nextInt(4) == 0) ? 0x80 | random.nextInt(128) : likely[random.nextInt(likely.length)]);
            }
            check(bytes.toByteArray(), "seed " + SEED + ", bytes " + i);
        }
    }

    private static void check(byte[] bytes, String which) {
        byte[] quoted = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, quoted, 0, bytes.length);
        quoted[bytes.length] = '"';
        JsonText text = new JsonText();
        assertThat(text.scan(quoted, 0, quoted.length)).as(which).isEqualTo(quoted.length);
        assertThat(text.value()).as(which).isEqualTo(new String(bytes, StandardCharsets.UTF_8).replace("\\n", "\n"));
    }

}
