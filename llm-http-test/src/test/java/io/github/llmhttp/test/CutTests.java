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
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Moments in the middle of something.
 */
class CutTests {

    private static final String STREAM = "{\"stream\":true}";

    @AutoClose
    private final MockLlmServer llm = MockLlmServer.start();

    @Test
    void aStatusLineIsCutInItsStatus() throws IOException {
        this.llm.script(Reply.status(503).fault(Fault.truncate(Moment.INSIDE_STATUS_LINE)));
        RawClient.Seen seen = read(TestClient.CHAT);
        assertThat(seen.text()).isEqualTo("HTTP/1.1 5");
        assertThat(seen.end()).isEqualTo(RawClient.End.FIN);
    }

    @Test
    void headersAreCutInTheirMiddle() throws IOException {
        this.llm.script(Reply.status(503).fault(Fault.truncate(Moment.INSIDE_HEADERS)));
        assertThat(read(TestClient.CHAT).text()).startsWith("HTTP/1.1 503 Service Unavailable\r\n")
            .containsIgnoringCase("content-type")
            .doesNotContain("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = { TestClient.CHAT, "/v1/responses", "/v1/messages", "/api/chat", "/api/generate" })
    void aTokenIsCutInEachDialect(String path) throws IOException {
        Reply reply = Reply.text("first", "second");
        for (Moment moment : List.of(Moment.insideToken(2), Moment.unterminatedToken(2), Moment.afterTokens(2))) {
            this.llm.script(reply.fault(Fault.truncate(moment)));
        }
        String half = read(path).body();
        String unterminated = read(path).body();
        String whole = read(path).body();
        assertThat(half).contains("first").doesNotContain("second");
        assertThat(unterminated).contains("second").endsWith(path.startsWith("/api") ? "}" : "}\n");
        assertThat(whole).endsWith(path.startsWith("/api") ? "}\n" : "}\n\n");
        assertThat(half.length()).isLessThan(unterminated.length());
    }

    @ParameterizedTest
    @ValueSource(strings = { TestClient.CHAT, "/v1/responses", "/v1/messages", "/api/chat", "/api/generate" })
    void aCharacterIsCutInEachDialect(String path) throws IOException {
        this.llm.script(Reply.text("a", "b\uD83D\uDE00").fault(Fault.endEarly(Moment.INSIDE_CHARACTER)));
        String body = read(path).latin1();
        // The first of the four bytes, and the end of its chunk
        assertThat(body).contains("b\u00F0\r\n").endsWith("\r\n0\r\n\r\n");
        assertThat(this.llm.call().tokensWritten()).isEqualTo(1);
        assertThat(this.llm.call().isComplete()).isFalse();
    }

    @Test
    void aCharacterIsCutInAWholeAnswerToo() throws IOException {
        this.llm.script(Reply.text("Gr\u00FC\u00DFe").fault(Fault.truncate(Moment.INSIDE_CHARACTER)));
        try (RawClient client = new RawClient(this.llm)) {
            assertThat(client.post(TestClient.CHAT, "{}").read().latin1()).endsWith("Gr\u00C3");
        }
    }

    @Test
    void theEndMarkerIsCut() throws IOException {
        this.llm.script(Reply.text("a").fault(Fault.truncate(Moment.INSIDE_END_MARKER)));
        assertThat(read(TestClient.CHAT).body()).endsWith("\n\ndata: [");
    }

    @Test
    void aMomentThatDoesNotExistIsRefusedWhenScripted() {
        assertRefused(Reply.text("a").fault(Fault.truncate(Moment.insideToken(2))), "1 tokens", "INSIDE_TOKEN(2)");
        assertRefused(Reply.text("a").fault(Fault.truncate(Moment.INSIDE_CHARACTER)), "INSIDE_CHARACTER");
        assertRefused(Reply.wire("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
            .fault(Fault.stall(Moment.INSIDE_HEADERS)), "INSIDE_HEADERS");
        assertThatIllegalArgumentException().isThrownBy(() -> Moment.unterminatedToken(0))
            .withMessageContaining("at least 1");
    }

    private void assertRefused(Reply reply, String... parts) {
        assertThatIllegalArgumentException().isThrownBy(() -> this.llm.script(reply))
            .satisfies((ex) -> assertThat(ex.getMessage()).contains(parts));
        assertThat(this.llm.remaining()).isZero();
    }

    private RawClient.Seen read(String path) throws IOException {
        try (RawClient client = new RawClient(this.llm)) {
            return client.post(path, STREAM).read();
        }
    }

}
