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

import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.ToolCall;
import io.github.llmhttp.Usage;
import io.github.llmhttp.provider.StreamDecoder;
import io.github.llmhttp.streaming.StreamCompletion;
import io.github.llmhttp.streaming.StreamFrames;
import reactor.core.CoreSubscriber;

/**
 * Reads a chat stream into one whole answer.
 */
final class WholeAnswerReader extends ContentReader<ChatResponse> {

    private final CollectedAnswer answer;

    /** Whether what has come is worth more than another attempt. */
    private final boolean keepsParts;

    private boolean completed;

    WholeAnswerReader(CoreSubscriber<? super ChatResponse> actual, StreamFrames frames, StreamDecoder decoder,
            StreamCompletion completion, Attempt attempt, CollectedAnswer answer, boolean keepsParts) {
        super(actual, frames, decoder, completion, attempt);
        this.answer = answer;
        this.keepsParts = keepsParts;
    }

    @Override
    public boolean isTextOnly() {
        return false;
    }

    @Override
    public void text(String text) {
        progress();
        this.answer.text(text);
    }

    @Override
    public void reasoning(String text) {
        progress();
        this.answer.reasoning(text);
    }

    @Override
    public void progress() {
        if (this.keepsParts) {
            contentArrived();
        }
    }

    @Override
    public void toolCall(ToolCall call) {
        progress();
        this.answer.toolCall(call);
    }

    @Override
    public void usage(Usage usage) {
        super.usage(usage);
        this.answer.usage(usage);
    }

    @Override
    public void identity(String model, String id) {
        this.answer.identity(model, id);
    }

    @Override
    void completing() {
        if (!this.completed) {
            this.completed = true;
            emit(this.answer.response(finishReason()));
        }
    }

}
