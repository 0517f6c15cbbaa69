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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.MockLlmServer.Outage;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.testing.Middlebox;
import io.github.llmhttp.testing.Middlebox.Way;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What stands between client and server forgets, resets, drains and restarts: the caller
 * sees nothing, or one clear error.
 */
class MiddleboxTests {

    private static final Duration LONG = Duration.ofSeconds(20);

    private static final Duration LIMIT = Duration.ofMillis(300);

    private static final int CALLS = 10;

    private final MockLlmServer server = MockLlmServer.start().otherwise(Reply.text("a"));

    private final Middlebox middlebox = Middlebox.before(this.server.port());

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() throws IOException {
        this.clients.close();
        this.middlebox.close();
        this.server.close();
    }

    @Test
    @Covers(FaultRow.IDLE_DROPPED)
    void connectionsThatWereForgottenSilentlyCostOneLimit() {
        LlmWebClient client = client((settings) -> {
            settings.getTimeout().setHeaders(LIMIT);
            retrying(settings);
            settings.getRetry().setInitialBackoff(Duration.ofMillis(10));
        });
        assertAnswers(client);
        this.middlebox.forget(Way.DROP);
        long begin = System.nanoTime();
        assertAnswers(client);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(LIMIT);
    }

    @Test
    @Covers(FaultRow.IDLE_DROPPED)
    void withoutRetriesTheErrorNamesTheLimit() {
        LlmWebClient client = client((settings) -> settings.getTimeout().setHeaders(LIMIT));
        assertThat(client.chat("Hi").block(LONG)).isEqualTo("a");
        this.middlebox.forget(Way.DROP);
        LlmHttpException failure = (LlmHttpException) client.chat("Hi")
            .then(Mono.<Throwable>empty())
            .onErrorResume(Mono::just)
            .block(LONG);
        assertThat(failure.kind()).isEqualTo(FailureKind.RESPONSE_TIMEOUT);
        assertThat(failure).hasMessageContaining("timeout.headers").hasMessageContaining("300 ms");
        assertThat(client.chat("Hi").block(LONG)).isEqualTo("a");
    }

    @Test
    @Covers(FaultRow.IDLE_DROPPED)
    void whoIsIdleForLessThanTheMiddleboxMeetsNothing() {
        LlmWebClient client = client((settings) -> {
            settings.getJanitor().setMaxIdleTime(Duration.ofMillis(100));
            settings.getJanitor().setSweepInterval(Duration.ofMillis(50));
        });
        assertAnswers(client);
        Awaitility.await().atMost(LONG).until(() -> client.poolStats().idle() == 0);
        this.middlebox.forget(Way.DROP);
        assertAnswers(client);
    }

    @Test
    @Covers(FaultRow.IDLE_CLOSED)
    void connectionsThatAreResetWhenTheyAreUsedAgainAreReplacedUnseen() {
        LlmWebClient client = client((settings) -> {
        });
        assertAnswers(client);
        this.middlebox.forget(Way.RESET);
        assertAnswers(client);
        assertThat(this.server.calls()).as("calls that reached the server").hasSize(2 * CALLS);
    }

    @Test
    @Covers(FaultRow.DRAIN)
    void serverThatDrainsIsLeftAndItsCallersSeeNothing() {
        AtomicInteger refused = new AtomicInteger();
        this.server.otherwise((call) -> (refused.incrementAndGet() <= CALLS)
                ? Reply.status(503).header("Connection", "close").header("Retry-After", "0") : Reply.text("a"));
        LlmWebClient client = client(MiddleboxTests::retrying);
        assertAnswers(client);
        List<RecordedCall> calls = this.server.calls();
        assertThat(calls).hasSize(2 * CALLS);
        assertThat(calls.stream().skip(CALLS).map(RecordedCall::connectionId))
            .doesNotContainAnyElementsOf(calls.stream().limit(CALLS).map(RecordedCall::connectionId).toList());
    }

    @Test
    @Covers(FaultRow.RESTART)
    void restartUnderLoadIsSeenOnlyByAnswersThatHadBegun() {
        this.server.otherwise(Reply.text("a", "b", "c").gap(Duration.ofMillis(20)));
        LlmWebClient client = client(this.server.url(), (settings) -> {
            retrying(settings);
            settings.getRetry().setMaxAttempts(6);
            settings.getRetry().setInitialBackoff(Duration.ofMillis(100));
        });
        Mono<Void> restart = Mono.fromRunnable(() -> {
            Outage outage = this.server.refuse();
            this.server.closeConnections();
            Mono.delay(LIMIT).subscribe((tick) -> outage.close());
        });
        List<String> answers = Flux.range(0, 100)
            .delayElements(Duration.ofMillis(10))
            .flatMap((number) -> (number == 30) ? restart.then(Mono.just(number)) : Mono.just(number))
            .flatMap((number) -> answer(client))
            .collectList()
            .block(LONG);
        assertThat(answers).hasSize(100).containsOnly("abc", "TRUNCATED after content");
        // 3 to 6 of them are under way at that moment, more on a busy machine
        assertThat(answers).filteredOn("abc"::equals).hasSizeGreaterThan(50);
        Awaitility.await().atMost(LONG).until(() -> client.poolStats().acquired() == 0);
    }

    private static Mono<String> answer(LlmWebClient client) {
        return client.stream("Hi")
            .collectList()
            .map((tokens) -> String.join("", tokens))
            .onErrorResume(LlmHttpException.class, (error) -> Mono
                .just(error.kind() + ((error.failure().delivered() > 0) ? " after content" : " without content")));
    }

    private void assertAnswers(LlmWebClient client) {
        List<String> answers = Flux.range(0, CALLS)
            .flatMap((call) -> client.chat("Hi"), CALLS)
            .collectList()
            .block(LONG);
        assertThat(answers).isEqualTo(IntStream.range(0, CALLS).mapToObj((call) -> "a").toList());
    }

    /** All calls of a test fail at once, which is more than the budget lets repeat. */
    private static void retrying(LlmClientProperties settings) {
        settings.getRetry().setEnabled(true);
        settings.getRetry().setBudget(10);
    }

    private LlmWebClient client(Consumer<LlmClientProperties> settings) {
        return client(this.middlebox.url(), settings);
    }

    private LlmWebClient client(String url, Consumer<LlmClientProperties> settings) {
        return this.clients.open(url, (own) -> {
            own.setProvider("openai");
            settings.accept(own);
        });
    }

}
