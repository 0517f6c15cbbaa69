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

import io.github.llmhttp.streaming.PayloadSink;

/**
 * Reads the payloads of one stream. Holds that stream's state.
 */
public interface StreamDecoder {

    /**
     * Look whether the bytes begin with a payload that this decoder recognizes as a
     * whole.
     * @param bytes array with UTF-8
     * @param offset where a payload begins
     * @param end end of the bytes that are there
     * @return length of the payload, in which there is no line end, or
     * {@link PayloadSink#UNKNOWN}
     */
    default int recognize(byte[] bytes, int offset, int end) {
        return PayloadSink.UNKNOWN;
    }

    /**
     * Read the payload that was recognized last.
     * @param sink receives what it means
     */
    default void recognized(ContentSink sink) {
        throw new IllegalStateException("nothing was recognized");
    }

    /**
     * Read one payload.
     * @param bytes array with the payload as UTF-8
     * @param offset its first byte
     * @param length its number of bytes
     * @param sink receives what it means
     * @throws MalformedPayloadException if it is not what the protocol allows
     */
    void decode(byte[] bytes, int offset, int length, ContentSink sink);

}
