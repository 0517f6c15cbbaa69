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

package io.github.llmhttp.streaming;

/**
 * Receives the payloads of a stream, one call each.
 */
@FunctionalInterface
public interface PayloadSink {

    /** The bytes do not begin with a payload that is recognized. */
    int UNKNOWN = -1;

    /**
     * Look whether the bytes begin with a payload that this sink recognizes as a whole,
     * so that nobody has to search for its end. It is not read before {@link #recognized}
     * says so.
     * @param bytes array with UTF-8
     * @param offset where a payload begins
     * @param end end of the bytes that are there
     * @return length of the payload, in which there is no line end, or {@link #UNKNOWN}
     */
    default int recognize(byte[] bytes, int offset, int end) {
        return UNKNOWN;
    }

    /**
     * The payload that was recognized last is complete.
     * @return whether more payloads are wanted
     */
    default boolean recognized() {
        throw new IllegalStateException("nothing was recognized");
    }

    /**
     * A payload is complete. The bytes are valid during this call only.
     * @param bytes array with the payload as UTF-8
     * @param offset its first byte
     * @param length its number of bytes
     * @return whether more payloads are wanted; {@code false} at the end marker
     */
    boolean payload(byte[] bytes, int offset, int length);

}
