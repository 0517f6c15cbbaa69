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

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds line ends in an array, eight bytes at a time.
 */
final class LineEnds {

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;

    private static final long HIGHS = 0x8080808080808080L;

    private static final long LF = ONES * '\n';

    private static final long CR = ONES * '\r';

    private LineEnds() {
    }

    /**
     * Find the first LF or CR.
     * @return its index, or {@code to} if there is none
     */
    static int lfOrCr(byte[] bytes, int from, int to) {
        int index = from;
        for (; index <= to - Long.BYTES; index += Long.BYTES) {
            long word = (long) WORD.get(bytes, index);
            long found = zeroBytes(word ^ LF) | zeroBytes(word ^ CR);
            if (found != 0) {
                return index + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (index < to && bytes[index] != '\n' && bytes[index] != '\r') {
            index++;
        }
        return index;
    }

    /**
     * Find the first LF.
     * @return its index, or {@code to} if there is none
     */
    static int lf(byte[] bytes, int from, int to) {
        int index = from;
        for (; index <= to - Long.BYTES; index += Long.BYTES) {
            long found = zeroBytes((long) WORD.get(bytes, index) ^ LF);
            if (found != 0) {
                return index + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (index < to && bytes[index] != '\n') {
            index++;
        }
        return index;
    }

    // The lowest bit that is set belongs to a true zero; those above may be carries
    private static long zeroBytes(long word) {
        return (word - ONES) & ~word & HIGHS;
    }

}
