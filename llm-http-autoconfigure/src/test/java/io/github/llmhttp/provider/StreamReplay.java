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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.github.llmhttp.streaming.PayloadSink;
import io.github.llmhttp.streaming.StreamFrames;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads a stream as a client does, cut in every way that matters, and demands the same
 * from each.
 */
final class StreamReplay {

    private static final int[] SIZES = { Integer.MAX_VALUE, 1, 2, 3, 0, 0, 0 };

    private StreamReplay() {
    }

    static List<String> events(ProviderDialect dialect, String stream) {
        return events(dialect, stream, false);
    }

    static List<String> texts(ProviderDialect dialect, String stream) {
        return events(dialect, stream, true);
    }

    private static List<String> events(ProviderDialect dialect, String stream, boolean textOnly) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> whole = List.of();
        for (int i = 0; i < SIZES.length; i++) {
            RecordingSink sink = new RecordingSink(textOnly);
            replay(dialect, bytes, SIZES[i], random, sink);
            if (i == 0) {
                whole = sink.events();
            }
            assertThat(sink.events()).as("pieces of %d bytes, seed %d", SIZES[i], seed).isEqualTo(whole);
        }
        return whole;
    }

    private static void replay(ProviderDialect dialect, byte[] bytes, int size, Random random, RecordingSink sink) {
        StreamFrames frames = (dialect.streamFormat() == StreamFormat.SSE) ? StreamFrames.sse(1 << 20)
                : StreamFrames.ndjson(1 << 20);
        StreamDecoder decoder = dialect.decoder();
        PayloadSink payloads = new DecodingSink(decoder, sink, () -> !sink.hasEnded());
        int position = 0;
        while (position < bytes.length && !sink.hasEnded()) {
            int wanted = (size != 0) ? size : 1 + random.nextInt(100);
            int length = Math.min(wanted, bytes.length - position);
            byte[] piece = Arrays.copyOfRange(bytes, position, position + length);
            frames.read(piece, 0, length, payloads);
            Arrays.fill(piece, (byte) '#');
            position += length;
        }
        if (!sink.hasEnded()) {
            frames.end(payloads);
        }
    }

}
