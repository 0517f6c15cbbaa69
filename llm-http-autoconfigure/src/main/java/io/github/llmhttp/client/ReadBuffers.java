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

import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * One array a thread, into which network reads are copied to be scanned. Borrowed,
 * because a subscriber may start to read another stream while it receives an item.
 */
final class ReadBuffers {

    private static final int SIZE = 32 * 1024;

    private static final FastThreadLocal<byte @Nullable []> SPARE = new FastThreadLocal<>();

    private ReadBuffers() {
    }

    static byte[] borrow() {
        byte[] spare = SPARE.get();
        if (spare == null) {
            return new byte[SIZE];
        }
        SPARE.set(null);
        return spare;
    }

    static void giveBack(byte[] bytes) {
        SPARE.set(bytes);
    }

}
