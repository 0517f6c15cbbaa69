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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.streaming.StreamFrames;
import reactor.core.CoreSubscriber;

/**
 * Reads the raw payloads of any stream.
 */
final class DataReader extends StreamReader<String> {

    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    DataReader(CoreSubscriber<? super String> actual, StreamFrames frames, Attempt attempt) {
        super(actual, frames, attempt);
    }

    @Override
    public boolean payload(byte[] bytes, int offset, int length) {
        attempt().call().eventArrived();
        if (isDone(bytes, offset, length)) {
            end();
        }
        else {
            emit(new String(bytes, offset, length, StandardCharsets.UTF_8));
        }
        return wantsMore();
    }

    private static boolean isDone(byte[] bytes, int offset, int length) {
        return length == DONE.length && Arrays.equals(bytes, offset, offset + length, DONE, 0, DONE.length);
    }

    @Override
    void bodyEnded(boolean withinEvent) {
        if (withinEvent) {
            fail(() -> attempt().call()
                .failure(FailureKind.TRUNCATED)
                .detail("the stream ended within an event")
                .toException());
        }
    }

}
