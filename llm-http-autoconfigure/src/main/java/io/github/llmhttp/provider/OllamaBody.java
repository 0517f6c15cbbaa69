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

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import io.github.llmhttp.ChatMessage;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ContentPart;
import io.github.llmhttp.ToolCall;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes requests of Ollama's own API.
 */
final class OllamaBody {

    private static final String OPTIONS = "options";

    private OllamaBody() {
    }

    static byte[] write(ChatRequest request, @Nullable String model, boolean stream) {
        ObjectNode body = JsonBody.begin(request, model, true);
        writeMessages(body, request);
        OpenAiChatBody.writeTools(body, request.tools());
        if (request.responseFormat() != null) {
            Map<String, Object> schema = request.responseFormat().schema();
            body.set("format", JsonBody.tree(schema.isEmpty() ? "json" : schema));
        }
        JsonBody.putFields(body, request, stream);
        ObjectNode options = options(request);
        if (!options.isEmpty()) {
            body.set(OPTIONS, options);
        }
        return JsonBody.bytes(body);
    }

    // The one field in which those of the request and those of its setters meet
    private static ObjectNode options(ChatRequest request) {
        ObjectNode options = JsonBody.MAPPER.createObjectNode();
        JsonBody.putIfPresent(options, "temperature", request.temperature());
        JsonBody.putIfPresent(options, "top_p", request.topP());
        JsonBody.putIfPresent(options, "num_predict", request.maxTokens());
        JsonBody.putIfFilled(options, "stop", request.stop());
        if (request.fields().get(OPTIONS) != null
                && JsonBody.tree(request.fields().get(OPTIONS)) instanceof ObjectNode more) {
            options.setAll(more);
        }
        return options;
    }

    private static void writeMessages(ObjectNode body, ChatRequest request) {
        if (request.messages().isEmpty()) {
            return;
        }
        ArrayNode array = body.putArray("messages");
        Map<String, String> toolNames = new HashMap<>();
        for (ChatMessage message : request.messages()) {
            message.toolCalls().forEach((call) -> toolNames.put(call.id(), call.name()));
            ObjectNode node = array.addObject().put("role", message.role().name().toLowerCase(Locale.ROOT));
            node.put("content", message.text());
            writeImages(node, message);
            if (message.role() == ChatMessage.Role.TOOL) {
                // Ollama knows the tool by its name, and by the id since ids exist there
                String id = JsonBody.toolCallId(message);
                node.put("tool_name", toolNames.getOrDefault(id, id)).put("tool_call_id", id);
            }
            writeToolCalls(node, message);
        }
    }

    private static void writeImages(ObjectNode node, ChatMessage message) {
        ArrayNode images = null;
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.Image image) {
                if (image.base64() == null) {
                    throw new IllegalArgumentException("Ollama fetches no images; give the image's content");
                }
                images = (images != null) ? images : node.putArray("images");
                images.add(image.base64());
            }
        }
    }

    private static void writeToolCalls(ObjectNode node, ChatMessage message) {
        if (message.toolCalls().isEmpty()) {
            return;
        }
        ArrayNode calls = node.putArray("tool_calls");
        for (ToolCall call : message.toolCalls()) {
            ObjectNode function = calls.addObject().put("id", call.id()).putObject("function");
            function.put("name", call.name()).set("arguments", JsonBody.arguments(call));
        }
    }

}
