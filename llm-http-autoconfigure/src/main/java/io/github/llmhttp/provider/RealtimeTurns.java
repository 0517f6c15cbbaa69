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
import io.github.llmhttp.ContentPart;
import io.github.llmhttp.ToolCall;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's Realtime API, text only. Each turn is a response outside the session's
 * conversation, with all of its input: what a lost session knew is not missed.
 */
final class RealtimeTurns implements TurnDialect {

    @Override
    public boolean isModelOfSession() {
        return true;
    }

    @Override
    public byte[] turn(ChatRequest request, @Nullable String model) {
        if (!request.stop().isEmpty() || request.responseFormat() != null) {
            throw new IllegalArgumentException("The Realtime API has neither stop texts nor response formats");
        }
        JsonBody.begin(request, model, true);
        ObjectNode event = JsonBody.MAPPER.createObjectNode().put("type", "response.create");
        ObjectNode response = event.putObject("response").put("conversation", "none");
        response.putArray("output_modalities").add("text");
        ArrayNode input = response.putArray("input");
        request.messages().forEach((message) -> write(input, message));
        JsonBody.putIfPresent(response, "max_output_tokens", request.maxTokens());
        JsonBody.putIfPresent(response, "temperature", request.temperature());
        if (!request.tools().isEmpty()) {
            ArrayNode tools = response.putArray("tools");
            request.tools().forEach((tool) -> {
                ObjectNode node = tools.addObject().put("type", "function").put("name", tool.name());
                node.put("description", tool.description()).set("parameters", JsonBody.objectSchema(tool.parameters()));
            });
        }
        request.fields().forEach((name, value) -> response.set(name, JsonBody.field(name, value)));
        return JsonBody.bytes(event);
    }

    private static void write(ArrayNode input, ChatMessage message) {
        if (message.role() == ChatMessage.Role.TOOL) {
            input.addObject()
                .put("type", "function_call_output")
                .put("call_id", JsonBody.toolCallId(message))
                .put("output", JsonBody.textOnly(message));
            return;
        }
        if (!message.parts().isEmpty()) {
            ObjectNode node = input.addObject().put("type", "message");
            ArrayNode content = node.put("role", message.role().name().toLowerCase(Locale.ROOT)).putArray("content");
            boolean said = (message.role() == ChatMessage.Role.ASSISTANT);
            message.parts().forEach((part) -> write(content, part, said ? "output_text" : "input_text"));
        }
        for (ToolCall call : message.toolCalls()) {
            input.addObject()
                .put("type", "function_call")
                .put("call_id", call.id())
                .put("name", call.name())
                .put("arguments", call.arguments());
        }
    }

    private static void write(ArrayNode content, ContentPart part, String textType) {
        if (part instanceof ContentPart.Text text) {
            content.addObject().put("type", textType).put("text", text.text());
        }
        else if (part instanceof ContentPart.Image image) {
            content.addObject().put("type", "input_image").put("image_url", JsonBody.url(image));
        }
    }

    @Override
    public StreamDecoder decoder() {
        return new OpenAiResponsesDecoder();
    }

}
