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

package io.github.llmhttp.test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Bytes that mean nothing, that come one by one, or that nobody asked for.
 */
class GarbleTests {

    private static final String STREAM = "{\"stream\":true}";

    @AutoClose
    private final MockLlmServer llm = MockLlmServer.start();

    @ParameterizedTest
    @ValueSource(strings = { TestClient.CHAT, "/v1/responses", "/v1/messages", "/api/chat", "/api/generate" })
    void aGarbledPieceIsAnEventOfNoJsonAndNoText(String path) throws IOException {
        this.llm.script(Reply.text("one", "two", "three").fault(Fault.garble(Moment.afterTokens(1))));
        String seen = post(path).latin1();
        assertThat(seen).contains("\"one\"", "\u00FFtwo\u00FF", "\"three\"")
            .doesNotContain("\"two\"")
            .endsWith("\r\n0\r\n\r\n");
        String line = seen.lines().filter((candidate) -> candidate.contains("two")).findFirst().orElseThrow();
        assertThat(line).startsWith(path.startsWith("/api") ? "\u00FF" : "data: \u00FF");
        assertNoUtf8(line);
        assertThat(this.llm.call().tokensWritten()).isEqualTo(3);
        assertThat(this.llm.call().isComplete()).isTrue();
    }

    @Test
    void theEndMarkerIsGarbled() throws IOException {
        this.llm.script(Reply.text("one").fault(Fault.garble(Moment.BEFORE_END_MARKER)));
        assertThat(post(TestClient.CHAT).latin1()).contains("data: \u00FFDONE\u00FF\n\n").doesNotContain("[DONE]");
    }

    @Test
    void aWholeAnswerIsGarbledWithinItsLength() throws IOException {
        this.llm.script(Reply.text("one").fault(Fault.garble(Moment.HEADERS)));
        try (RawClient client = new RawClient(this.llm)) {
            String seen = client.post(TestClient.CHAT, "{}").read().latin1();
            assertThat(seen).contains("\u00FF\u00FFid\u00FF:\u00FFchatcmpl-").endsWith("\r\n0\r\n\r\n");
            assertThat(client.post(TestClient.CHAT, "{}").read().text()).contains("200 OK");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "ACCEPT", "REQUEST_HEAD", "REQUEST", "INSIDE_STATUS_LINE", "INSIDE_HEADERS" })
    void aHeadThatIsGarbledIsNoHttpAndNothingFollows(String name) throws IOException {
        Moment moment = switch (name) {
            case "ACCEPT" -> Moment.ACCEPT;
            case "REQUEST_HEAD" -> Moment.REQUEST_HEAD;
            case "REQUEST" -> Moment.REQUEST;
            case "INSIDE_STATUS_LINE" -> Moment.INSIDE_STATUS_LINE;
            default -> Moment.INSIDE_HEADERS;
        };
        this.llm.script(Reply.text("one").fault(Fault.garble(moment)));
        RawClient.Seen seen = post(TestClient.CHAT);
        assertThat(seen.end()).isEqualTo(RawClient.End.SILENCE);
        assertThat(seen.latin1()).contains("\u00FF\u00FE\u0000garbled").doesNotContain("one");
        assertNoUtf8(seen.latin1());
    }

    @Test
    void aMessageThatIsOverCanBeFollowedByGarbage() throws IOException {
        this.llm.script(Reply.text("one").fault(Fault.garble(Moment.AFTER_END_MARKER)),
                Reply.text("one").fault(Fault.garble(Moment.COMPLETE)));
        assertThat(post(TestClient.CHAT).latin1()).containsSubsequence("[DONE]", "garbled", "\r\n0\r\n\r\n");
        assertThat(post(TestClient.CHAT).latin1()).containsSubsequence("[DONE]", "\r\n0\r\n\r\n", "garbled");
    }

    @Test
    void headersDripByteByByte() throws IOException {
        Duration interval = Duration.ofMillis(3);
        this.llm.script(Reply.status(204).fault(Fault.drip(Moment.REQUEST, interval)));
        long start = System.nanoTime();
        RawClient.Seen seen = post(TestClient.CHAT);
        long length = seen.text().length();
        assertThat(seen.text()).startsWith("HTTP/1.1 204").endsWith("\r\n\r\n");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(interval.multipliedBy(length - 1));
        assertThat(this.llm.call().isComplete()).isTrue();
    }

    @Test
    void aDripBeginsAtItsMomentAndEndsWithItsReply() throws IOException {
        this.llm.script(Reply.text("one", "two").fault(Fault.drip(Moment.afterTokens(1), Duration.ZERO)),
                Reply.text("next"));
        try (RawClient client = new RawClient(this.llm)) {
            assertThat(client.post(TestClient.CHAT, STREAM).read().text()).containsSubsequence("\"one\"", "\"two\"",
                    "[DONE]", "\r\n0\r\n\r\n");
            assertThat(client.post(TestClient.CHAT, "{}").read().text()).contains("next");
        }
        assertThat(this.llm.connections().accepted()).isEqualTo(1);
    }

    @Test
    void aClientMayLeaveADrip() throws IOException {
        this.llm.script(Reply.text("one").fault(Fault.drip(Moment.HEADERS, Duration.ofMillis(20))));
        try (RawClient client = new RawClient(this.llm)) {
            client.post(TestClient.CHAT, STREAM);
            this.llm.awaitCalls(1, TestClient.LIMIT);
        }
        this.llm.awaitCancelled(1, TestClient.LIMIT);
        this.llm.awaitOpenConnections(0, TestClient.LIMIT);
    }

    @Test
    void aSecondResponseFollowsTheFirst() throws IOException {
        this.llm.script(Reply.text("one").fault(Fault.surplus()), Reply.text("two").fault(Fault.surplus((byte) 'x')));
        try (RawClient client = new RawClient(this.llm)) {
            String[] parts = client.post(TestClient.CHAT, STREAM).read().text().split("\r\n0\r\n\r\n", 2);
            assertThat(parts[0]).contains("one", "[DONE]");
            assertThat(parts[1]).startsWith("HTTP/1.1 200 OK\r\n").endsWith("{\"error\":\"nobody asked for me\"}");
            assertThat(parts[1].split("\r\n\r\n")[1]).hasSize(31);
            assertThat(client.post(TestClient.CHAT, STREAM).read().text()).contains("two").endsWith("\r\n0\r\n\r\nx");
        }
        assertThat(this.llm.calls()).allMatch(RecordedCall::isComplete);
    }

    @Test
    void bytesThatNobodyAskedForComeOnIdleConnectionsOnly() throws IOException {
        this.llm.script(Reply.text("one"), Reply.failing(Fault.stall(Moment.REQUEST)));
        try (RawClient idle = new RawClient(this.llm); RawClient busy = new RawClient(this.llm)) {
            idle.post(TestClient.CHAT, "{}").read();
            busy.post(TestClient.CHAT, "{}");
            this.llm.awaitCalls(2, TestClient.LIMIT);
            byte[] surplus = "surplus".getBytes(StandardCharsets.US_ASCII);
            // Not even while the test waits for the server does one block the other
            assertThat(this.llm.await((now) -> now.sendUnasked(surplus) == 1, TestClient.LIMIT)).isTrue();
            assertThat(idle.read().text()).isEqualTo("surplus");
            assertThat(busy.read(RawClient.SILENCE).text()).isEmpty();
        }
    }

    @Test
    void faultsThatMakeNoSenseAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Fault.drip(Moment.COMPLETE, Duration.ZERO))
            .withMessage("There is no fault DRIP at the moment COMPLETE");
        assertThatIllegalArgumentException().isThrownBy(() -> Fault.endEarly(Moment.INSIDE_HEADERS))
            .withMessageContaining("INSIDE_HEADERS");
        assertThatIllegalArgumentException().isThrownBy(() -> Fault.drip(Moment.HEADERS, Duration.ofMillis(-1)))
            .withMessageContaining("negative");
    }

    private RawClient.Seen post(String path) throws IOException {
        try (RawClient client = new RawClient(this.llm)) {
            return client.post(path, STREAM).read();
        }
    }

    private static void assertNoUtf8(String latin1) {
        assertThatExceptionOfType(CharacterCodingException.class).isThrownBy(() -> StandardCharsets.UTF_8.newDecoder()
            .decode(ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1))));
    }

}
