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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.test.RetryAfter;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many calls against a server that is down, comes back, asks to wait, or is left: what
 * each of them sends, counted by the server.
 * <p>
 * {@code -Dllm.http.test.outage=60} makes the outages that many seconds long.
 */
class OutageTests {

    private static final Log logger = LogFactory.getLog(OutageTests.class);

    private static final Duration LONG = Duration.ofSeconds(60);

    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("llm.http.test.outage", 3));

    /** 200 calls a second. */
    private static final Duration PERIOD = Duration.ofMillis(5);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = { "503", "refused" })
    @Covers(FaultRow.OUTAGE)
    void outageIsAnsweredWithATenthMore(String how) {
        LlmWebClient client = client((settings) -> {
        });
        double amplification = amplification(client, how);
        assertThat(amplification).isBetween(1.01, 1.10);
    }

    @Test
    @Covers(FaultRow.OUTAGE)
    void outageIsAnsweredThreefoldWithoutTheBudget() {
        LlmWebClient client = client((settings) -> settings.getRetry().setBudget(10));
        assertThat(amplification(client, "503")).isBetween(2.5, 3.0);
    }

    @Test
    @Covers(FaultRow.OUTAGE)
    void endpointThatIsOpenIsSentNothingButProbes() {
        LlmWebClient client = client((settings) -> {
            settings.getCircuitBreaker().setEnabled(true);
            settings.getCircuitBreaker().setOpenTime(Duration.ofMillis(500));
        });
        amplification(client, "503");
        CircuitBreaker breaker = this.clients.breakers().circuitBreaker("test");
        int probes = breaker.getCircuitBreakerConfig().getPermittedNumberOfCallsInHalfOpenState();
        // What had been sent when it opened, and a round of probes each time it tried
        long rounds = OUTAGE.toMillis() / 500 + 1;
        assertThat(this.server.calls().size()).isLessThanOrEqualTo((int) (100 + rounds * probes));
        assertThat(breaker.getMetrics().getNumberOfNotPermittedCalls()).isPositive();
    }

    private LlmWebClient client(Consumer<LlmClientProperties> customizer) {
        return this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("openai");
            settings.setApiKey("sk-test");
            settings.getRetry().setEnabled(true);
            settings.getRetry().setInitialBackoff(Duration.ofMillis(20));
            customizer.accept(settings);
        });
    }

    /** How many requests there were for each call, while all failed. */
    private double amplification(LlmWebClient client, String how) {
        this.server.otherwise(Reply.status(503));
        MockLlmServer.Outage outage = how.equals("refused") ? this.server.refuse() : null;
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger attempts = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        try {
            Flux.interval(PERIOD)
                .onBackpressureBuffer()
                .take(OUTAGE)
                .flatMap((tick) -> client.chat("Hi")
                    .doOnSubscribe((subscription) -> calls.incrementAndGet())
                    .doOnNext((answer) -> answered.incrementAndGet())
                    .onErrorResume(LlmHttpException.class, (failure) -> {
                        attempts.addAndGet(failure.failure().attempt());
                        return Mono.empty();
                    }), Integer.MAX_VALUE)
                .blockLast(OUTAGE.plus(LONG));
        }
        finally {
            if (outage != null) {
                outage.close();
            }
        }
        assertThat(answered).hasValue(0);
        assertThat(calls.get()).isGreaterThan((int) OUTAGE.toSeconds() * 20);
        int sent = (outage != null) ? attempts.get() : this.server.calls().size();
        logger.info("%s: %d calls, %d attempts in %s".formatted(how, calls.get(), sent, OUTAGE));
        return (double) sent / calls.get();
    }

    @Test
    @Covers(FaultRow.RESTART)
    void serverThatComesBackIsUsedAtOnceAndByAllSoon() {
        LlmWebClient client = client((settings) -> {
            settings.getCircuitBreaker().setEnabled(true);
            settings.getCircuitBreaker().setOpenTime(Duration.ofMillis(500));
        });
        this.server.otherwise(Reply.text("a"));
        AtomicLong listens = new AtomicLong();
        AtomicLong first = new AtomicLong();
        AtomicLong lastFailure = new AtomicLong();
        MockLlmServer.Outage outage = this.server.refuse();
        Flux<String> load = Flux.interval(Duration.ofMillis(20))
            .onBackpressureBuffer()
            .flatMap((tick) -> client.chat("Hi")
                .doOnNext((answer) -> first.compareAndSet(0, System.nanoTime()))
                .onErrorResume((failure) -> {
                    lastFailure.set(System.nanoTime());
                    return Mono.empty();
                }), Integer.MAX_VALUE);
        Disposable running = load.subscribe();
        CircuitBreaker breaker = this.clients.breakers().circuitBreaker("test");
        assertThat(this.server.await((down) -> breaker.getState() == CircuitBreaker.State.OPEN, LONG)).isTrue();
        listens.set(System.nanoTime());
        outage.close();
        assertThat(this.server.await((up) -> up.calls().size() >= 150, LONG)).isTrue();
        running.dispose();
        Duration toFirst = Duration.ofNanos(first.get() - listens.get());
        Duration toAll = Duration.ofNanos(lastFailure.get() - listens.get());
        logger.info("First answer after %s, last failure after %s".formatted(toFirst, toAll));
        assertThat(toFirst).isLessThan(Duration.ofSeconds(1));
        assertThat(toAll).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    @Covers(FaultRow.OVERLOAD)
    void serverIsKeptAtItsBestByThreeTimesWhatItCan() {
        int places = 20;
        Duration time = Duration.ofMillis(100);
        this.server.otherwise(Reply.text("a").headersAfter(time));
        LlmWebClient client = client((settings) -> {
            settings.getPool().setMaxConnections(places);
            settings.getPool().setMaxPendingAcquires(places);
            settings.getTimeout().setAcquire(Duration.ofMillis(200));
        });
        // Classes are loaded and connections are open before its best is measured
        Flux.range(0, places).flatMap((call) -> client.chat("Hi"), places).blockLast(LONG);
        long begun = System.nanoTime();
        Flux.range(0, 10 * places).flatMap((call) -> client.chat("Hi"), places).blockLast(LONG);
        long best = 10 * places * OUTAGE.toNanos() / (System.nanoTime() - begun);
        AtomicInteger answered = new AtomicInteger();
        Set<FailureKind> kinds = ConcurrentHashMap.newKeySet();
        long start = System.nanoTime();
        Flux.interval(OUTAGE.dividedBy(3 * best))
            .onBackpressureBuffer()
            .take(OUTAGE)
            .flatMap((tick) -> client.chat("Hi").doOnNext((answer) -> {
                if (System.nanoTime() - start < OUTAGE.toNanos()) {
                    answered.incrementAndGet();
                }
            }).onErrorResume(LlmHttpException.class, (failure) -> {
                kinds.add(failure.kind());
                return Mono.empty();
            }), Integer.MAX_VALUE)
            .blockLast(OUTAGE.plus(LONG));
        double rate = (double) answered.get() / best;
        logger.info("%d answers, %.0f %% of what the server can".formatted(answered.get(), rate * 100));
        assertThat(rate).isGreaterThanOrEqualTo(0.9);
        assertThat(kinds).isNotEmpty().isSubsetOf(FailureKind.POOL_FULL, FailureKind.POOL_TIMEOUT);
    }

    @Test
    @Covers(FaultRow.RETRY_AFTER)
    void noneOfAThousandRequestsComesBeforeItsTime() {
        List<LlmWebClient> all = IntStream.range(0, 20)
            .mapToObj((number) -> this.clients.open("client-" + number, this.server.url(), null, (settings) -> {
                settings.setProvider("ollama");
                settings.getRetry().setEnabled(true);
                settings.getRetry().setBudget(10);
                settings.getRetry().setInitialBackoff(Duration.ofMillis(4));
            }))
            .toList();
        Duration wait = Duration.ofMillis(30);
        List<RetryAfter> forms = List.of(RetryAfter.millis(wait), RetryAfter.azureMillis(wait),
                RetryAfter.fraction(wait));
        Map<String, AtomicInteger> asked = IntStream.range(0, 1000)
            .mapToObj(Integer::toString)
            .collect(Collectors.toMap((prompt) -> prompt, (prompt) -> new AtomicInteger()));
        this.server.otherwise((call) -> (asked.get(call.prompt()).getAndIncrement() == 0)
                ? Reply.status(429).retryAfter(forms.get(call.number() % forms.size())) : Reply.text("a"));
        Long answers = Flux.range(0, all.size())
            .flatMap((client) -> Flux.range(0, 50)
                .concatMap((call) -> all.get(client).chat(Integer.toString(client * 50 + call))), all.size())
            .count()
            .block(LONG);
        assertThat(answers).isEqualTo(1000);
        Map<String, List<RecordedCall>> attempts = this.server.calls()
            .stream()
            .collect(Collectors.groupingBy(RecordedCall::prompt));
        assertThat(attempts.values()).hasSize(1000).allSatisfy((two) -> {
            assertThat(two).hasSize(2);
            assertThat(two.get(1).after(two.get(0))).isGreaterThanOrEqualTo(wait);
        });
    }

    @Test
    @Covers(FaultRow.CANCEL)
    void serverNoticesEachOfAThousandCallersWhoLeave() {
        Duration limit = Duration.ofSeconds(1);
        Duration spread = Duration.ofMillis(100);
        Random random = new Random(10);
        LlmWebClient client = this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("ollama");
            settings.getPool().setMaxConnections(200);
        });
        String[] tokens = IntStream.range(0, 1000).mapToObj(Integer::toString).toArray(String[]::new);
        this.server.otherwise(Reply.text(tokens).headersAfter(Duration.ofMillis(20)).gap(Duration.ofMillis(20)));
        List<Duration> slowest = new ArrayList<>();
        while (this.server.calls().size() < 1000) {
            Flux.range(0, 100)
                .flatMap((call) -> client.stream("Hi")
                    .takeUntilOther(Mono.delay(Duration.ofNanos(random.nextLong(spread.toNanos())))), 100)
                .blockLast(LONG);
            long left = System.nanoTime();
            // The first one left earlier by the spread at most
            this.server.await((server) -> server.calls().stream().noneMatch(RecordedCall::isRunning),
                    limit.minus(spread));
            assertThat(this.server.calls()).filteredOn(RecordedCall::isRunning).as("not noticed").isEmpty();
            slowest.add(Duration.ofNanos(System.nanoTime() - left).plus(spread));
        }
        logger.info("The server noticed each within " + slowest.stream().max(Duration::compareTo).orElseThrow());
        assertThat(this.server.calls()).filteredOn((call) -> !call.isCancelled())
            .as("that did not end by leaving")
            .isEmpty();
        assertThat(client.poolStats().acquired()).isZero();
    }

}
