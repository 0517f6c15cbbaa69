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
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class NdjsonFramesTests {

    private static final long SEED = new Random().nextLong();

    static Stream<Arguments> rules() {
        return Stream.of(rule("lines end with LF", "{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}", "{\"b\":2}"),
                rule("lines end with CRLF", "{\"a\":1}\r\n{\"b\":2}\r\n", "{\"a\":1}", "{\"b\":2}"),
                rule("blank lines are skipped", "\n\r\n \t\n{}\n\n", "{}"),
                rule("blanks around a line are dropped", " {} \n", "{}"),
                rule("the last line may lack its end", "{\"a\":1}\n{\"b\":[2]}", "{\"a\":1}", "{\"b\":[2]}"),
                rule("half a last line is dropped", "{\"a\":1}\n{\"b\":{\"c\":2}", "{\"a\":1}"),
                rule("half a string is dropped", "{\"a\":1}\n{\"b\":\"}", "{\"a\":1}"),
                rule("brackets in strings do not count", "{\"a\":\"\\\"[{\"}", "{\"a\":\"\\\"[{\"}"),
                rule("characters are not cut", "{\"a\":\"é€😀\"}\n", "{\"a\":\"é€😀\"}"),
                rule("nothing is nothing", ""));
    }

    private static Arguments rule(String name, String stream, String... payloads) {
        return Arguments.of(name, stream, List.of(payloads));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void payloadsAreTheLinesHoweverTheBytesAreCut(String name, String stream, List<String> payloads) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        for (int size : Cuts.SIZES) {
            assertThat(Cuts.payloads(StreamFrames.ndjson(1 << 20), bytes, size, SEED))
                .as("pieces of %d bytes, seed %d", size, SEED)
                .isEqualTo(payloads);
        }
    }

    @Test
    void lineAboveTheLimitFailsHoweverTheBytesAreCut() {
        byte[] bytes = ("{}\n" + "x".repeat(101)).getBytes(StandardCharsets.UTF_8);
        for (int size : Cuts.SIZES) {
            assertThatExceptionOfType(FrameTooLargeException.class)
                .isThrownBy(() -> Cuts.payloads(StreamFrames.ndjson(100), bytes, size, SEED));
        }
    }

    @Test
    void lineInTheArrayIsNotCopied() {
        byte[] bytes = "{}\n{}\n".getBytes(StandardCharsets.UTF_8);
        int read = StreamFrames.ndjson(100).read(bytes, 0, bytes.length, (array, offset, length) -> {
            assertThat(array).isSameAs(bytes);
            return false;
        });
        assertThat(read).isEqualTo(3);
    }

}
