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

import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ToolCall;
import io.github.llmhttp.Usage;
import io.github.llmhttp.provider.StreamDecoder;
import io.github.llmhttp.streaming.StreamCompletion;
import io.github.llmhttp.streaming.StreamFrames;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/**
 * Reads all events of a chat stream. Usage and finish come once, at its end.
 */
final class EventReader extends ContentReader<ChatEvent> {

    private String model = "";

    private @Nullable Usage usage;

    private boolean completed;

    EventReader(CoreSubscriber<? super ChatEvent> actual, StreamFrames frames, StreamDecoder decoder,
            StreamCompletion completion, Attempt attempt) {
        super(actual, frames, decoder, completion, attempt);
    }

    @Override
    public boolean isTextOnly() {
        return false;
    }

    @Override
    public void text(String text) {
        emit(new ChatEvent.Text(text));
    }

    @Override
    public void reasoning(String text) {
        emit(new ChatEvent.Reasoning(text));
    }

    @Override
    public void progress() {
        // What is not whole yet is not delivered
        contentArrived();
    }

    @Override
    public void toolCall(ToolCall call) {
        emit(new ChatEvent.Tool(call));
    }

    @Override
    public void usage(Usage usage) {
        super.usage(usage);
        this.usage = usage;
    }

    @Override
    public void identity(String model, String id) {
        this.model = model;
    }

    @Override
    void completing() {
        if (this.completed) {
            return;
        }
        this.completed = true;
        if (this.usage != null) {
            emit(new ChatEvent.Billed(this.usage));
        }
        emit(new ChatEvent.Finish(finishReason(), this.model));
    }

}
