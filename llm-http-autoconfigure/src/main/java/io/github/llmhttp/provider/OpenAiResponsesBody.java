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
 * Writes requests of OpenAI's Responses API.
 */
final class OpenAiResponsesBody {

    private OpenAiResponsesBody() {
    }

    static byte[] write(ChatRequest request, @Nullable String model, boolean stream) {
        return JsonBody.end(tree(request, model), request, stream);
    }

    /** What the request says, without its own fields. */
    static ObjectNode tree(ChatRequest request, @Nullable String model) {
        if (!request.stop().isEmpty()) {
            throw new IllegalArgumentException(
                    "The Responses API has no stop texts; use provider 'openai' or leave them out");
        }
        ObjectNode body = JsonBody.begin(request, model, true);
        if (!request.messages().isEmpty()) {
            ArrayNode input = body.putArray("input");
            request.messages().forEach((message) -> writeMessage(input, message));
        }
        JsonBody.putIfPresent(body, "temperature", request.temperature());
        JsonBody.putIfPresent(body, "top_p", request.topP());
        JsonBody.putIfPresent(body, "max_output_tokens", request.maxTokens());
        if (!request.tools().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            request.tools().forEach((tool) -> writeTool(tools.addObject(), tool));
        }
        if (request.responseFormat() != null) {
            writeFormat(body.putObject("text").putObject("format"), request.responseFormat());
        }
        return body;
    }

    private static void writeMessage(ArrayNode input, ChatMessage message) {
        if (message.role() == ChatMessage.Role.TOOL) {
            ObjectNode result = input.addObject().put("type", "function_call_output");
            result.put("call_id", JsonBody.toolCallId(message)).put("output", JsonBody.textOnly(message));
            return;
        }
        if (!message.parts().isEmpty()) {
            ObjectNode node = input.addObject().put("role", message.role().name().toLowerCase(Locale.ROOT));
            writeContent(node, message);
        }
        for (ToolCall call : message.toolCalls()) {
            ObjectNode node = input.addObject().put("type", "function_call").put("call_id", call.id());
            node.put("name", call.name()).put("arguments", call.arguments());
        }
    }

    private static void writeContent(ObjectNode node, ChatMessage message) {
        if (message.parts().stream().allMatch(ContentPart.Text.class::isInstance)) {
            node.put("content", message.text());
            return;
        }
        ArrayNode content = node.putArray("content");
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.Text text) {
                content.addObject().put("type", "input_text").put("text", text.text());
            }
            else if (part instanceof ContentPart.Image image) {
                content.addObject().put("type", "input_image").put("image_url", JsonBody.url(image));
            }
        }
    }

    private static void writeTool(ObjectNode node, ChatTool tool) {
        node.put("type", "function").put("name", tool.name()).put("description", tool.description());
        // As with chat completions; this API would make any schema a strict one
        node.put("strict", false).set("parameters", JsonBody.objectSchema(tool.parameters()));
    }

    private static void writeFormat(ObjectNode node, ResponseFormat format) {
        if (format.schema().isEmpty()) {
            node.put("type", "json_object");
            return;
        }
        node.put("type", "json_schema").put("name", format.name()).put("strict", true);
        node.set("schema", JsonBody.tree(format.schema()));
    }

}
