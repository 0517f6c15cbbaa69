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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebSocketChat;
import io.github.llmhttp.LlmWebSocketSession;
import io.github.llmhttp.WebSocketProtocol;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.http2.Http2Mode;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Reply;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Streams over SSE, WebSocket and HTTP/2 side by side for a time, each of which meets
 * what its seed says, while others last as long as all of that. Every call ends, none has
 * an answer that is not its own or not whole, the long ones lose no token, and nothing is
 * left.
 * <p>
 * {@code -Dllm.http.test.soak=1800} makes it last half an hour,
 * {@code -Dllm.http.test.seed=7} is another one.
 */
class SoakTests {

    private static final Log logger = LogFactory.getLog(SoakTests.class);

    private static final Duration SOAK = Duration.ofSeconds(Integer.getInteger("llm.http.test.soak", 6));

    private static final long SEED = Long.getLong("llm.http.test.seed", 20261128L);

    private static final int ROUNDS = (int) Math.max(2, SOAK.toSeconds() / 20);

    private static final Duration ROUND = SOAK.dividedBy(ROUNDS);

    /** Rounds that load, fill and open what later ones use. */
    private static final int WARM_UP = Math.max(1, ROUNDS / 10);

    private static final int CALLERS = 6;

    private static final Duration GAP = Duration.ofMillis(100);

    /** By far longer than a call may take, on a busy machine too. */
    private static final Duration STUCK = Duration.ofSeconds(10);

    private final MockLlmServer server = MockLlmServer.start();

    private final FaultyHttp2Server http2Server = new FaultyHttp2Server(SEED);

    private final MockLlmServer steadyServer = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    private final TestClients http2Clients = new TestClients();

    private final TestClients steadyClients = new TestClients();

    private final LlmWebClient sse = open(this.clients, "sse", this.server.url(), (settings) -> {
    });

    private final LlmWebClient webSocket = open(this.clients, "websocket", this.server.url(), (settings) -> {
        settings.setProvider("openai-responses");
        settings.getPool().setMaxStreams(CALLERS * 2);
        settings.getWebsocket().setMaxSessions(CALLERS * 2);
        settings.getWebsocket().setHeartbeatInterval(Duration.ofMillis(50));
        settings.getWebsocket().setHandshakeTimeout(Duration.ofMillis(300));
        settings.getWebsocket().setCloseTimeout(Duration.ofMillis(100));
    });

    private final LlmWebClient http2 = open(this.http2Clients, "http2", this.http2Server.url(),
            (settings) -> settings.getHttp2().setMode(Http2Mode.PRIOR_KNOWLEDGE));

    private final Leftovers leftovers = new Leftovers();

    private final AtomicInteger calls = new AtomicInteger();

    private final Map<String, AtomicInteger> ends = new ConcurrentSkipListMap<>();

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    private static LlmWebClient open(TestClients clients, String name, String url, Consumer<LlmClientProperties> own) {
        return clients.open(name, url, null, (settings) -> {
            settings.setProvider("openai");
            settings.getPool().setMaxConnections(20);
            settings.getJanitor().setSweepInterval(Duration.ofSeconds(1));
            RandomFaults.limits(settings);
            own.accept(settings);
        });
    }

    @AfterEach
    void close() {
        this.leftovers.close();
        this.clients.close();
        this.http2Clients.close();
        this.steadyClients.close();
        this.server.close();
        this.http2Server.close();
        this.steadyServer.close();
    }

    @Test
    @Covers(FaultRow.RANDOM_FAULTS)
    void mixedStreamsGoOnAndLeaveNothingBehind() {
        Steady steady = new Steady();
        for (int round = 0; round < ROUNDS; round++) {
            if (round == WARM_UP) {
                forget();
                this.leftovers.measure();
            }
            round(round);
        }
        steady.verify();
        forget();
        logger.info("%d s of seed %d: %s".formatted(SOAK.toSeconds(), SEED, this.ends));
        logger.info("heap %+d KiB".formatted(this.leftovers.verify() / 1024));
        assertThat(this.ends).containsKeys("sse answer", "websocket answer", "http2 answer", "sse TRUNCATED",
                "websocket TRUNCATED", "http2 TRUNCATED", "websocket cancelled", "http2 cancelled");
        assertThat(this.ends.keySet()).as("what is nobody's fault but ours").noneMatch((end) -> end.endsWith("CONFIG"));
    }

    /** Whether each transport has carried a whole answer. */
    boolean isAnswered() {
        return this.ends.keySet().containsAll(List.of("sse answer", "websocket answer", "http2 answer"));
    }

    void round(int round) {
        forget();
        this.server.otherwise(new RandomFaults(SEED + round)::reply);
        List<LlmWebSocketChat> chats = IntStream.range(0, CALLERS)
            .mapToObj((caller) -> this.webSocket.webSocketChat(WebSocketProtocol.responses()))
            .toList();
        long begin = System.nanoTime();
        Flux<Void> callers = Flux.merge(
                Flux.fromIterable(chats).flatMap((chat) -> caller("websocket", chat::events, begin)),
                Flux.range(0, CALLERS).flatMap((caller) -> caller("sse", this.sse::events, begin)),
                Flux.range(0, CALLERS).flatMap((caller) -> caller("http2", this.http2::events, begin)));
        callers.then().block(ROUND.plus(STUCK).plus(STUCK));
        Flux.fromIterable(chats).flatMap(LlmWebSocketChat::close).then().block(STUCK);
        assertThat(this.wrong).as("seed %d", SEED).isEmpty();
        quiet();
        this.leftovers.verifyDropped("seed " + SEED);
    }

    /** One call after another until the round is over. */
    private Mono<Void> caller(String lane, Function<ChatRequest, Flux<ChatEvent>> client, long begin) {
        return Mono.defer(() -> call(this.calls.getAndIncrement(), lane, client))
            .repeat(() -> System.nanoTime() - begin < ROUND.toNanos())
            .then();
    }

    private Mono<Void> call(int number, String lane, Function<ChatRequest, Flux<ChatEvent>> client) {
        Random random = new Random(SEED * 31 + number);
        String expected = String.join("", RandomFaults.tokens(number));
        StringBuffer text = new StringBuffer();
        Flux<ChatEvent> events = client.apply(ChatRequest.of(Integer.toString(number))).doOnNext((event) -> {
            if (event instanceof ChatEvent.Text part) {
                text.append(part.text());
            }
        });
        if (random.nextInt(200) == 0) {
            this.server.closeConnections();
        }
        if (random.nextInt(200) == 0) {
            this.server.closeWebSockets(1001, "restart");
        }
        boolean leaves = random.nextInt(6) == 0;
        AtomicBoolean left = new AtomicBoolean();
        Mono<Long> leave = Mono.delay(leaves ? Duration.ofMillis(random.nextInt(30)) : STUCK);
        return events.takeUntilOther(leave.doOnNext((tick) -> left.set(true))).doOnComplete(() -> {
            String part = text.toString();
            count(lane + (left.get() ? " cancelled" : " answer"));
            check(left.get() ? leaves && expected.startsWith(part) : part.equals(expected), number, lane,
                    left.get() ? "never ended" : "was answered with '" + part + "'");
        }).onErrorResume(LlmHttpException.class, (failure) -> {
            count(lane + " " + failure.kind());
            check(expected.startsWith(text.toString()), number, lane,
                    "failed after '%s': %s".formatted(text, failure.getMessage()));
            return Mono.empty();
        }).then();
    }

    private void count(String end) {
        this.ends.computeIfAbsent(end, (key) -> new AtomicInteger()).incrementAndGet();
    }

    private void check(boolean right, int number, String lane, String what) {
        if (!right) {
            this.wrong.add("call %d of %s %s".formatted(number, lane, what));
        }
    }

    private void quiet() {
        for (LlmWebClient client : List.of(this.sse, this.webSocket, this.http2)) {
            Awaitility.await().atMost(STUCK).untilAsserted(() -> {
                assertThat(client.poolStats().acquired()).as("permits of %s", client.name()).isZero();
                assertThat(client.poolStats().pending()).as("line of %s", client.name()).isZero();
            });
        }
        Awaitility.await()
            .atMost(STUCK)
            .untilAsserted(() -> assertThat(this.clients.openChannels()).as("open connections")
                .isEqualTo(this.sse.poolStats().idle()));
    }

    /** What the test itself keeps of its calls. */
    private void forget() {
        this.server.reset();
        this.http2Server.reset();
    }

    /**
     * One stream, one turn of a chat and one session, which last as long as all else.
     */
    private final class Steady {

        private final int expected = (int) SOAK.dividedBy(GAP);

        private final AtomicInteger streamed = new AtomicInteger();

        private final AtomicInteger said = new AtomicInteger();

        private final LlmWebSocketSession idle;

        private final Mono<Void> ends;

        Steady() {
            SoakTests.this.steadyServer
                .otherwise(Reply.text(IntStream.range(0, this.expected).mapToObj((i) -> i + " ").toArray(String[]::new))
                    .gap(GAP));
            LlmWebClient client = SoakTests.this.steadyClients.open("steady", SoakTests.this.steadyServer.url(), null,
                    (settings) -> {
                        settings.setProvider("openai-responses");
                        settings.getTimeout().setStream(SOAK.multipliedBy(2));
                        settings.getTimeout().setTotal(SOAK.multipliedBy(2));
                        settings.getWebsocket().setHeartbeatInterval(Duration.ofMillis(500));
                    });
            this.idle = client.webSocket("/v1/responses");
            this.idle.open().block(STUCK);
            LlmWebSocketChat chat = client.webSocketChat(WebSocketProtocol.responses());
            this.ends = Mono
                .when(client.stream("a").doOnNext((token) -> this.streamed.incrementAndGet()),
                        chat.stream("b").doOnNext((token) -> this.said.incrementAndGet()))
                .then(chat.close())
                .cache();
            this.ends.subscribe((done) -> {
            }, (error) -> SoakTests.this.wrong.add("a long stream failed: " + error));
        }

        void verify() {
            this.ends.block(SOAK.plus(STUCK));
            assertThat(this.streamed).hasValue(this.expected);
            assertThat(this.said).hasValue(this.expected);
            assertThat(this.idle.isOpen()).isTrue();
            assertThat(SoakTests.this.steadyServer.pings()).isGreaterThan((int) SOAK.toSeconds());
            this.idle.close().block(STUCK);
        }

    }

}
