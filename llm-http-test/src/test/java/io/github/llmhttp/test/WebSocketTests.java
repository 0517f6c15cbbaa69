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

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The server as the JDK's WebSocket sees it.
 */
class WebSocketTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final MockLlmServer llm = MockLlmServer.start();

    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        this.llm.close();
    }

    @Test
    void promptsAreAnsweredTokenByToken() throws Exception {
        this.llm.script(Reply.text("Hello ", "world"), Reply.text("and more"));
        Client client = connect("/ws");
        client.send("Say hello");
        assertThat(client.next(3)).containsExactly("Hello ", "world", "[DONE]");
        client.send("More");
        assertThat(client.next(2)).containsExactly("and more", "[DONE]");
        assertThat(this.llm.calls()).extracting(RecordedCall::prompt).containsExactly("Say hello", "More");
        assertThat(this.llm.calls()).allMatch(RecordedCall::isWebSocket)
            .extracting(RecordedCall::protocol)
            .containsOnly(Protocol.PROMPT);
        assertThat(this.llm.handshakes()).singleElement()
            .satisfies((handshake) -> assertThat(handshake.header("Authorization")).isEqualTo("Bearer k"));
        assertThat(this.llm.connections().reused()).isOne();
    }

    @Test
    void responsesHaveTheEventsOfTheirStream() throws Exception {
        this.llm.script(Reply.text("Hel", "lo"));
        Client client = connect("/v1/responses");
        client.send("{\"type\":\"response.create\",\"model\":\"m\",\"input\":\"Hi\"}");
        List<JsonNode> events = client.until("response.completed");
        assertThat(events).extracting((event) -> event.path("type").asString())
            .containsSubsequence("response.created", "response.in_progress", "response.output_item.added",
                    "response.output_text.delta", "response.output_text.delta", "response.output_text.done",
                    "response.completed");
        assertThat(this.llm.call().prompt()).isEqualTo("Hi");
        assertThat(this.llm.call().model()).isEqualTo("m");
    }

    @Test
    void realtimeHasEventsOfItsOwn() throws Exception {
        this.llm.script(Reply.text("a"), Reply.text("b").finishReason("length"), Reply.text("c"));
        Client client = connect("/v1/realtime?model=gpt-realtime");
        assertThat(client.event().path("type").asString()).isEqualTo("session.created");
        client.send("{\"type\":\"session.update\",\"session\":{}}");
        assertThat(client.event().path("type").asString()).isEqualTo("session.updated");
        client.send("{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\",\"role\":\"user\","
                + "\"content\":[{\"type\":\"input_text\",\"text\":\"Hi\"}]}}");
        assertThat(client.event().path("type").asString()).isEqualTo("conversation.item.added");
        assertThat(client.event().path("type").asString()).isEqualTo("conversation.item.done");
        client.send("{\"type\":\"response.create\"}");
        List<JsonNode> events = client.until("response.done");
        assertThat(events).extracting((event) -> event.path("type").asString())
            .contains("response.created", "response.output_text.delta")
            .doesNotContain("response.in_progress", "response.completed");
        client.send("{\"type\":\"response.create\",\"response\":{\"input\":[{\"type\":\"message\",\"role\":\"user\","
                + "\"content\":[{\"type\":\"input_text\",\"text\":\"Other\"}]}]}}");
        JsonNode done = last(client.until("response.done"));
        assertThat(done.path("response").path("status").asString()).isEqualTo("incomplete");
        assertThat(done.path("response").path("status_details").path("reason").asString())
            .isEqualTo("max_output_tokens");
        assertThat(this.llm.calls()).extracting(RecordedCall::prompt).containsExactly("Hi", "Other");
        assertThat(this.llm.calls()).extracting(RecordedCall::model).containsOnly("gpt-realtime");
    }

    @Test
    void turnsAreAnsweredInOrder() throws Exception {
        this.llm.script(Reply.text("one").firstAfter(Duration.ofMillis(100)), Reply.text("two"));
        Client client = connect("/prompt");
        client.send("1");
        client.send("2");
        assertThat(client.next(4)).containsExactly("one", "[DONE]", "two", "[DONE]");
    }

    @Test
    void statusOfATurnIsAnErrorEvent() throws Exception {
        this.llm.script(Reply.status(429).error("rate_limit_exceeded", "Slow down"));
        Client client = connect("/v1/responses");
        client.send("{\"type\":\"response.create\",\"model\":\"m\",\"input\":\"Hi\"}");
        JsonNode error = client.event();
        assertThat(error.path("type").asString()).isEqualTo("error");
        assertThat(error.path("status").asInt()).isEqualTo(429);
        assertThat(error.path("error").path("message").asString()).isEqualTo("Slow down");
        client.send("what?");
        assertThat(client.event().path("error").path("code").asString()).isEqualTo("invalid_event");
    }

    @Test
    void handshakeCanBeRefused() {
        this.llm.refuseHandshakes(Reply.status(401));
        assertThatThrownBy(() -> connect("/ws")).isInstanceOf(CompletionException.class)
            .hasCauseInstanceOf(WebSocketHandshakeException.class)
            .cause()
            .extracting((error) -> ((WebSocketHandshakeException) error).getResponse().statusCode())
            .isEqualTo(401);
        assertThatThrownBy(() -> connect("/nothing/here")).hasCauseInstanceOf(WebSocketHandshakeException.class);
        connect("/ws");
        assertThat(this.llm.handshakes()).hasSize(3);
        assertThat(this.llm.calls()).isEmpty();
    }

    @Test
    void faultsHappenWithinATurn() throws Exception {
        this.llm.script(Reply.text("a", "b").fault(Fault.closeFrame(Moment.afterTokens(1), 1011, "broken")));
        Client client = connect("/ws");
        client.send("Hi");
        assertThat(client.next(1)).containsExactly("a");
        assertThat(client.closed()).isEqualTo("1011 broken");
        this.llm.script(Reply.text("a", "b").fault(Fault.truncate(Moment.afterTokens(1))));
        Client cut = connect("/ws");
        cut.send("Hi");
        assertThat(cut.next(1)).containsExactly("a");
        // The client of the JDK does not always tell that its connection was closed
        this.llm.awaitOpenConnections(0, LONG);
        assertThat(cut.heard).allMatch((heard) -> heard.startsWith("1006"));
        this.llm.script(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        Client silent = connect("/ws");
        silent.send("Hi");
        assertThat(silent.next(1)).containsExactly("a");
        silent.socket.abort();
        this.llm.awaitCancelled(1, LONG);
    }

    @Test
    void serverCanDrain() throws Exception {
        this.llm.script(Reply.text("a"));
        Client client = connect("/ws");
        client.send("Hi");
        client.next(2);
        assertThat(this.llm.closeWebSockets(1001, "restart")).isOne();
        assertThat(client.closed()).isEqualTo("1001 restart");
        this.llm.awaitOpenConnections(0, LONG);
    }

    @Test
    void pingsAreAnsweredAndCounted() throws Exception {
        Client client = connect("/ws");
        client.socket.sendPing(ByteBuffer.wrap(new byte[] { 1 })).join();
        assertThat(client.next(1)).containsExactly("pong");
        assertThat(this.llm.pings()).isOne();
    }

    private static JsonNode last(List<JsonNode> events) {
        return events.get(events.size() - 1);
    }

    private Client connect(String path) {
        Client client = new Client();
        client.socket = this.http.newWebSocketBuilder()
            .header("Authorization", "Bearer k")
            .buildAsync(URI.create(this.llm.url().replace("http", "ws") + path), client)
            .join();
        return client;
    }

    /**
     * A client that writes down what it hears.
     */
    private static final class Client implements WebSocket.Listener {

        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        private final StringBuilder text = new StringBuilder();

        private WebSocket socket;

        void send(String message) {
            this.socket.sendText(message, true).join();
        }

        String one() throws Exception {
            String next = this.heard.poll(10, TimeUnit.SECONDS);
            if (next == null) {
                throw new TimeoutException("Nothing was heard");
            }
            return next;
        }

        List<String> next(int number) throws Exception {
            List<String> next = new ArrayList<>();
            for (int i = 0; i < number; i++) {
                next.add(one());
            }
            return next;
        }

        JsonNode event() throws Exception {
            return Json.read(one());
        }

        List<JsonNode> until(String type) throws Exception {
            List<JsonNode> events = new ArrayList<>();
            do {
                events.add(event());
            }
            while (!events.get(events.size() - 1).path("type").asString("").equals(type));
            return events;
        }

        String closed() throws Exception {
            return one();
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            this.text.append(data);
            if (last) {
                this.heard.add(this.text.toString());
                this.text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            this.heard.add("pong");
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            this.heard.add(code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            this.heard.add("failed: " + error);
        }

    }

}
