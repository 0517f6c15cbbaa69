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
import java.util.Locale;

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
 * Writes requests of OpenAI's chat completions.
 *
 * @param maxTokensField the field that limits the answer: compatible servers know only
 * the name that OpenAI's newer models refuse
 * @param modelRequired whether a request without a model is refused
 */
record OpenAiChatBody(String maxTokensField, boolean modelRequired) {

    byte[] write(ChatRequest request, @Nullable String model, boolean stream) {
        ObjectNode body = JsonBody.begin(request, model, this.modelRequired);
        if (!request.messages().isEmpty()) {
            ArrayNode messages = body.putArray("messages");
            request.messages().forEach((message) -> writeMessage(messages.addObject(), message));
        }
        JsonBody.putIfPresent(body, "temperature", request.temperature());
        JsonBody.putIfPresent(body, "top_p", request.topP());
        JsonBody.putIfPresent(body, this.maxTokensField, request.maxTokens());
        JsonBody.putIfFilled(body, "stop", request.stop());
        writeTools(body, request.tools());
        if (request.responseFormat() != null) {
            writeFormat(body.putObject("response_format"), request.responseFormat());
        }
        if (stream) {
            body.putObject("stream_options").put("include_usage", true);
        }
        return JsonBody.end(body, request, stream);
    }

    /**
     * Write tools as functions, if there are any.
     */
    static void writeTools(ObjectNode body, List<ChatTool> tools) {
        if (tools.isEmpty()) {
            return;
        }
        ArrayNode array = body.putArray("tools");
        for (ChatTool tool : tools) {
            ObjectNode function = array.addObject().put("type", "function").putObject("function");
            function.put("name", tool.name()).put("description", tool.description());
            JsonBody.putIfFilled(function, "parameters", tool.parameters());
        }
    }

    private static void writeMessage(ObjectNode node, ChatMessage message) {
        node.put("role", message.role().name().toLowerCase(Locale.ROOT));
        if (message.role() == ChatMessage.Role.TOOL) {
            node.put("tool_call_id", JsonBody.toolCallId(message));
        }
        if (message.parts().stream().allMatch(ContentPart.Text.class::isInstance)) {
            writeText(node, message);
        }
        else {
            ArrayNode content = node.putArray("content");
            message.parts().forEach((part) -> writePart(content.addObject(), part));
        }
        if (!message.toolCalls().isEmpty()) {
            ArrayNode calls = node.putArray("tool_calls");
            message.toolCalls().forEach((call) -> writeToolCall(calls.addObject(), call));
        }
    }

    private static void writeText(ObjectNode node, ChatMessage message) {
        if (message.parts().isEmpty() && !message.toolCalls().isEmpty()) {
            node.putNull("content");
        }
        else {
            node.put("content", message.text());
        }
    }

    private static void writePart(ObjectNode node, ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            node.put("type", "text").put("text", text.text());
        }
        else if (part instanceof ContentPart.Image image) {
            node.put("type", "image_url").putObject("image_url").put("url", JsonBody.url(image));
        }
    }

    private static void writeToolCall(ObjectNode node, ToolCall call) {
        node.put("id", call.id()).put("type", "function");
        node.putObject("function").put("name", call.name()).put("arguments", call.arguments());
    }

    private static void writeFormat(ObjectNode node, ResponseFormat format) {
        if (format.schema().isEmpty()) {
            node.put("type", "json_object");
            return;
        }
        ObjectNode schema = node.put("type", "json_schema").putObject("json_schema");
        schema.put("name", format.name()).put("strict", true).set("schema", JsonBody.tree(format.schema()));
    }

}
