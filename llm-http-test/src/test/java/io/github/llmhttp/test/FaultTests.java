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
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Each fault at each moment, seen by a plain socket.
 */
@ExtendWith(OutputCaptureExtension.class)
class FaultTests {

    private static final String STREAM = "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}";

    /**
     * What can be on the wire, in its order.
     */
    private static final List<String> MARKS = List.of("HTTP/1.1 200 OK", "\r\n\r\n", "\"role\":\"assistant\"",
            "\"content\":\"one\"", "\"content\":\"two\"", "\"content\":\"three\"", "\"finish_reason\":\"stop\"",
            "\"prompt_tokens\"", "[DONE]", "\r\n0\r\n\r\n");

    @AutoClose
    private final MockLlmServer llm = MockLlmServer.start();

    static Stream<Arguments> faults() {
        List<Arguments> cases = new ArrayList<>();
        for (Fault.Kind kind : List.of(Fault.Kind.RESET, Fault.Kind.TRUNCATE, Fault.Kind.STALL)) {
            cases.add(Arguments.of(Fault.of(kind, Moment.ACCEPT), 0));
            cases.add(Arguments.of(Fault.of(kind, Moment.REQUEST_HEAD), 0));
            cases.add(Arguments.of(Fault.of(kind, Moment.REQUEST), 0));
            cases.add(Arguments.of(Fault.of(kind, Moment.INSIDE_STATUS_LINE), 0));
            cases.add(Arguments.of(Fault.of(kind, Moment.INSIDE_HEADERS), 1));
            cases.add(Arguments.of(Fault.of(kind, Moment.HEADERS), 2));
            cases.add(Arguments.of(Fault.of(kind, Moment.FIRST_TOKEN), 3));
            cases.add(Arguments.of(Fault.of(kind, Moment.insideToken(1)), 3));
            cases.add(Arguments.of(Fault.of(kind, Moment.unterminatedToken(1)), 4));
            cases.add(Arguments.of(Fault.of(kind, Moment.afterTokens(1)), 4));
            cases.add(Arguments.of(Fault.of(kind, Moment.insideToken(2)), 4));
            cases.add(Arguments.of(Fault.of(kind, Moment.afterTokens(3)), 6));
            cases.add(Arguments.of(Fault.of(kind, Moment.LAST_TOKEN), 6));
            cases.add(Arguments.of(Fault.of(kind, Moment.BEFORE_END_MARKER), 8));
            cases.add(Arguments.of(Fault.of(kind, Moment.INSIDE_END_MARKER), 8));
            cases.add(Arguments.of(Fault.of(kind, Moment.AFTER_END_MARKER), 9));
            cases.add(Arguments.of(Fault.of(kind, Moment.COMPLETE), 10));
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultTakesThePlaceOfWhatWouldHaveCome(Fault fault, int marks) throws IOException {
        this.llm.script(Reply.text("one", "two", "three").fault(fault));
        boolean silent = marks == 0 && fault.moment() != Moment.INSIDE_STATUS_LINE;
        RawClient.Seen seen = stream(silent ? RawClient.SILENCE : 5000);
        assertThat(seen.end()).isEqualTo(switch (fault.kind()) {
            case RESET -> RawClient.End.RST;
            case STALL -> RawClient.End.SILENCE;
            default -> RawClient.End.FIN;
        });
        assertMarks(seen, marks);
    }

    @Test
    void anEarlyEndIsACompleteMessageOnAConnectionThatGoesOn() throws IOException {
        List<Moment> moments = List.of(Moment.HEADERS, Moment.FIRST_TOKEN, Moment.afterTokens(2), Moment.LAST_TOKEN,
                Moment.BEFORE_END_MARKER);
        try (RawClient client = new RawClient(this.llm)) {
            for (Moment moment : moments) {
                this.llm.script(Reply.text("one", "two", "three").fault(Fault.endEarly(moment)));
                RawClient.Seen seen = client.post(TestClient.CHAT, STREAM).read();
                assertThat(seen.end()).isEqualTo(RawClient.End.SILENCE);
                assertThat(seen.text()).endsWith("0\r\n\r\n").doesNotContain("[DONE]");
            }
        }
        assertThat(this.llm.connections().accepted()).isEqualTo(1);
        assertThat(this.llm.calls()).hasSize(5).noneMatch(RecordedCall::isComplete);
    }

    @Test
    void anEarlyEndNeedsAResponse() {
        assertThatIllegalArgumentException().isThrownBy(() -> Fault.endEarly(Moment.REQUEST))
            .withMessageContaining("REQUEST");
    }

    @Test
    void aWholeAnswerIsCutWithinItsBody() throws IOException {
        this.llm.script(Reply.text("one", "two", "three").fault(Fault.truncate(Moment.afterTokens(2))));
        try (RawClient client = new RawClient(this.llm)) {
            RawClient.Seen seen = client.post(TestClient.CHAT, "{}").read();
            assertThat(seen.end()).isEqualTo(RawClient.End.FIN);
            String[] parts = seen.text().split("\r\n\r\n", 2);
            int length = Integer.parseInt(parts[0].replaceAll("(?is).*content-length: (\\d+).*", "$1"));
            assertThat(parts[1].length()).isEqualTo(length / 2);
        }
    }

    @Test
    void aFaultAtAcceptIsUsedUpByAConnectionOnly() throws IOException {
        try (RawClient client = new RawClient(this.llm)) {
            client.post(TestClient.CHAT, "{}").read();
            this.llm.script(Reply.failing(Fault.reset(Moment.ACCEPT)), Reply.text("next"));
            assertThat(client.post(TestClient.CHAT, "{}").read().text()).contains("next");
            assertThat(this.llm.remaining()).isEqualTo(1);
        }
        assertThat(stream(5000).end()).isEqualTo(RawClient.End.RST);
        assertThat(this.llm.remaining()).isZero();
    }

    @Test
    void aFaultHappensAtTheTimeOfWhatItReplaces() throws IOException {
        this.llm.script(Reply.failing(Fault.truncate(Moment.FIRST_TOKEN)).firstAfter(Duration.ofMillis(80)));
        long start = System.nanoTime();
        assertThat(stream(5000).end()).isEqualTo(RawClient.End.FIN);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(80_000_000);
    }

    @Test
    void aBrokenReplyIsNeitherCompleteNorCancelled() throws IOException {
        this.llm.script(Reply.text("one", "two").fault(Fault.truncate(Moment.afterTokens(1))));
        stream(5000);
        this.llm.awaitOpenConnections(0, TestClient.LIMIT);
        assertThat(this.llm.call().isComplete()).isFalse();
        assertThat(this.llm.call().isCancelled()).isFalse();
        assertThat(this.llm.call().tokensWritten()).isEqualTo(1);
        assertThat(this.llm.connections().closedByClient()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = { "RESET", "TRUNCATE" })
    void aFaultThatComesAfterTheClientHasLeftIsACancelledCall(Fault.Kind kind, CapturedOutput output)
            throws IOException {
        try (RawClient client = new RawClient(this.llm)) {
            this.llm.otherwise((call) -> {
                leave(client);
                return Reply.text("one").fault(Fault.of(kind, Moment.HEADERS));
            });
            client.post(TestClient.CHAT, STREAM);
            this.llm.awaitCalls(1, TestClient.LIMIT);
            this.llm.awaitOpenConnections(0, TestClient.LIMIT);
        }
        assertThat(this.llm.call().isCancelled()).isTrue();
        assertThat(this.llm.connections().closedByClient()).isEqualTo(1);
        assertThat(output).doesNotContain("WARN");
    }

    @Test
    void aClientThatLeavesAStallIsCancelled() throws IOException {
        this.llm.script(Reply.failing(Fault.stall(Moment.REQUEST)));
        stream(RawClient.SILENCE);
        this.llm.awaitCancelled(1, TestClient.LIMIT);
        assertThat(this.llm.connections().closedByClient()).isEqualTo(1);
    }

    @Test
    void connectionsAreRefusedDuringAnOutageOnly() throws Exception {
        try (RawClient before = new RawClient(this.llm)) {
            // One that is not accepted yet is reset with the listening socket
            this.llm.awaitOpenConnections(1, TestClient.LIMIT);
            try (MockLlmServer.Outage outage = this.llm.refuse()) {
                assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> new RawClient(this.llm));
                assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> new RawClient(this.llm));
                assertThat(before.post(TestClient.CHAT, "{}").read().text()).contains("200 OK");
            }
        }
        assertThat(new TestClient(this.llm).post(TestClient.CHAT, "{}").statusCode()).isEqualTo(200);
    }

    @Test
    void aServerThatIsClosedDuringAnOutageStaysDown() throws IOException {
        MockLlmServer other = MockLlmServer.start();
        try (MockLlmServer.Outage outage = other.refuse()) {
            other.close();
        }
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> new RawClient(other));
    }

    @Test
    void allConnectionsCanBeClosed() throws IOException {
        this.llm.script(Reply.failing(Fault.stall(Moment.FIRST_TOKEN)));
        try (RawClient client = new RawClient(this.llm)) {
            client.post(TestClient.CHAT, STREAM);
            this.llm.awaitCalls(1, TestClient.LIMIT);
            this.llm.closeConnections();
            assertThat(client.read().end()).isEqualTo(RawClient.End.FIN);
        }
        this.llm.awaitOpenConnections(0, TestClient.LIMIT);
        assertThat(this.llm.connections().closedByClient()).isZero();
    }

    @Test
    void rawBodiesAndWireBytesGoOutAsTheyAre() throws IOException {
        this.llm.script(Reply.raw("text/event-stream", bytes("data: a\n"), bytes("\ndata: b")),
                Reply.raw("text/plain", bytes("ab"), bytes("cd")).closeDelimited(),
                Reply.wire(bytes("HTTP/1.1 2"), bytes("00 OK\r\n\r\nx")).fault(Fault.truncate(Moment.LAST_TOKEN)));
        try (RawClient client = new RawClient(this.llm)) {
            assertThat(client.post("/any/path", "{}").read().text())
                .endsWith("\r\n8\r\ndata: a\n\r\n8\r\n\ndata: b\r\n0\r\n\r\n");
            RawClient.Seen closed = client.post("/any/path", "{}").read();
            assertThat(closed.text()).endsWith("\r\n\r\nabcd").doesNotContain("chunked");
            assertThat(closed.end()).isEqualTo(RawClient.End.FIN);
        }
        try (RawClient client = new RawClient(this.llm)) {
            RawClient.Seen seen = client.post("/any/path", "{}").read();
            assertThat(seen.text()).isEqualTo("HTTP/1.1 200 OK\r\n\r\nx");
            assertThat(seen.end()).isEqualTo(RawClient.End.FIN);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        this.llm.script(Reply.text("first").firstAfter(Duration.ofMillis(30)), Reply.text("second"));
        try (RawClient client = new RawClient(this.llm)) {
            String text = client.post(TestClient.CHAT, "{}").post(TestClient.CHAT, "{}").read().text();
            assertThat(text.indexOf("first")).isPositive().isLessThan(text.indexOf("second"));
        }
    }

    private static void leave(RawClient client) {
        try {
            client.reset();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private RawClient.Seen stream(int firstByte) throws IOException {
        try (RawClient client = new RawClient(this.llm)) {
            try {
                client.post(TestClient.CHAT, STREAM);
            }
            catch (IOException ex) {
                return new RawClient.Seen("", RawClient.End.RST);
            }
            return client.read(firstByte);
        }
    }

    private static void assertMarks(RawClient.Seen seen, int number) {
        int from = 0;
        for (String mark : MARKS.subList(0, number)) {
            assertThat(seen.text().indexOf(mark, from)).as(mark).isGreaterThanOrEqualTo(from);
            from = seen.text().indexOf(mark, from);
        }
        for (String mark : MARKS.subList(number, MARKS.size())) {
            assertThat(seen.text()).doesNotContain(mark);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

}
