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
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Answers to requests that were not read, connections that go on without answers, and
 * signs of life.
 */
class EarlyReplyTests {

    private static final int LARGE = 32 * 1024 * 1024;

    @AutoClose
    private final MockLlmServer llm = MockLlmServer.start();

    @ParameterizedTest
    @ValueSource(ints = { 413, 401 })
    void anEarlyReplyComesBeforeTheBody(int status) throws IOException {
        this.llm.script(Reply.status(status).early());
        try (RawClient client = new RawClient(this.llm)) {
            RawClient.Seen seen = client.head(TestClient.CHAT, LARGE).read();
            assertThat(seen.text()).startsWith("HTTP/1.1 " + status).containsIgnoringCase("connection: close");
            assertThat(seen.end()).isEqualTo(RawClient.End.FIN);
        }
        this.llm.awaitOpenConnections(0, TestClient.LIMIT);
        assertThat(this.llm.call().path()).isEqualTo(TestClient.CHAT);
        assertThat(this.llm.call().body()).isEmpty();
        assertThat(this.llm.call().isComplete()).isTrue();
        assertThat(this.llm.connections().closedByClient()).isZero();
    }

    @Test
    void aClientThatWritesOnGetsToReadTheEarlyReply() throws IOException {
        this.llm.otherwise(Reply.status(413).early());
        try (RawClient client = new RawClient(this.llm)) {
            client.post(TestClient.CHAT, "x".repeat(LARGE));
            assertThat(client.read().text()).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void onlyTheNextReplyForTheCallIsEarly() throws Exception {
        this.llm.script(Reply.text("first"), Reply.status(413).early());
        this.llm.script((call) -> call.path().equals("/v1/messages"), Reply.status(401).early());
        TestClient client = new TestClient(this.llm);
        assertThat(client.post(TestClient.CHAT, "{\"model\":\"m\"}").body()).contains("first", "\"m\"");
        assertThat(client.post(TestClient.CHAT, "{}").statusCode()).isEqualTo(413);
        assertThat(client.post("/v1/messages", "{}").statusCode()).isEqualTo(401);
        assertThat(client.post(TestClient.CHAT, "{}").statusCode()).isEqualTo(200);
    }

    @Test
    void anImpoliteServerResetsAfterItsEarlyReply() throws IOException {
        this.llm.script(Reply.status(413).early().fault(Fault.reset(Moment.COMPLETE)));
        try (RawClient client = new RawClient(this.llm)) {
            assertThat(client.head(TestClient.CHAT, LARGE).read().end()).isEqualTo(RawClient.End.RST);
        }
    }

    @Test
    void aBodyThatNobodyReadsStallsTheWriter() throws Exception {
        this.llm.script(Reply.failing(Fault.stall(Moment.REQUEST_HEAD)));
        try (RawClient client = new RawClient(this.llm)) {
            client.head(TestClient.CHAT, LARGE);
            this.llm.awaitCalls(1, TestClient.LIMIT);
            CompletableFuture<Void> write = CompletableFuture.runAsync(() -> send(client, "x".repeat(LARGE)));
            assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> write.get(RawClient.SILENCE, TimeUnit.MILLISECONDS));
            this.llm.closeConnections();
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> write.get(5, TimeUnit.SECONDS))
                .withRootCauseInstanceOf(SocketException.class);
        }
    }

    @Test
    void aConnectionGoesDeafAfterAReply() throws IOException {
        this.llm.script(Reply.text("one").fault(Fault.stall(Moment.COMPLETE)));
        try (RawClient client = new RawClient(this.llm)) {
            assertThat(client.post(TestClient.CHAT, "{}").read().text()).contains("one");
            RawClient.Seen seen = client.post(TestClient.CHAT, "{}").read(RawClient.SILENCE);
            assertThat(seen.text()).isEmpty();
            assertThat(seen.end()).isEqualTo(RawClient.End.SILENCE);
        }
        this.llm.awaitOpenConnections(0, TestClient.LIMIT);
        assertThat(this.llm.call().isComplete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { TestClient.CHAT, "/v1/responses", "/v1/messages", "/api/chat" })
    void aStallMayShowSignsOfLife(String path) throws IOException {
        this.llm.script(
                Reply.text("one", "two").fault(Fault.stall(Moment.afterTokens(1))).pingEvery(Duration.ofMillis(10)));
        String ping = switch (path) {
            case "/v1/messages" -> "event: ping\ndata: {\"type\":\"ping\"}\n\n";
            case "/api/chat" -> "\r\n1\r\n\n\r\n";
            default -> ": ping\n\n";
        };
        try (RawClient client = new RawClient(this.llm)) {
            client.post(path, "{\"stream\":true}");
            String seen = client.readUntil(ping, 3);
            assertThat(seen).contains("one").doesNotContain("two");
        }
        this.llm.awaitCancelled(1, TestClient.LIMIT);
    }

    @Test
    void eachConnectionCanBeResetAtOnceForAsLongAsTheTestWants() throws Exception {
        this.llm.otherwise(Reply.failing(Fault.reset(Moment.ACCEPT)));
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new TestClient(this.llm).post(TestClient.CHAT, "{}"));
        }
        this.llm.otherwise(Reply.text("back"));
        assertThat(new TestClient(this.llm).post(TestClient.CHAT, "{}").body()).contains("back");
    }

    private static void send(RawClient client, String bytes) {
        try {
            client.send(bytes);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

}
