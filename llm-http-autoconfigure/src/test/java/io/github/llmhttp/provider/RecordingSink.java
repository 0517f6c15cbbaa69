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

import io.github.llmhttp.ToolCall;
import io.github.llmhttp.Usage;

/**
 * Writes down what a decoder says, one line each.
 */
final class RecordingSink implements ContentSink {

    private final List<String> events = new ArrayList<>();

    private final boolean textOnly;

    private boolean ended;

    RecordingSink(boolean textOnly) {
        this.textOnly = textOnly;
    }

    List<String> events() {
        return this.events;
    }

    boolean hasEnded() {
        return this.ended;
    }

    @Override
    public boolean isTextOnly() {
        return this.textOnly;
    }

    @Override
    public void text(String text) {
        this.events.add("text " + text);
    }

    @Override
    public void reasoning(String text) {
        this.events.add("reasoning " + text);
    }

    @Override
    public void progress() {
        this.events.add("progress");
    }

    @Override
    public void toolCall(ToolCall call) {
        this.events.add("tool " + call.id() + " " + call.name() + " " + call.arguments());
    }

    @Override
    public void usage(Usage usage) {
        this.events.add("usage " + usage.inputTokens() + " " + usage.outputTokens() + " " + usage.cachedInputTokens()
                + " " + usage.reasoningTokens());
    }

    @Override
    public void finish(String reason) {
        this.events.add("finish " + reason);
    }

    @Override
    public void identity(String model, String id) {
        this.events.add("identity " + model + " " + id);
    }

    @Override
    public void end() {
        this.ended = true;
        this.events.add("end");
    }

    @Override
    public void error(ProviderError error) {
        this.ended = true;
        this.events
            .add("error " + error.kind() + " " + error.effectiveStatus() + " " + error.type() + " " + error.message());
    }

}
