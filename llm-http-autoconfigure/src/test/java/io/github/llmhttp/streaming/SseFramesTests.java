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
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The rules are those of the WHATWG's HTML standard, section 9.2.6.
 */
class SseFramesTests {

    private static final long LIMIT = 1 << 20;

    private static final long SEED = new Random().nextLong();

    static Stream<Arguments> rules() {
        return Stream.of(rule("lines end with LF", "data: a\n\ndata: b\n\n", "a", "b"),
                rule("lines end with CR", "data: a\r\rdata: b\r\r", "a", "b"),
                rule("lines end with CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", "a", "b"),
                rule("line ends mix", "data: a\r\n\ndata: b\n\rdata: c\r\r\n", "a", "b", "c"),
                rule("LF CR are two line ends", "data: a\n\rdata: b\n\r", "a", "b"),
                rule("CRLF is one line end", "data: a\r\ndata: b\r\n\r\n", "a\nb"),
                rule("CR of CRLF ends the event at once", "data: a\r\n\r", "a"),
                rule("byte order mark at the start is dropped", "\uFEFFdata: a\n\n", "a"),
                rule("byte order mark alone is no event", "\uFEFF\n\ndata: a\n\n", "a"),
                rule("second byte order mark belongs to the field name", "\uFEFF\uFEFFdata: a\n\n"),
                rule("byte order mark later belongs to the field name", "data: a\n\n\uFEFFdata: b\n\n", "a"),
                rule("byte order mark in data is data", "data: \uFEFFa\n\n", "\uFEFFa"),
                rule("comments are ignored", ":\n: ping\n:data: x\ndata: a\n:between\ndata: b\n\n: after\n\n", "a\nb"),
                rule("comments alone are no event", ": ping\n\n: ping\n\n"),
                rule("blank lines are no event", "\n\n\r\n\r\r\ndata: a\n\n\n\n", "a"),
                rule("data without colon is an empty line", "data\n\n", ""),
                rule("data without colon twice is two empty lines", "data\ndata\n\n", "\n"),
                rule("data with colon alone is an empty line", "data:\n\n", ""),
                rule("empty first line is kept", "data:\ndata: a\n\n", "\na"),
                rule("empty last line is kept", "data: a\ndata\n\n", "a\n"),
                rule("space after the colon is optional", "data:a\n\ndata: b\n\n", "a", "b"),
                rule("only one space is dropped", "data:  a \n\n", " a "),
                rule("a space alone is dropped", "data: \n\n", ""), rule("a tab is kept", "data:\ta\n\n", "\ta"),
                rule("colons in the value are kept", "data: a: b\n\ndata::\n\n", "a: b", ":"),
                rule("lines are joined by LF", "data: a\ndata: b\r\ndata: c\r\r", "a\nb\nc"),
                rule("other fields split no data", "data: a\nid: 1\ndata: b\n\n", "a\nb"),
                rule("unknown fields are ignored", "foo: x\ndata: a\nbar\n\n", "a"),
                rule("names must fit whole", "dat: x\ndata : x\ndatas: x\n data: x\nDATA: x\ndata: a\n\n", "a"),
                rule("event names change no data", "event: ping\ndata: a\n\nevent\ndata: b\n\n", "a", "b"),
                rule("an event name alone is no event", "event: ping\n\n"),
                rule("id and its NUL are ignored", "id: 1\u0000\ndata: a\n\nid\n\n", "a"),
                rule("a bad retry is ignored", "retry: soon\ndata: a\n\nretry: 99999999999999999999\n\n", "a"),
                rule("half an event is dropped at the end", "data: a\n\ndata: b\n", "a"),
                rule("half a line is dropped at the end", "data: a\n\ndata: b", "a"),
                rule("half a line end is enough for the last event", "data: a\n\ndata: b\r\n\r", "a", "b"),
                rule("nothing is nothing", ""), rule("characters are not cut", "data: é€😀ü\n\n", "é€😀ü"),
                rule("NUL is data", "data: a\u0000b\n\n", "a\u0000b"),
                rule("long lines are whole", "data: " + "x".repeat(5000) + "\n\ndata: a\n\n", "x".repeat(5000), "a"));
    }

    private static Arguments rule(String name, String stream, String... payloads) {
        return Arguments.of(name, stream, List.of(payloads));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    @Covers(FaultRow.ANY_CUTTING)
    void payloadsAreThoseOfTheRulesHoweverTheBytesAreCut(String name, String stream, List<String> payloads) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        for (int size : Cuts.SIZES) {
            assertThat(Cuts.payloads(StreamFrames.sse(LIMIT), bytes, size, SEED))
                .as("pieces of %d bytes, seed %d", size, SEED)
                .isEqualTo(payloads);
        }
    }

    @Test
    void payloadInOneLineIsNotCopied() {
        byte[] bytes = "event: x\ndata: abc\n\n".getBytes(StandardCharsets.UTF_8);
        List<byte[]> arrays = new ArrayList<>();
        StreamFrames.sse(LIMIT).read(bytes, 0, bytes.length, (array, offset, length) -> {
            assertThat(offset).isEqualTo(15);
            assertThat(length).isEqualTo(3);
            return arrays.add(array);
        });
        assertThat(arrays).hasSize(1);
        assertThat(arrays.get(0)).isSameAs(bytes);
    }

    @Test
    void nothingIsReadBehindTheLastPayloadThatIsWanted() {
        byte[] bytes = "data: a\n\ndata: b\n\ndata: c\n\n".getBytes(StandardCharsets.UTF_8);
        List<Integer> offsets = new ArrayList<>();
        int read = StreamFrames.sse(LIMIT).read(bytes, 0, bytes.length, (array, offset, length) -> {
            offsets.add(offset);
            return offsets.size() < 2;
        });
        assertThat(offsets).hasSize(2);
        assertThat(read).isEqualTo(18);
    }

    @Test
    void unfinishedEventIsHeldUntilItsBlankLine() {
        StreamFrames frames = StreamFrames.sse(LIMIT);
        assertThat(frames.isWithinEvent()).isFalse();
        feed(frames, "da");
        assertThat(frames.isWithinEvent()).isTrue();
        feed(frames, "ta: a\n");
        assertThat(frames.isWithinEvent()).isTrue();
        feed(frames, "\n");
        assertThat(frames.isWithinEvent()).isFalse();
        feed(frames, "data: b");
        frames.end((array, offset, length) -> true);
        assertThat(frames.isWithinEvent()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("tooLarge")
    @Covers(FaultRow.ANY_CUTTING)
    void eventAboveTheLimitFailsHoweverTheBytesAreCut(String stream) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        for (int size : Cuts.SIZES) {
            assertThatExceptionOfType(FrameTooLargeException.class)
                .isThrownBy(() -> Cuts.payloads(StreamFrames.sse(100), bytes, size, SEED))
                .satisfies((ex) -> assertThat(ex.limit()).isEqualTo(100));
        }
    }

    static Stream<String> tooLarge() {
        return Stream.of("data: " + "x".repeat(95) + "\n\n", "data: " + "x".repeat(200), "data: abcdefghi\n".repeat(12),
                ":" + "x".repeat(100), "x".repeat(101));
    }

    @Test
    void eventAtTheLimitPasses() {
        byte[] bytes = ("data: " + "x".repeat(94) + "\n\n").getBytes(StandardCharsets.UTF_8);
        for (int size : Cuts.SIZES) {
            assertThat(Cuts.payloads(StreamFrames.sse(100), bytes, size, SEED)).containsExactly("x".repeat(94));
        }
    }

    @Test
    void commentsWithinAnEventDoNotAddUp() {
        byte[] bytes = ("data: a\n" + ": ping\n".repeat(1000) + "\n").getBytes(StandardCharsets.UTF_8);
        assertThat(Cuts.payloads(StreamFrames.sse(100), bytes, 0, SEED)).containsExactly("a");
    }

    private static void feed(StreamFrames frames, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        frames.read(bytes, 0, bytes.length, (array, offset, length) -> true);
    }

}
