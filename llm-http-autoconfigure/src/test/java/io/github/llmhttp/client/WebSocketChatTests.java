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

package io.github.llmhttp.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallListener;
import io.github.llmhttp.CallOperation;
import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.CallReport;
import io.github.llmhttp.CallStage;
import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ChatMessage;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatTool;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebSocketChat;
import io.github.llmhttp.TimeLimits;
import io.github.llmhttp.ToolCall;
import io.github.llmhttp.Usage;
import io.github.llmhttp.WebSocketProtocol;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.testing.RawWebSocketServer;
import io.github.llmhttp.testing.RawWebSocketServer.Peer;
import io.github.llmhttp.testing.RawWebSocketServer.Script;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Chats over WebSocket against a server that does what it likes.
 */
class WebSocketChatTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private static final String DONE = "[DONE]";

    private final TestClients clients = new TestClients();

    private final List<AttemptReport> attempts = new CopyOnWriteArrayList<>();

    private final List<CallReport> calls = new CopyOnWriteArrayList<>();

    private final Queue<String> received = new ConcurrentLinkedQueue<>();

    private RawWebSocketServer server;

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @Test
    void turnsShareAConnection() {
        LlmWebSocketChat chat = prompts((peer) -> {
            peer.accept();
            while (true) {
                String message = peer.message();
                peer.text("to ").text(message).text(DONE);
            }
        });
        assertThat(chat.isOpen()).isFalse();
        for (int i = 0; i < 5; i++) {
            assertThat(chat.stream("turn " + i).collectList().block(LONG)).containsExactly("to ", "turn " + i);
        }
        assertThat(chat.isOpen()).isTrue();
        assertThat(this.server.accepted()).isOne();
        assertThat(this.attempts).hasSize(5);
        assertThat(this.attempts.get(0).stages()).containsKey(CallStage.UPGRADE);
        assertThat(this.attempts.get(4).stages()).doesNotContainKeys(CallStage.DNS, CallStage.CONNECT,
                CallStage.UPGRADE);
        assertThat(this.attempts.get(0).connectionReused()).isFalse();
        assertThat(this.attempts.get(4).connectionReused()).isTrue();
        assertThat(this.calls).extracting(CallReport::operation).containsOnly(CallOperation.STREAM);
        chat.close().block(LONG);
        assertThat(chat.isOpen()).isFalse();
        assertThat(failure(chat.stream("late")).kind()).isEqualTo(FailureKind.CONFIG);
    }

    @Test
    void nextTurnMayBeginWhereTheLastOneEnds() {
        LlmWebSocketChat chat = prompts((peer) -> {
            peer.accept();
            while (true) {
                peer.text(peer.message()).text(DONE);
            }
        });
        assertThat(Flux.range(0, 200).concatMap((i) -> chat.stream("" + i)).collectList().block(LONG)).hasSize(200)
            .endsWith("199");
        assertThat(this.server.accepted()).isOne();
    }

    @Test
    void whatIsSaidBetweenTwoTurnsIsNotPartOfTheNext() {
        CountDownLatch said = new CountDownLatch(1);
        LlmWebSocketChat chat = prompts((peer) -> {
            peer.accept();
            peer.text(peer.message()).text(DONE);
            peer.text("unasked").text("unasked");
            // The answer to a ping of ours shows that the client has read them
            peer.send(RawWebSocketServer.PING, true, 0, new byte[0]);
            peer.frame(RawWebSocketServer.PONG);
            said.countDown();
            peer.text(peer.message()).text(DONE);
            peer.closeAfterClient();
        });
        assertThat(chat.stream("a").collectList().block(LONG)).containsExactly("a");
        Awaitility.await().atMost(LONG).until(() -> said.getCount() == 0);
        assertThat(chat.stream("b").collectList().block(LONG)).containsExactly("b");
    }

    @Test
    void oneMessageMayBeTheAnswer() {
        LlmWebSocketChat chat = client((peer) -> {
            peer.accept();
            while (true) {
                peer.text(peer.message().equals("nothing") ? "" : "all of it");
            }
        }).webSocketChat(WebSocketProtocol.prompt("/ws"));
        assertThat(chat.stream("Hi").collectList().block(LONG)).containsExactly("all of it");
        assertThat(chat.stream("nothing").collectList().block(LONG)).isEmpty();
        assertThat(chat.stream("Hi").collectList().block(LONG)).containsExactly("all of it");
        assertThat(this.server.accepted()).isOne();
    }

    @Test
    void messagesOfAnySizeAreReadWhole() {
        LlmWebSocketChat chat = prompts((peer) -> {
            peer.accept();
            int size = Integer.parseInt(peer.message());
            peer.text("x".repeat(size)).text("y").text(DONE);
            peer.closeAfterClient();
        });
        assertThat(chat.stream("200000").collectList().block(LONG)).containsExactly("x".repeat(200_000), "y");
    }

    @Test
    void responsesAreReadAsEvents() {
        LlmWebSocketChat chat = client((peer) -> {
            peer.accept();
            this.received.add(peer.requestLine());
            for (int turn = 1; turn <= 2; turn++) {
                this.received.add(peer.message());
                peer.text("{\"type\":\"response.created\",\"response\":{\"id\":\"r" + turn + "\",\"model\":\"m-1\"}}");
                peer.text("{\"type\":\"response.output_text.delta\",\"delta\":\"Hel\"}");
                peer.text("{\"type\":\"response.output_text.delta\",\"delta\":\"lo\"}");
                peer.text("{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"usage\":"
                        + "{\"input_tokens\":3,\"output_tokens\":2}}}");
            }
            peer.closeAfterClient();
        }).webSocketChat(WebSocketProtocol.responses());
        ChatRequest request = ChatRequest.builder().user("Hi").model("m").field("previous_response_id", "r0").build();
        for (int i = 0; i < 2; i++) {
            assertThat(chat.events(request).collectList().block(LONG)).containsExactly(new ChatEvent.Text("Hel"),
                    new ChatEvent.Text("lo"), new ChatEvent.Billed(new Usage(3, 2, 0, 0)),
                    new ChatEvent.Finish("completed", "m-1"));
        }
        assertThat(this.received.poll()).isEqualTo("GET /v1/responses HTTP/1.1");
        JsonNode sent = JsonMapper.shared().readTree(this.received.poll());
        assertThat(sent.path("type").stringValue()).isEqualTo("response.create");
        assertThat(sent.path("model").stringValue()).isEqualTo("m");
        assertThat(sent.path("previous_response_id").stringValue()).isEqualTo("r0");
        assertThat(sent.path("input").path(0).path("content").stringValue()).isEqualTo("Hi");
        assertThat(sent.has("stream")).isFalse();
    }

    @Test
    void realtimeTurnsStandForThemselves() {
        LlmWebSocketChat chat = client((peer) -> {
            peer.accept();
            this.received.add(peer.requestLine());
            peer.text("{\"type\":\"session.created\",\"session\":{\"id\":\"s\"}}");
            this.received.add(peer.message());
            peer.text("{\"type\":\"response.created\",\"response\":{\"id\":\"r1\",\"status\":\"in_progress\"}}");
            peer.text("{\"type\":\"response.output_text.delta\",\"delta\":\"It is \"}");
            peer.text("{\"type\":\"response.text.delta\",\"delta\":\"cold\"}");
            peer.text("{\"type\":\"response.output_item.done\",\"item\":{\"type\":\"function_call\",\"call_id\":\"c1\","
                    + "\"name\":\"heat\",\"arguments\":\"{\\\"on\\\":true}\"}}");
            peer.text("{\"type\":\"response.done\",\"response\":{\"status\":\"incomplete\",\"status_details\":"
                    + "{\"reason\":\"max_output_tokens\"},\"usage\":{\"input_tokens\":5,\"output_tokens\":4}}}");
            peer.text("{\"type\":\"rate_limits.updated\",\"rate_limits\":[]}");
            peer.message();
            peer.text("{\"type\":\"response.done\",\"response\":{\"status\":\"failed\",\"status_details\":{\"error\":"
                    + "{\"type\":\"rate_limit_exceeded\",\"message\":\"Too many\"}}}}");
            peer.closeAfterClient();
        }).webSocketChat(WebSocketProtocol.realtime());
        ChatRequest request = ChatRequest.builder()
            .model("gpt-realtime")
            .system("Be short")
            .user("Weather?")
            .message(ChatMessage.assistant("Where?"))
            .maxTokens(9)
            .tool(new ChatTool("heat", "Heats", Map.of()))
            .build();
        assertThat(chat.events(request).collectList().block(LONG)).containsExactly(new ChatEvent.Text("It is "),
                new ChatEvent.Text("cold"), new ChatEvent.Tool(new ToolCall("c1", "heat", "{\"on\":true}")),
                new ChatEvent.Billed(new Usage(5, 4, 0, 0)), new ChatEvent.Finish("max_output_tokens", ""));
        assertThat(this.received.poll()).isEqualTo("GET /v1/realtime?model=gpt-realtime HTTP/1.1");
        JsonNode sent = JsonMapper.shared().readTree(this.received.poll()).path("response");
        assertThat(sent.path("conversation").stringValue()).isEqualTo("none");
        assertThat(sent.path("input").path(0).path("role").stringValue()).isEqualTo("system");
        assertThat(sent.path("input").path(1).path("content").path(0).toString())
            .isEqualTo("{\"type\":\"input_text\",\"text\":\"Weather?\"}");
        assertThat(sent.path("input").path(2).path("content").path(0).path("type").stringValue())
            .isEqualTo("output_text");
        assertThat(sent.path("max_output_tokens").intValue()).isEqualTo(9);
        LlmHttpException failed = failure(chat.events(request));
        assertThat(failed.kind()).isEqualTo(FailureKind.UPSTREAM_ERROR);
        assertThat(failed.failure().effectiveStatus()).isEqualTo(429);
        assertThat(failed.failure().providerMessage()).isEqualTo("Too many");
    }

    @Test
    void modelOfARealtimeSessionStays() {
        LlmWebSocketChat chat = client((peer) -> {
            peer.accept();
            peer.message();
            peer.text("{\"type\":\"response.done\",\"response\":{\"status\":\"completed\"}}");
            peer.closeAfterClient();
        }).webSocketChat(WebSocketProtocol.realtime());
        chat.events(ChatRequest.builder().model("one").user("Hi").build()).blockLast(LONG);
        LlmHttpException failure = failure(chat.events(ChatRequest.builder().model("two").user("Hi").build()));
        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIG);
        assertThat(failure).hasMessageContaining("another chat");
    }

    @Test
    void errorOfAProviderEndsTheTurnAndTheNextOneHasAFreshConnection() {
        LlmWebSocketChat chat = client((peer) -> {
            peer.accept();
            peer.message();
            if (peer.number() == 1) {
                peer.text("{\"type\":\"error\",\"status\":400,\"error\":{\"type\":\"invalid_request_error\","
                        + "\"code\":\"previous_response_not_found\",\"message\":\"Not found\"}}");
                peer.closeAfterClient();
            }
            peer.text("{\"type\":\"response.output_text.delta\",\"delta\":\"a\"}");
            peer.text("{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}");
            peer.closeAfterClient();
        }).webSocketChat(WebSocketProtocol.responses());
        ChatRequest request = ChatRequest.builder().model("m").user("Hi").build();
        LlmHttpException failure = failure(chat.events(request));
        assertThat(failure.kind()).isEqualTo(FailureKind.UPSTREAM_ERROR);
        assertThat(failure.failure().effectiveStatus()).isEqualTo(400);
        assertThat(chat.stream(request).collectList().block(LONG)).containsExactly("a");
        assertThat(this.server.accepted()).isEqualTo(2);
        assertThat(this.clients.opened().webSockets().reconnects()).isOne();
    }

    @Test
    void turnRightAfterOneThatWasLeftHasAFreshConnection() throws Exception {
        LlmWebSocketChat chat = prompts((peer) -> {
            peer.accept();
            while (true) {
                String message = peer.message();
                peer.text("a").text(message);
            }
        });
        for (int i = 0; i < 50; i++) {
            CountDownLatch begun = new CountDownLatch(1);
            Disposable left = chat.stream("endless").subscribe((item) -> begun.countDown());
            await(begun);
            // Not on the event loop, which hears of it later
            left.dispose();
            assertThat(chat.stream(DONE).collectList().block(LONG)).containsExactly("a");
        }
        assertThat(this.calls).extracting(CallReport::outcome).doesNotContain(CallOutcome.ERROR);
    }

    @ParameterizedTest
    @CsvSource({ "1000, TRUNCATED", "1001, TRUNCATED", "1011, SERVER", "1013, OVERLOADED", "4000, UPSTREAM_ERROR" })
    @Covers(FaultRow.CLOSE_CODES)
    void closeWithinAnAnswerIsNotItsEnd(int code, FailureKind kind) {
        LlmWebSocketChat chat = prompts((peer) -> {
            peer.accept();
            peer.message();
            peer.text("a").close(code, "");
            peer.frame(RawWebSocketServer.CLOSE);
        });
        StepVerifier.create(chat.stream("Hi")).expectNext("a").verifyErrorSatisfies((error) -> {
            LlmHttpException failure = (LlmHttpException) error;
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.failure().delivered()).isOne();
        });
    }

    @Test
    @Covers(FaultRow.CLOSE_CODES)
    void serverThatClosesBetweenTwoTurnsIsNotNoticed() {
        LlmWebSocketChat chat = prompts((peer) -> {
            peer.accept();
            peer.text(peer.message()).text(DONE).close(1001, "restart");
            peer.frame(RawWebSocketServer.CLOSE);
        });
        for (int i = 0; i < 3; i++) {
            assertThat(chat.stream("a").collectList().block(LONG)).containsExactly("a");
            Awaitility.await().atMost(LONG).until(() -> !chat.isOpen());
        }
        assertThat(this.server.accepted()).isEqualTo(3);
        assertThat(this.clients.opened().webSockets().reconnects()).isEqualTo(2);
        assertThat(this.attempts).hasSize(3);
    }

    @Test
    @Covers(FaultRow.CLOSE_CODES)
    void turnThatMeetsAServerWhichGoesAwayIsTakenAgainForFree() {
        LlmWebSocketChat chat = client(WebSocketChatTests::retrying, (peer) -> {
            peer.accept();
            peer.text(peer.message()).text(DONE);
            peer.message();
            peer.close(1001, "");
            peer.frame(RawWebSocketServer.CLOSE);
        }).webSocketChat(WebSocketProtocol.prompt("/ws").untilMarker(DONE));
        assertThat(chat.stream("a").collectList().block(LONG)).containsExactly("a");
        assertThat(chat.stream("b").collectList().block(LONG)).containsExactly("b");
        assertThat(this.attempts).hasSize(3);
        assertThat(this.attempts.get(1).failure().notProcessed()).isTrue();
    }

    @Test
    @Covers(FaultRow.CLOSE_CODES)
    void reconnectsAreBounded() {
        LlmWebSocketChat chat = client((settings) -> {
            retrying(settings);
            settings.getRetry().setMaxAttempts(10);
            settings.getRetry().setBudget(10);
            settings.getWebsocket().setMaxReconnects(2);
        }, (peer) -> {
            peer.accept();
            peer.message();
            peer.close(1013, "");
            peer.frame(RawWebSocketServer.CLOSE);
        }).webSocketChat(WebSocketProtocol.prompt("/ws").untilMarker(DONE));
        LlmHttpException failure = failure(chat.stream("a"));
        assertThat(failure.kind()).isEqualTo(FailureKind.CONNECT);
        assertThat(failure).hasMessageContaining("websocket.max-reconnects").hasMessageContaining("2 of 2");
        assertThat(this.server.accepted()).isEqualTo(3);
    }

    @Test
    void chatMayEndWithItsConnection() {
        LlmWebSocketChat chat = client((settings) -> settings.getWebsocket().setMaxReconnects(0), (peer) -> {
            peer.accept();
            peer.text(peer.message()).text(DONE);
        }).webSocketChat(WebSocketProtocol.prompt("/ws").untilMarker(DONE));
        assertThat(chat.stream("a").collectList().block(LONG)).containsExactly("a");
        Awaitility.await().atMost(LONG).until(() -> !chat.isOpen());
        assertThat(failure(chat.stream("a")).kind()).isEqualTo(FailureKind.CONNECT);
        assertThat(this.server.accepted()).isOne();
    }

    @Test
    @Covers(FaultRow.CANCEL)
    void whoeverLeavesATurnLeavesTheServer() {
        CountDownLatch left = new CountDownLatch(1);
        LlmWebSocketChat chat = prompts((peer) -> {
            peer.accept();
            String message = peer.message();
            peer.text(message);
            if (peer.number() == 1) {
                peer.frame(RawWebSocketServer.CLOSE);
                left.countDown();
                // A late word of the turn that was left
                peer.text("late");
                return;
            }
            peer.text(DONE);
            peer.closeAfterClient();
        });
        StepVerifier.create(chat.stream("a")).expectNext("a").thenCancel().verify(LONG);
        Awaitility.await().atMost(Duration.ofSeconds(1)).until(() -> left.getCount() == 0);
        assertThat(chat.stream("b").collectList().block(LONG)).containsExactly("b");
    }

    @Test
    void oneTurnAtATime() {
        LlmWebSocketChat chat = prompts((peer) -> {
            peer.accept();
            peer.text(peer.message());
            peer.untilClosed();
        });
        StepVerifier.create(chat.stream("a"))
            .expectNext("a")
            .then(() -> assertThat(failure(chat.stream("b")).kind()).isEqualTo(FailureKind.POOL_FULL))
            .thenCancel()
            .verify(LONG);
    }

    @Test
    void silenceEndsAtTheLimitsOfStreams() {
        Duration limit = Duration.ofMillis(300);
        LlmWebClient client = client((settings) -> {
            settings.getTimeout().setFirstToken(limit);
            settings.getTimeout().setTokenGap(limit);
        }, (peer) -> {
            peer.accept();
            if (peer.message().equals("gap")) {
                peer.text("a");
            }
            peer.answerPings();
        });
        WebSocketProtocol protocol = WebSocketProtocol.prompt("/ws").untilMarker(DONE);
        TimeLimits.assertFiresAt(limit, () -> {
            LlmHttpException failure = failure(client.webSocketChat(protocol).stream("silence"));
            assertThat(failure.kind()).isEqualTo(FailureKind.FIRST_TOKEN_TIMEOUT);
            return failure.failure().elapsed();
        });
        assertThat(failure(client.webSocketChat(protocol).stream("gap")).kind())
            .isEqualTo(FailureKind.TOKEN_GAP_TIMEOUT);
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
    }

    @Test
    @Covers(FaultRow.SESSION_FLOW)
    void slowReaderHoldsUpTheServer() {
        LlmWebSocketChat chat = prompts((peer) -> {
            peer.accept();
            peer.message();
            for (int i = 0; i < 500; i++) {
                peer.text("x".repeat(10_000));
            }
            peer.text(DONE);
            peer.closeAfterClient();
        });
        List<String> all = new ArrayList<>();
        StepVerifier.create(chat.stream("a"), 0)
            .thenRequest(3)
            .expectNextCount(3)
            .expectNoEvent(Duration.ofMillis(100))
            .thenRequest(10)
            .expectNextCount(10)
            .thenRequest(Long.MAX_VALUE)
            .recordWith(() -> all)
            .expectNextCount(487)
            .expectComplete()
            .verify(LONG);
    }

    @Test
    void brokenJsonIsNoAnswer() {
        LlmWebSocketChat chat = client((peer) -> {
            peer.accept();
            peer.message();
            peer.text("{\"type\":\"response.output_text.delta\",\"delta\":");
            peer.closeAfterClient();
        }).webSocketChat(WebSocketProtocol.responses());
        assertThat(failure(chat.events(ChatRequest.builder().model("m").user("Hi").build())).kind())
            .isEqualTo(FailureKind.PROTOCOL);
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
    }

    @Test
    void chatThatWaitsForItsNextTurnDoesNotHoldUpTheCloseOfItsClient() {
        LlmWebSocketChat chat = prompts((peer) -> {
            peer.accept();
            peer.text(peer.message()).text(DONE);
            peer.closeAfterClient();
        });
        chat.stream("a").blockLast(LONG);
        long begin = System.nanoTime();
        this.clients.close("test");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
        assertThat(failure(chat.stream("a")).kind()).isEqualTo(FailureKind.SHUTDOWN);
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
    }

    @Test
    @Covers(FaultRow.SHUTDOWN_WHILE_STREAMING)
    void turnThatEndsWithinTheGraceIsDelivered() {
        CountDownLatch closing = new CountDownLatch(1);
        LlmWebSocketChat chat = prompts((peer) -> {
            peer.accept();
            peer.text(peer.message());
            await(closing);
            peer.text("b").text(DONE);
            peer.closeAfterClient();
        });
        StepVerifier.create(chat.stream("a"))
            .expectNext("a")
            .then(() -> this.clients.opened().close().subscribe())
            .then(closing::countDown)
            .expectNext("b")
            .expectComplete()
            .verify(LONG);
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
    }

    @Test
    void headersOfARequestAreRefused() {
        LlmWebSocketChat chat = prompts(Peer::accept);
        ChatRequest request = ChatRequest.builder().user("Hi").header("x-a", "b").build();
        LlmHttpException failure = failure(chat.stream(request));
        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIG);
        assertThat(failure).hasMessageContaining("handshake");
        assertThat(this.server.accepted()).isZero();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        }
        catch (InterruptedException ex) {
            throw new IOException(ex);
        }
    }

    private static void retrying(LlmClientProperties settings) {
        settings.getRetry().setEnabled(true);
        settings.getRetry().setInitialBackoff(Duration.ofMillis(10));
    }

    private LlmWebSocketChat prompts(Script script) {
        return client(script).webSocketChat(WebSocketProtocol.prompt("/ws").untilMarker(DONE));
    }

    private LlmWebClient client(Script script) {
        return client((settings) -> {
        }, script);
    }

    private LlmWebClient client(Consumer<LlmClientProperties> settings, Script script) {
        this.server = RawWebSocketServer.start(script);
        this.clients.listener(new CallListener() {

            @Override
            public void attemptEnded(AttemptReport attempt) {
                WebSocketChatTests.this.attempts.add(attempt);
            }

            @Override
            public void callEnded(CallReport call) {
                WebSocketChatTests.this.calls.add(call);
            }

        });
        return this.clients.open(this.server.url(), settings);
    }

    private static LlmHttpException failure(Flux<?> call) {
        try {
            call.blockLast(LONG);
        }
        catch (LlmHttpException ex) {
            return ex;
        }
        throw new AssertionError("It did not fail");
    }

}
