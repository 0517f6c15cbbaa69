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

import io.github.llmhttp.ToolCall;
import io.github.llmhttp.provider.StreamDecoder;
import io.github.llmhttp.streaming.StreamCompletion;
import io.github.llmhttp.streaming.StreamFrames;
import reactor.core.CoreSubscriber;

/**
 * Reads the text of a chat stream and nothing else.
 */
final class TextReader extends ContentReader<String> {

    TextReader(CoreSubscriber<? super String> actual, StreamFrames frames, StreamDecoder decoder,
            StreamCompletion completion, Attempt attempt) {
        super(actual, frames, decoder, completion, attempt);
    }

    @Override
    public boolean isTextOnly() {
        return true;
    }

    @Override
    public void text(String text) {
        emit(text);
    }

    @Override
    public void reasoning(String text) {
        progress();
    }

    @Override
    public void progress() {
        // Not delivered: only text is wanted
        contentArrived();
    }

    @Override
    public void toolCall(ToolCall call) {
        progress();
    }

    @Override
    public void identity(String model, String id) {
        // Not delivered: only text is wanted
    }

}
