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

package io.github.llmhttp.client;

import java.util.ArrayList;
import java.util.List;

import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.ToolCall;
import io.github.llmhttp.Usage;
import io.github.llmhttp.call.CallContext;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.DataBufferLimitException;

/**
 * A streamed answer that is put together. Written by the thread that reads; what came so
 * far can be had by any.
 */
final class CollectedAnswer {

    private final CallContext call;

    private final long maxChars;

    private final StringBuilder text = new StringBuilder();

    private final StringBuilder reasoning = new StringBuilder();

    private final List<ToolCall> toolCalls = new ArrayList<>();

    private String model = "";

    private String id = "";

    private @Nullable Usage usage;

    CollectedAnswer(CallContext call, long maxChars) {
        this.call = call;
        this.maxChars = maxChars;
    }

    synchronized void text(String piece) {
        this.text.append(piece);
        checkSize();
    }

    synchronized void reasoning(String piece) {
        this.reasoning.append(piece);
        checkSize();
    }

    private void checkSize() {
        if ((long) this.text.length() + this.reasoning.length() > this.maxChars) {
            throw new DataBufferLimitException("The answer is over its limit");
        }
    }

    synchronized void toolCall(ToolCall call) {
        this.toolCalls.add(call);
    }

    synchronized void usage(Usage usage) {
        this.usage = usage;
    }

    synchronized void identity(String model, String id) {
        this.model = model;
        this.id = id;
    }

    synchronized boolean isEmpty() {
        return this.text.isEmpty() && this.reasoning.isEmpty() && this.toolCalls.isEmpty();
    }

    synchronized ChatResponse response(String finishReason) {
        return new ChatResponse(this.text.toString(), this.reasoning.toString(), this.toolCalls, finishReason,
                this.model, this.id, this.usage, this.call.client(), this.call.endpoint());
    }

}
