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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.github.llmhttp.ChatMessage;
import io.github.llmhttp.ChatRequest;
import org.jspecify.annotations.Nullable;

/**
 * A text in, texts out: up to a marker, or one.
 */
final class PromptTurns implements TurnDialect {

    private static final String STOP = "stop";

    private final byte @Nullable [] marker;

    PromptTurns(@Nullable String marker) {
        this.marker = (marker != null) ? marker.getBytes(StandardCharsets.UTF_8) : null;
    }

    @Override
    public boolean isModelOfSession() {
        return false;
    }

    @Override
    public byte[] turn(ChatRequest request, @Nullable String model) {
        if (request.messages().size() != 1 || !request.tools().isEmpty() || !request.fields().isEmpty()) {
            throw new IllegalArgumentException("A prompt is one message and nothing else");
        }
        ChatMessage message = request.messages().get(0);
        return JsonBody.textOnly(message).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public StreamDecoder decoder() {
        return this::decode;
    }

    private void decode(byte[] bytes, int offset, int length, ContentSink sink) {
        byte[] end = this.marker;
        boolean last = (end == null);
        if (end != null && Arrays.equals(bytes, offset, offset + length, end, 0, end.length)) {
            sink.finish(STOP);
            sink.end();
            return;
        }
        if (length > 0) {
            sink.text(new String(bytes, offset, length, StandardCharsets.UTF_8));
        }
        if (last) {
            sink.finish(STOP);
            sink.end();
        }
    }

}
