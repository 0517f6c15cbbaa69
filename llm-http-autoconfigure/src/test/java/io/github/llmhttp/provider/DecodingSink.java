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

import java.util.function.BooleanSupplier;

import io.github.llmhttp.streaming.PayloadSink;

/**
 * Hands payloads to a decoder, as a client does.
 *
 * @param decoder the decoder
 * @param sink hears what they mean
 * @param more whether more are wanted
 */
record DecodingSink(StreamDecoder decoder, ContentSink sink, BooleanSupplier more) implements PayloadSink {

    @Override
    public int recognize(byte[] bytes, int offset, int end) {
        return this.decoder.recognize(bytes, offset, end);
    }

    @Override
    public boolean recognized() {
        this.decoder.recognized(this.sink);
        return this.more.getAsBoolean();
    }

    @Override
    public boolean payload(byte[] bytes, int offset, int length) {
        this.decoder.decode(bytes, offset, length, this.sink);
        return this.more.getAsBoolean();
    }

}
