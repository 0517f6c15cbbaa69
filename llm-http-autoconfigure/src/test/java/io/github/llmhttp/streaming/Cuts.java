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

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Feeds frames with the same bytes, cut in every way that matters.
 */
final class Cuts {

    /** Sizes of the pieces: whole, 1 to 3 bytes, and 0 for random ones. */
    static final int[] SIZES = { Integer.MAX_VALUE, 1, 2, 3, 0 };

    private Cuts() {
    }

    static List<String> payloads(StreamFrames frames, byte[] bytes, int size, long seed) {
        List<String> payloads = new ArrayList<>();
        PayloadSink sink = (array, offset, length) -> payloads
            .add(new String(array, offset, length, StandardCharsets.UTF_8));
        pieces(bytes, size, seed, (piece) -> frames.read(piece, 2, piece.length - 4, sink));
        frames.end(sink);
        return payloads;
    }

    /**
     * Each piece lies within a larger array, which is spoiled when it has been read.
     */
    private static void pieces(byte[] bytes, int size, long seed, Consumer<byte[]> reader) {
        Random random = new Random(seed);
        int position = 0;
        while (position < bytes.length) {
            int wanted = (size != 0) ? size : 1 + random.nextInt(40);
            int length = Math.min(wanted, bytes.length - position);
            byte[] piece = new byte[length + 4];
            System.arraycopy(bytes, position, piece, 2, length);
            reader.accept(piece);
            Arrays.fill(piece, (byte) '#');
            position += length;
        }
    }

}
