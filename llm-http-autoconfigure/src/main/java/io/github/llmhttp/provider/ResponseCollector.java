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

import java.util.ArrayList;
import java.util.List;

import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.ToolCall;
import io.github.llmhttp.Usage;
import io.github.llmhttp.provider.ProviderDialect.ChatResult;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a whole answer means.
 */
final class ResponseCollector implements ContentSink {

    private final Pieces text = new Pieces();

    private final Pieces reasoning = new Pieces();

    private final List<ToolCall> toolCalls = new ArrayList<>();

    private String finishReason = "";

    private String model = "";

    private String id = "";

    private @Nullable Usage usage;

    private @Nullable ProviderError error;

    ChatResult result() {
        if (this.error != null) {
            return new ChatResult(null, this.error);
        }
        return new ChatResult(new ChatResponse(this.text.joined(), this.reasoning.joined(), this.toolCalls,
                this.finishReason, this.model, this.id, this.usage), null);
    }

    @Override
    public boolean isTextOnly() {
        return false;
    }

    @Override
    public void text(String text) {
        this.text.add(text);
    }

    @Override
    public void reasoning(String text) {
        this.reasoning.add(text);
    }

    @Override
    public void progress() {
        // A whole answer has no use for it
    }

    @Override
    public void toolCall(ToolCall call) {
        this.toolCalls.add(call);
    }

    @Override
    public void usage(Usage usage) {
        this.usage = usage;
    }

    @Override
    public void finish(String reason) {
        this.finishReason = reason;
    }

    @Override
    public void identity(String model, String id) {
        this.model = model;
        this.id = id;
    }

    @Override
    public void end() {
        // A whole answer ends with its body
    }

    @Override
    public void error(ProviderError error) {
        this.error = error;
    }

}
