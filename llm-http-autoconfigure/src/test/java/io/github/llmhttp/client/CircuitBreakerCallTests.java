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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.TimeLimits;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The circuit breaker around calls on real sockets.
 */
class CircuitBreakerCallTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @Test
    @Covers(kinds = FailureKind.CIRCUIT_OPEN)
    void endpointThatFailsIsLeftAlone() {
        this.server.otherwise(Reply.status(503));
        LlmWebClient client = client((settings) -> settings.getCircuitBreaker().setOpenTime(LONG));
        for (int call = 0; call < 3; call++) {
            assertThat(failure(client.chat("Hi")).kind()).isEqualTo(FailureKind.OVERLOADED);
        }
        LlmHttpException refused = failure(client.stream("Hi"));
        assertThat(refused.kind()).isEqualTo(FailureKind.CIRCUIT_OPEN);
        assertThat(refused.failure().notProcessed()).isTrue();
        assertThat(refused.failure().retryAfter()).isBetween(Duration.ofMillis(1), LONG);
        assertThat(this.server.calls()).hasSize(3);
        assertThat(client.poolStats().acquired()).isZero();
    }

    @Test
    void firstProbeThatSucceedsLetsAllThroughAgain() {
        this.server.otherwise(Reply.status(503));
        LlmWebClient client = client();
        open(client);
        this.server.otherwise(Reply.text("a"));
        Awaitility.await().atMost(LONG).untilAsserted(() -> {
            StepVerifier.create(client.chat("Hi")).expectNext("a").expectComplete().verify(LONG);
            assertThat(breaker().getState()).isEqualTo(State.CLOSED);
        });
    }

    @Test
    @Covers(FaultRow.LONG_PROBE)
    void streamThatRunsForLongHasProvedItselfAtItsFirstContent() {
        LlmWebClient client = client((settings) -> settings.getCircuitBreaker().setHalfOpenCalls(1));
        open(client);
        this.server.otherwise(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        Disposable.Composite streams = Disposables.composite();
        AtomicReference<Throwable> broken = new AtomicReference<>();
        Awaitility.await().atMost(LONG).until(() -> {
            streams.add(client.stream("Hi").subscribe((token) -> broken.set(null), broken::set));
            return breaker().getState() == State.CLOSED;
        });
        assertThat(broken.get()).as("failure of the stream that is still running").isNull();
        streams.dispose();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    @Covers(FaultRow.CANCEL)
    void probeThatIsCancelledLeavesItsPlace(boolean stream) {
        LlmWebClient client = client((settings) -> settings.getCircuitBreaker().setHalfOpenCalls(1));
        open(client);
        this.server.otherwise(Reply.text("a").headersAfter(LONG));
        int before = this.server.calls().size();
        Awaitility.await().atMost(LONG).until(() -> {
            Publisher<String> call = stream ? client.stream("Hi") : client.chat("Hi");
            Disposable probe = Flux.from(call).subscribe((token) -> {
            }, (error) -> {
            });
            Awaitility.await().atMost(LONG).until(() -> probe.isDisposed() || this.server.calls().size() > before);
            boolean sent = !probe.isDisposed();
            probe.dispose();
            return sent;
        });
        this.server.otherwise(Reply.text("a"));
        StepVerifier.create(client.chat("Hi")).expectNext("a").expectComplete().verify(LONG);
        assertThat(breaker().getState()).isEqualTo(State.CLOSED);
    }

    @Test
    void callThatWaitedForAConnectionWhileTheBreakerOpenedIsRefused() {
        this.server.script(Reply.status(503).headersAfter(Duration.ofMillis(400)));
        LlmWebClient client = client((settings) -> {
            settings.getPool().setMaxConnections(1);
            settings.getCircuitBreaker().setConsecutiveFailures(1);
            settings.getCircuitBreaker().setOpenTime(Duration.ofSeconds(20));
        });
        Flux<FailureKind> kinds = Flux.range(0, 3)
            .flatMap((call) -> client.chat("Hi")
                .materialize()
                .map((signal) -> ((LlmHttpException) signal.getThrowable()).kind()));
        StepVerifier.create(kinds)
            .expectNext(FailureKind.OVERLOADED, FailureKind.CIRCUIT_OPEN, FailureKind.CIRCUIT_OPEN)
            .expectComplete()
            .verify(LONG);
        assertThat(this.server.calls()).hasSize(1);
        assertThat(client.poolStats().acquired()).isZero();
        assertThat(client.poolStats().pending()).isZero();
    }

    @Test
    void whatTheAccountOrTheRequestCausedDoesNotCount() {
        LlmWebClient client = client();
        for (int status : new int[] { 400, 401, 404, 429, 429, 429 }) {
            this.server.otherwise(Reply.status(status));
            failure(client.chat("Hi"));
        }
        assertThat(breaker().getState()).isEqualTo(State.CLOSED);
        assertThat(breaker().getMetrics().getNumberOfBufferedCalls()).isZero();
    }

    @Test
    void genericCallsCountToo() {
        LlmWebClient client = client((settings) -> settings.getCircuitBreaker().setOpenTime(LONG));
        for (int call = 0; call < 3; call++) {
            this.server.script((any) -> true, Reply.status(500));
            client.webClient().get().uri("/v1/models").exchangeToMono((response) -> response.releaseBody()).block(LONG);
        }
        assertThat(failure(client.webClient().get().uri("/v1/models").retrieve().toBodilessEntity()).kind())
            .isEqualTo(FailureKind.CIRCUIT_OPEN);
    }

    @Test
    void serverThatComesBackIsReachedWithinASecond() {
        LlmWebClient client = client();
        this.server.otherwise(Reply.text("a"));
        TimeLimits.assertBetween(Duration.ZERO, Duration.ofSeconds(1), () -> {
            MockLlmServer.Outage outage = this.server.refuse();
            Awaitility.await().atMost(LONG).until(() -> {
                failure(client.chat("Hi"));
                return breaker().getState() == State.OPEN;
            });
            outage.close();
            long start = System.nanoTime();
            Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(LONG)
                .until(() -> Boolean.TRUE.equals(client.chat("Hi").map("a"::equals).onErrorReturn(false).block(LONG)));
            return Duration.ofNanos(System.nanoTime() - start);
        });
    }

    @Test
    void breakerLeavesTheRegistryWithItsClient() {
        client();
        assertThat(this.clients.breakers().find("test")).isPresent();
        this.clients.opened().close().block(LONG);
        assertThat(this.clients.breakers().find("test")).isEmpty();
    }

    private CircuitBreaker breaker() {
        return this.clients.breakers().find("test").orElseThrow();
    }

    private void open(LlmWebClient client) {
        this.server.otherwise(Reply.status(503));
        for (int call = 0; call < 3; call++) {
            failure(client.chat("Hi"));
        }
        assertThat(breaker().getState()).isEqualTo(State.OPEN);
    }

    private LlmWebClient client() {
        return client((settings) -> {
        });
    }

    private LlmWebClient client(Consumer<LlmClientProperties> customizer) {
        return this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("openai");
            settings.setApiKey("sk-test");
            settings.getCircuitBreaker().setEnabled(true);
            settings.getCircuitBreaker().setConsecutiveFailures(3);
            settings.getCircuitBreaker().setOpenTime(Duration.ofMillis(500));
            customizer.accept(settings);
        });
    }

    private static LlmHttpException failure(Publisher<?> call) {
        AtomicReference<LlmHttpException> failure = new AtomicReference<>();
        StepVerifier.create(call).expectErrorSatisfies((error) -> failure.set((LlmHttpException) error)).verify(LONG);
        return failure.get();
    }

}
