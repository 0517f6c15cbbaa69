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

import java.util.Arrays;

/**
 * Bytes kept between two reads. Has an array only while it holds something, because most
 * streams are silent most of the time.
 */
final class HeldBytes {

    private static final byte[] NONE = {};

    private static final int MIN_CAPACITY = 512;

    private byte[] array = NONE;

    private int length;

    byte[] array() {
        return this.array;
    }

    int length() {
        return this.length;
    }

    void append(byte[] bytes, int from, int to) {
        int count = to - from;
        if (count > this.array.length - this.length) {
            int doubled = (int) Math.min(Integer.MAX_VALUE - 8L, 2L * this.array.length);
            this.array = Arrays.copyOf(this.array,
                    Math.max(Math.addExact(this.length, count), Math.max(doubled, MIN_CAPACITY)));
        }
        System.arraycopy(bytes, from, this.array, this.length, count);
        this.length += count;
    }

    void release() {
        this.array = NONE;
        this.length = 0;
    }

}
