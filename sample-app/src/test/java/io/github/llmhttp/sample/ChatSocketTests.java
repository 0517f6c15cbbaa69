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

package io.github.llmhttp.sample;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Reply;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link ChatSocket}, with a browser's WebSocket on one side and a provider's
 * on the other.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ChatSocketTests {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final MockLlmServer llm = MockLlmServer.start();

    private static final JsonMapper json = new JsonMapper();

    private final Sinks.Many<String> said = Sinks.many().unicast().onBackpressureBuffer();

    private final List<JsonNode> heard = new CopyOnWriteArrayList<>();

    @Autowired
    private LlmWebClient client;

    private Disposable browser = Disposables.disposed();

    private int port;

    @DynamicPropertySource
    static void talkToMock(DynamicPropertyRegistry properties) {
        properties.add("LLM_BASE_URL", llm::url);
        properties.add("LLM_MODEL", () -> "test-model");
    }

    @BeforeEach
    void reset(@LocalServerPort int port) {
        llm.reset();
        this.port = port;
    }

    @AfterEach
    void leave() {
        this.browser.dispose();
        Awaitility.await().atMost(LIMIT).until(() -> this.client.poolStats().acquired() == 0);
    }

    @AfterAll
    static void close() {
        llm.close();
    }

    @Test
    void turnsOfABrowserShareOneConnectionWhichGoesWithIt() {
        llm.script(Reply.text("For", "ty").usage(1, 2), Reply.text("-two"));
        open();
        say("{\"turn\": 1, \"prompt\": \"Say it\"}");
        await(3);
        say("{\"turn\": 2, \"prompt\": \"Go on\"}");
        await(5);
        assertThat(this.heard).extracting((piece) -> piece.path("turn").asInt()).containsExactly(1, 1, 1, 2, 2);
        assertThat(this.heard).extracting((piece) -> piece.path("event").asString())
            .containsExactly("text", "text", "done", "text", "done");
        assertThat(this.heard.get(0).at("/data/text").asString()).isEqualTo("For");
        assertThat(this.heard.get(2).at("/data/usage/outputTokens").asInt()).isEqualTo(2);
        assertThat(llm.handshakes()).hasSize(1);
        assertThat(this.client.poolStats().acquiredSessions()).isOne();
        this.browser.dispose();
        Awaitility.await().atMost(LIMIT).until(() -> this.client.poolStats().acquired() == 0);
    }

    @Test
    void browserThatLeavesEndsItsTurn() {
        llm.script(Reply.words("and so on ".repeat(100)).gap(Duration.ofMillis(50)));
        open();
        say("{\"turn\": 1, \"prompt\": \"Never end\"}");
        await(1);
        this.browser.dispose();
        llm.awaitCancelled(1, LIMIT);
        Awaitility.await().atMost(LIMIT).until(() -> this.client.poolStats().acquired() == 0);
    }

    @Test
    void failuresArePieces() {
        llm.script(Reply.status(400));
        open();
        say("no JSON");
        await(1);
        say("{\"turn\": 1, \"prompt\": \" \"}");
        await(2);
        assertThat(this.heard).allMatch((piece) -> piece.at("/data/detail").asString().contains("prompt is missing"));
        say("{\"turn\": 2, \"prompt\": \"Hi\"}");
        await(3);
        JsonNode piece = this.heard.get(2);
        assertThat(piece.path("event").asString()).isEqualTo("error");
        assertThat(piece.at("/data/kind").asString()).isEqualTo("UPSTREAM_ERROR");
    }

    @Test
    void pagesOfOthersGetNoSocket() {
        assertThatThrownBy(() -> exchange("https://evil.example").blockLast(LIMIT)).hasMessageContaining("403");
        assertThat(llm.handshakes()).isEmpty();
    }

    private void open() {
        this.browser = exchange("http://127.0.0.1:" + this.port).subscribe();
    }

    private Flux<Void> exchange(String origin) {
        HttpHeaders headers = new HttpHeaders();
        headers.setOrigin(origin);
        return new ReactorNettyWebSocketClient()
            .execute(URI.create("ws://127.0.0.1:" + this.port + "/api/chat/socket"), headers,
                    (session) -> session.send(this.said.asFlux().map(session::textMessage))
                        .and(session.receive()
                            .map(WebSocketMessage::getPayloadAsText)
                            .doOnNext((text) -> this.heard.add(json.readTree(text)))))
            .flux();
    }

    private void say(String message) {
        this.said.tryEmitNext(message).orThrow();
    }

    private void await(int pieces) {
        Awaitility.await()
            .atMost(LIMIT)
            .untilAsserted(() -> assertThat(this.heard).hasSizeGreaterThanOrEqualTo(pieces));
    }

}
