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
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmTimeoutException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.dns.DeadAddress;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls that nobody waits for any more: whatever moment it is, they hold neither a permit
 * nor a socket.
 */
class AbandonedCallTests {

    private static final Duration SOON = Duration.ofSeconds(1);

    private static final Duration LONG = Duration.ofSeconds(60);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        Hooks.resetOnErrorDropped();
        this.clients.close();
        this.server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = { "stream", "events", "chat", "generic" })
    void callThatIsCancelledBetweenHeadersAndBodyClosesItsConnection(String kind) {
        this.server.otherwise(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        Disposable.Swap running = Disposables.swap();
        this.clients.filter((request, next) -> next.exchange(request).doOnNext((response) -> running.dispose()));
        LlmWebClient client = this.clients.open(this.server.url(), (settings) -> settings.setProvider("ollama"));
        running.update(Flux.from(call(kind).apply(client)).subscribe());
        this.server.awaitCalls(1, LONG);
        Awaitility.await().atMost(LONG).until(running::isDisposed);
        this.server.awaitOpenConnections(0, SOON);
        assertThat(client.poolStats().acquired()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = { "stream", "chat", "generic" })
    void callThatReachesItsLimitBetweenHeadersAndBodyClosesItsConnection(String kind) {
        this.server.otherwise(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        this.clients.filter((request, next) -> next.exchange(request).flatMap((response) -> Mono.never()));
        LlmWebClient client = this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("ollama");
            settings.getTimeout().setCall(Duration.ofMillis(500));
            settings.getTimeout().setStream(Duration.ofMillis(500));
        });
        StepVerifier.create(call(kind).apply(client)).expectError(LlmHttpException.class).verify(LONG);
        this.server.awaitOpenConnections(0, SOON);
        assertThat(client.poolStats().acquired()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = { "stream", "chat", "generic" })
    void callThatFailsBetweenHeadersAndBodyClosesItsConnection(String kind) {
        this.server.otherwise(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        this.clients.filter((request, next) -> next.exchange(request)
            .flatMap((response) -> Mono.error(new IllegalStateException("a filter that fails"))));
        LlmWebClient client = this.clients.open(this.server.url(), (settings) -> settings.setProvider("ollama"));
        StepVerifier.create(call(kind).apply(client)).expectError(LlmHttpException.class).verify(LONG);
        this.server.awaitOpenConnections(0, SOON);
        assertThat(client.poolStats().acquired()).isZero();
    }

    @Test
    @Covers(FaultRow.CANCEL)
    void connectsThatWereCancelledLeaveTheirPlaces() throws IOException {
        try (DeadAddress gone = new DeadAddress("127.0.0.1", 0)) {
            LlmWebClient client = this.clients.open("http://127.0.0.1:" + gone.port(), (settings) -> {
                settings.setProvider("ollama");
                settings.getPool().setMaxConnections(2);
                settings.getTimeout().setAcquire(Duration.ofSeconds(2));
                settings.getTimeout().setConnect(Duration.ofSeconds(4));
            });
            for (int call = 0; call < 3; call++) {
                StepVerifier.create(client.chat("Hi")).thenAwait(Duration.ofMillis(200)).thenCancel().verify(LONG);
            }
            StepVerifier.create(client.chat("Hi"))
                .expectErrorSatisfies(
                        (error) -> assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.CONNECT))
                .verify(LONG);
        }
    }

    @Test
    void responseThatNobodyReadsEndsAtTheLimitOfItsCall() {
        this.server.otherwise(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        LlmWebClient client = this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("ollama");
            settings.getTimeout().setCall(Duration.ofMillis(500));
        });
        Mono<String> answer = client.webClient()
            .post()
            .uri("/api/chat")
            .bodyValue("{}")
            .exchangeToMono((response) -> Mono.delay(SOON.multipliedBy(2)).doOnNext((tick) -> {
                assertThat(client.poolStats().acquired()).isZero();
                this.server.awaitOpenConnections(0, SOON);
            }).then(response.bodyToMono(String.class)));
        StepVerifier.create(answer)
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("CALL_TIMEOUT")
                .hasMessageContaining("timeout.call"))
            .verify(LONG);
    }

    @Test
    @Covers(FaultRow.CALLER_THROWS)
    void subscriberThatBlocksWhenItIsToldOfALimitHoldsUpNoOtherLimit() {
        this.server.otherwise(Reply.text("a").fault(Fault.stall(Moment.HEADERS)));
        LlmWebClient client = this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("ollama");
            settings.getTimeout().setCall(Duration.ofMillis(300));
        });
        CountDownLatch unblocked = new CountDownLatch(1);
        Disposable blocking = client.chat("Hi").doOnError((error) -> await(unblocked)).onErrorComplete().subscribe();
        StepVerifier.create(Mono.delay(Duration.ofMillis(100)).then(client.chat("Hi")))
            .expectError(LlmTimeoutException.class)
            .verify(Duration.ofSeconds(5));
        assertThat(blocking.isDisposed()).isFalse();
        unblocked.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "stream", "events", "chat", "generic" })
    void callThatIsCancelledBetweenHeadAndBodyLeavesNoError(String kind) {
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        this.server.otherwise(Reply.text("a", "b"));
        Disposable.Swap running = Disposables.swap();
        CountDownLatch passed = new CountDownLatch(1);
        this.clients.filter((request, next) -> next.exchange(request)
            .doOnNext((response) -> running.dispose())
            .doFinally((signal) -> passed.countDown()));
        LlmWebClient client = this.clients.open(this.server.url(), (settings) -> settings.setProvider("ollama"));
        running.update(Mono.delay(Duration.ofMillis(20)).thenMany(Flux.from(call(kind).apply(client))).subscribe());
        await(passed);
        Awaitility.await().atMost(LONG).untilAsserted(() -> {
            assertThat(client.poolStats().acquired()).isZero();
            assertThat(this.server.connections().open()).isEqualTo(client.poolStats().idle());
        });
        assertThat(dropped).isEmpty();
    }

    @Test
    @Covers(FaultRow.CANCEL)
    void noMomentToCancelLosesAPlaceOrASocket() {
        Random random = new Random(42);
        this.server.otherwise((call) -> randomReply(random));
        cancelAtRandom(List.of("stream", "events", "chat", "generic", "unread"), random);
    }

    @Test
    @Covers(FaultRow.CANCEL)
    void noMomentToLeaveABodyThatNeverEndsLeavesItsConnectionOpen() {
        this.server.otherwise(Reply.text("a", "b").fault(Fault.stall(Moment.AFTER_END_MARKER)));
        cancelAtRandom(List.of("generic"), new Random(42));
    }

    private void cancelAtRandom(List<String> kinds, Random random) {
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        LlmWebClient client = this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("ollama");
            settings.getPool().setMaxConnections(20);
            settings.getTimeout().setCall(Duration.ofMillis(300));
            settings.getTimeout().setStream(Duration.ofMillis(300));
        });
        AtomicInteger ended = new AtomicInteger();
        Flux.range(0, 2000)
            .map((number) -> Flux.from(call(kinds.get(random.nextInt(kinds.size()))).apply(client))
                .onErrorComplete()
                .takeUntilOther(Mono.delay(Duration.ofNanos(random.nextInt(25_000_000))))
                .doFinally((signal) -> ended.incrementAndGet()))
            .flatMap(Function.identity(), 40)
            .as(StepVerifier::create)
            .thenConsumeWhile((item) -> true)
            .expectComplete()
            .verify(LONG);
        // The last one may count itself a moment after it has ended
        Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(ended).hasValue(2000));
        Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(client.poolStats().acquired()).isZero());
        Awaitility.await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(this.server.connections().open()).as("open connections")
                .isEqualTo(client.poolStats().idle()));
        assertThat(dropped).as("errors that nobody was told of").isEmpty();
    }

    private static Reply randomReply(Random random) {
        Reply reply = Reply.text("a", "b", "c", "d");
        synchronized (random) {
            return switch (random.nextInt(10)) {
                case 0 -> reply.gap(Duration.ofMillis(3));
                case 1 -> reply.firstAfter(Duration.ofMillis(5));
                case 2 -> reply.headersAfter(Duration.ofMillis(5));
                case 3 -> reply.fault(Fault.reset(Moment.afterTokens(2)));
                case 4 -> reply.fault(Fault.stall(Moment.AFTER_END_MARKER));
                case 5 -> Reply.status(429);
                case 6 -> reply.fault(Fault.truncate(Moment.HEADERS));
                case 7 -> reply.fault(Fault.stall(Moment.afterTokens(3)));
                default -> reply;
            };
        }
    }

    private static Function<LlmWebClient, Publisher<?>> call(String kind) {
        return switch (kind) {
            case "stream" -> (client) -> client.stream("Hi");
            case "events" -> (client) -> client.events(ChatRequest.of("Hi"));
            case "chat" -> (client) -> client.chat("Hi");
            case "generic" -> (client) -> client.webClient()
                .post()
                .uri("/api/chat")
                .bodyValue(ChatRequest.of("Hi").toString())
                .retrieve()
                // Spring's decoder of lines may release a buffer twice when it is
                // cancelled
                .bodyToFlux(byte[].class);
            default -> (client) -> client.webClient()
                .get()
                .uri("/api/tags")
                .exchangeToMono((response) -> Mono.just(response.statusCode()));
        };
    }

}
