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

import io.github.llmhttp.ChatRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's Responses API over WebSocket: the body of a request as one event, without what
 * belongs to HTTP.
 */
final class ResponsesTurns implements TurnDialect {

    @Override
    public boolean isModelOfSession() {
        return false;
    }

    @Override
    public byte[] turn(ChatRequest request, @Nullable String model) {
        ObjectNode body = OpenAiResponsesBody.tree(request, model);
        request.fields().forEach((name, value) -> body.set(name, JsonBody.field(name, value)));
        body.remove("stream");
        body.remove("background");
        return JsonBody.bytes(body.put("type", "response.create"));
    }

    @Override
    public StreamDecoder decoder() {
        return new OpenAiResponsesDecoder();
    }

}
