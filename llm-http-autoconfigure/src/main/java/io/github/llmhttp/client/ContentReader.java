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

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.Usage;
import io.github.llmhttp.provider.ContentSink;
import io.github.llmhttp.provider.ProviderError;
import io.github.llmhttp.provider.StreamDecoder;
import io.github.llmhttp.streaming.StreamCompletion;
import io.github.llmhttp.streaming.StreamFrames;
import reactor.core.CoreSubscriber;

/**
 * Reads a chat stream with the provider's decoder and holds it to the proof of its end.
 */
abstract class ContentReader<T> extends StreamReader<T> implements ContentSink {

    private final StreamDecoder decoder;

    private final StreamCompletion completion;

    private String finishReason = "";

    private boolean finished;

    ContentReader(CoreSubscriber<? super T> actual, StreamFrames frames, StreamDecoder decoder,
            StreamCompletion completion, Attempt attempt) {
        super(actual, frames, attempt);
        this.decoder = decoder;
        this.completion = completion;
    }

    @Override
    public final int recognize(byte[] bytes, int offset, int end) {
        return this.decoder.recognize(bytes, offset, end);
    }

    @Override
    public final boolean recognized() {
        attempt().call().eventArrived();
        this.decoder.recognized(this);
        return wantsMore();
    }

    @Override
    public final boolean payload(byte[] bytes, int offset, int length) {
        attempt().call().eventArrived();
        this.decoder.decode(bytes, offset, length, this);
        return wantsMore();
    }

    @Override
    public void finish(String reason) {
        this.finished = true;
        this.finishReason = reason;
        // Usage may take its time behind it
        contentArrived();
    }

    @Override
    public void usage(Usage usage) {
        attempt().call().usage(usage);
    }

    final String finishReason() {
        return this.finishReason;
    }

    @Override
    public void error(ProviderError error) {
        fail(() -> attempt().failures().reported(attempt().call(), error));
    }

    @Override
    final void bodyEnded(boolean withinEvent) {
        if (this.finished && this.completion == StreamCompletion.LENIENT) {
            return;
        }
        fail(() -> attempt().call()
            .failure(FailureKind.TRUNCATED)
            .detail(withinEvent ? "the stream ended within an event"
                    : this.finished ? "the stream ended after its finish reason but without its end marker"
                            : "the stream ended without its end marker")
            .key(this.finished ? "streaming.completion" : null)
            .toException());
    }

}
