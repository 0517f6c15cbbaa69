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

import java.util.List;
import java.util.Map;

import io.github.llmhttp.ChatMessage;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ContentPart;
import io.github.llmhttp.ToolCall;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the bodies of requests have in common.
 */
final class JsonBody {

    static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Behind "backslash u": what stands for a character that does not exist. */
    private static final byte[] REPLACEMENT = { 'F', 'F', 'F', 'D' };

    private JsonBody() {
    }

    /**
     * Begin a body with the model.
     * @param required whether the provider refuses a request without a model
     */
    static ObjectNode begin(ChatRequest request, @Nullable String model, boolean required) {
        ObjectNode body = MAPPER.createObjectNode();
        String chosen = (request.model() != null) ? request.model() : model;
        if (chosen != null) {
            body.put("model", chosen);
        }
        else if (required && !request.fields().containsKey("model")) {
            throw new MissingModelException();
        }
        return body;
    }

    /**
     * Put the request's own fields over the others. Whether the answer streams is not for
     * them to say: the client would wait for the other form.
     */
    static void putFields(ObjectNode body, ChatRequest request, boolean stream) {
        request.fields().forEach((name, value) -> body.set(name, field(name, value)));
        body.put("stream", stream);
    }

    static JsonNode field(String name, Object value) {
        try {
            return MAPPER.valueToTree(value);
        }
        catch (JacksonException ex) {
            // Without the cause, which may show what the request says
            throw new IllegalArgumentException(
                    "The request's field '" + name + "' cannot be written as JSON: " + ex.getClass().getSimpleName());
        }
    }

    static byte[] bytes(ObjectNode body) {
        byte[] bytes = MAPPER.writeValueAsBytes(body);
        replaceHalfPairs(bytes);
        return bytes;
    }

    // Pairs are written as UTF-8: a surrogate that is escaped lacks the other half
    private static void replaceHalfPairs(byte[] json) {
        for (int i = 0; i < json.length - 1; i++) {
            if (json[i] == '\\') {
                i++;
                if (json[i] == 'u' && (json[i + 1] == 'D' || json[i + 1] == 'd') && json[i + 2] >= '8') {
                    System.arraycopy(REPLACEMENT, 0, json, i + 1, REPLACEMENT.length);
                }
            }
        }
    }

    static byte[] end(ObjectNode body, ChatRequest request, boolean stream) {
        putFields(body, request, stream);
        return bytes(body);
    }

    static void putIfPresent(ObjectNode node, String name, @Nullable Double value) {
        if (value != null) {
            node.put(name, value);
        }
    }

    static void putIfPresent(ObjectNode node, String name, @Nullable Integer value) {
        if (value != null) {
            node.put(name, value);
        }
    }

    static void putIfFilled(ObjectNode node, String name, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = node.putArray(name);
            values.forEach(array::add);
        }
    }

    static void putIfFilled(ObjectNode node, String name, Map<String, Object> values) {
        if (!values.isEmpty()) {
            node.set(name, tree(values));
        }
    }

    /**
     * The arguments of a tool call, for providers that want them as an object.
     */
    static ObjectNode arguments(ToolCall call) {
        try {
            if (MAPPER.readTree(call.arguments()) instanceof ObjectNode arguments) {
                return arguments;
            }
        }
        catch (JacksonException ex) {
            throw noObject(call);
        }
        throw noObject(call);
    }

    // Without the cause, which shows the arguments
    private static IllegalArgumentException noObject(ToolCall call) {
        return new IllegalArgumentException("The arguments of tool call '" + call.id() + "' are not a JSON object");
    }

    /**
     * The id that a tool's result must have.
     */
    static String toolCallId(ChatMessage message) {
        if (message.toolCallId() == null) {
            throw new IllegalArgumentException("A tool's result needs the id of the call that it answers");
        }
        return message.toolCallId();
    }

    /**
     * The text of a message where a provider takes nothing else.
     */
    static String textOnly(ChatMessage message) {
        if (!message.parts().stream().allMatch(ContentPart.Text.class::isInstance)) {
            throw new IllegalArgumentException("A message of role " + message.role() + " may hold text only");
        }
        return message.text();
    }

    /**
     * A schema for providers that demand one, even of tools without parameters.
     */
    static JsonNode objectSchema(Map<String, Object> schema) {
        return tree(schema.isEmpty() ? Map.of("type", "object", "properties", Map.of()) : schema);
    }

    /**
     * The address of an image, whose content may be part of the address.
     */
    static String url(ContentPart.Image image) {
        return (image.url() != null) ? image.url() : "data:" + image.mediaType() + ";base64," + image.base64();
    }

    static JsonNode tree(Object value) {
        try {
            return MAPPER.valueToTree(value);
        }
        catch (JacksonException ex) {
            // Without the cause, which may show what the request says
            throw new IllegalArgumentException(
                    "A part of the request cannot be written as JSON: " + ex.getClass().getSimpleName());
        }
    }

}
