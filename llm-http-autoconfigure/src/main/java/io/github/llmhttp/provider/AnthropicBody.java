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
import java.util.stream.Collectors;

import io.github.llmhttp.ChatMessage;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatTool;
import io.github.llmhttp.ContentPart;
import io.github.llmhttp.ResponseFormat;
import io.github.llmhttp.ToolCall;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes requests of Anthropic's Messages API.
 */
final class AnthropicBody {

    /**
     * The API demands a limit. This one is the highest that every model takes; an answer
     * that it cuts says so by its finish reason {@code max_tokens}.
     */
    static final int DEFAULT_MAX_TOKENS = 4096;

    private AnthropicBody() {
    }

    static byte[] write(ChatRequest request, @Nullable String model, boolean stream) {
        ObjectNode body = JsonBody.begin(request, model, true);
        body.put("max_tokens", (request.maxTokens() != null) ? request.maxTokens() : DEFAULT_MAX_TOKENS);
        String system = request.messages()
            .stream()
            .filter((message) -> message.role() == ChatMessage.Role.SYSTEM)
            .map(JsonBody::textOnly)
            .collect(Collectors.joining("\n\n"));
        if (!system.isEmpty()) {
            body.put("system", system);
        }
        writeMessages(body, request.messages());
        JsonBody.putIfPresent(body, "temperature", request.temperature());
        JsonBody.putIfPresent(body, "top_p", request.topP());
        JsonBody.putIfFilled(body, "stop_sequences", request.stop());
        if (!request.tools().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            request.tools().forEach((tool) -> writeTool(tools.addObject(), tool));
        }
        if (request.responseFormat() != null) {
            writeFormat(body, request.responseFormat());
        }
        return JsonBody.end(body, request, stream);
    }

    // The results of all tools of one turn belong into one message
    private static void writeMessages(ObjectNode body, List<ChatMessage> messages) {
        if (messages.isEmpty()) {
            return;
        }
        ArrayNode array = body.putArray("messages");
        ArrayNode results = null;
        for (ChatMessage message : messages) {
            if (message.role() == ChatMessage.Role.SYSTEM) {
                continue;
            }
            if (message.role() == ChatMessage.Role.TOOL) {
                results = (results != null) ? results : array.addObject().put("role", "user").putArray("content");
                writeResult(results.addObject(), message);
                continue;
            }
            results = null;
            boolean user = message.role() == ChatMessage.Role.USER;
            writeContent(array.addObject().put("role", user ? "user" : "assistant"), message);
        }
    }

    private static void writeResult(ObjectNode node, ChatMessage message) {
        node.put("type", "tool_result").put("tool_use_id", JsonBody.toolCallId(message));
        List<ContentPart> parts = filled(message);
        if (!parts.isEmpty()) {
            ArrayNode content = node.putArray("content");
            parts.forEach((part) -> writePart(content.addObject(), part));
        }
    }

    // Blocks without text are refused
    private static List<ContentPart> filled(ChatMessage message) {
        return message.parts()
            .stream()
            .filter((part) -> !(part instanceof ContentPart.Text text) || !text.text().isBlank())
            .toList();
    }

    private static void writeContent(ObjectNode node, ChatMessage message) {
        if (message.toolCalls().isEmpty() && message.parts().stream().allMatch(ContentPart.Text.class::isInstance)) {
            node.put("content", message.text());
            return;
        }
        ArrayNode content = node.putArray("content");
        filled(message).forEach((part) -> writePart(content.addObject(), part));
        for (ToolCall call : message.toolCalls()) {
            ObjectNode use = content.addObject().put("type", "tool_use").put("id", call.id()).put("name", call.name());
            use.set("input", JsonBody.arguments(call));
        }
    }

    private static void writePart(ObjectNode node, ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            node.put("type", "text").put("text", text.text());
        }
        else if (part instanceof ContentPart.Image image) {
            ObjectNode source = node.put("type", "image").putObject("source");
            if (image.url() != null) {
                source.put("type", "url").put("url", image.url());
            }
            else {
                source.put("type", "base64").put("media_type", image.mediaType()).put("data", image.base64());
            }
        }
    }

    private static void writeTool(ObjectNode node, ChatTool tool) {
        node.put("name", tool.name()).put("description", tool.description());
        node.set("input_schema", JsonBody.objectSchema(tool.parameters()));
    }

    private static void writeFormat(ObjectNode body, ResponseFormat format) {
        if (format.schema().isEmpty()) {
            throw new IllegalArgumentException(
                    "Anthropic has no format for any JSON object; give a schema, or ask for JSON in the prompt");
        }
        ObjectNode node = body.putObject("output_config").putObject("format").put("type", "json_schema");
        node.set("schema", JsonBody.tree(format.schema()));
    }

}
