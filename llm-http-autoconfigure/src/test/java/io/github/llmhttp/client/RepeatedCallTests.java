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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.streaming.ChatTransport;
import io.github.llmhttp.streaming.StreamRestart;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is repeated, on real sockets.
 */
class RepeatedCallTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = { "chat", "stream", "events", "post", "streamData", "generic" })
    @Covers(FaultRow.ONE_BAD_STATUS)
    void serverThatIsOverloadedOnceIsAskedAgain(String kind) {
        this.server.script((call) -> true, Reply.status(503), Reply.text("a"));
        StepVerifier.create(Flux.from(call(kind).apply(client())).last())
            .expectNextCount(1)
            .expectComplete()
            .verify(LONG);
        assertThat(this.server.calls()).hasSize(2);
        assertThat(this.clients.retries().retry("test").getMetrics().getNumberOfSuccessfulCallsWithRetryAttempt())
            .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 401, 403, 404, 413, 422, 501 })
    @Covers(FaultRow.CLIENT_ERROR)
    void statusThatStaysIsNotAskedAgain(int status) {
        this.server.otherwise(Reply.status(status));
        LlmHttpException failure = failure(client().chat("Hi"));
        assertThat(failure.failure().status()).isEqualTo(status);
        assertThat(this.server.calls()).hasSize(1);
    }

    @Test
    void emptyQuotaIsFinal() {
        this.server.otherwise(Reply.status(429).error("insufficient_quota", "You exceeded your current quota"));
        assertThat(failure(client().chat("Hi")).kind()).isEqualTo(FailureKind.QUOTA);
        assertThat(this.server.calls()).hasSize(1);
    }

    @Test
    void adviceOfTheResponseOverridesItsStatus() {
        this.server.script(Reply.status(400).header("x-should-retry", "true"), Reply.text("a"));
        StepVerifier.create(client().chat("Hi")).expectNext("a").expectComplete().verify(LONG);
        this.server.reset();
        this.server.otherwise(Reply.status(500).header("x-should-retry", "false"));
        assertThat(failure(client().chat("Hi")).kind()).isEqualTo(FailureKind.SERVER);
        assertThat(this.server.calls()).hasSize(1);
    }

    @Test
    @Covers(FaultRow.CUT)
    void nothingIsRepeatedAfterATokenWasDelivered() {
        this.server.otherwise(Reply.text("a", "b").fault(Fault.reset(Moment.afterTokens(1))));
        StepVerifier.create(client().stream("Hi"))
            .expectNext("a")
            .expectErrorSatisfies(
                    (error) -> assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.TRUNCATED))
            .verify(LONG);
        assertThat(this.server.calls()).hasSize(1);
    }

    @Test
    void eventsBeginAnewWhereThatIsAnnounced() {
        this.server.script(Reply.text("a", "b").fault(Fault.reset(Moment.afterTokens(1))), Reply.text("c", "d"));
        LlmWebClient client = client((settings) -> settings.getStreaming().setRestart(StreamRestart.ANNOUNCE));
        StepVerifier.create(client.events(ChatRequest.of("Hi")).filter((event) -> !(event instanceof ChatEvent.Billed)))
            .expectNext(new ChatEvent.Text("a"), new ChatEvent.Restarted(FailureKind.TRUNCATED),
                    new ChatEvent.Text("c"), new ChatEvent.Text("d"))
            .expectNextMatches((event) -> event instanceof ChatEvent.Finish)
            .expectComplete()
            .verify(LONG);
        assertThat(this.server.calls()).hasSize(2);
    }

    @Test
    void eventsThatBreakAgainAndAgainFailInTheEnd() {
        this.server.otherwise(Reply.text("a", "b").fault(Fault.reset(Moment.afterTokens(1))));
        LlmWebClient client = client((settings) -> settings.getStreaming().setRestart(StreamRestart.ANNOUNCE));
        StepVerifier.create(client.events(ChatRequest.of("Hi")))
            .expectNextCount(5)
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("(attempt 3/3)"))
            .verify(LONG);
        assertThat(this.server.calls()).hasSize(3);
    }

    @Test
    void textNeverBeginsAnew() {
        this.server.otherwise(Reply.text("a", "b").fault(Fault.reset(Moment.afterTokens(1))));
        LlmWebClient client = client((settings) -> settings.getStreaming().setRestart(StreamRestart.ANNOUNCE));
        StepVerifier.create(client.stream("Hi")).expectNext("a").expectError(LlmHttpException.class).verify(LONG);
        assertThat(this.server.calls()).hasSize(1);
    }

    @Test
    void answerThatIsFetchedAsAStreamIsRepeatedAsAWholeOneIs() {
        this.server.script(Reply.text("a", "b").fault(Fault.reset(Moment.afterTokens(1))), Reply.text("c"));
        LlmWebClient client = client((settings) -> settings.getChat().setTransport(ChatTransport.STREAMED));
        StepVerifier.create(client.chat("Hi")).expectNext("c").expectComplete().verify(LONG);
        assertThat(this.server.calls()).hasSize(2);
    }

    @Test
    void nothingIsRepeatedAfterReasoningThatWasNotDelivered() {
        this.server.otherwise(Reply.text("a").reasoning("x", "y").fault(Fault.reset(Moment.afterTokens(1))));
        StepVerifier.create(client().stream("Hi")).expectError(LlmHttpException.class).verify(LONG);
        assertThat(this.server.calls()).hasSize(1);
    }

    @Test
    void connectionThatIsResetBeforeContentIsDoubtfulAndTriedOnce() {
        this.server.otherwise(Reply.text("a").fault(Fault.reset(Moment.FIRST_TOKEN)));
        StepVerifier.create(client().stream("Hi"))
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("(attempt 2/3)"))
            .verify(LONG);
        assertThat(this.server.calls()).hasSize(2);
    }

    @Test
    @Covers(FaultRow.ERROR_IN_STREAM)
    void errorInsideTheStreamBeforeContentIsWhatItMeans() {
        this.server.script(Reply.text().thenError("overloaded_error", "Overloaded"), Reply.text("a"));
        LlmWebClient client = client((settings) -> settings.setProvider("anthropic"));
        StepVerifier.create(client.stream("Hi")).expectNext("a").expectComplete().verify(LONG);
        assertThat(this.server.calls()).hasSize(2);
    }

    @Test
    void serverThatIsDownAndComesBackIsReached() {
        LlmWebClient client = client((settings) -> {
            settings.getRetry().setMaxAttempts(10);
            settings.getRetry().setBudget(10);
        });
        this.server.otherwise(Reply.text("a"));
        MockLlmServer.Outage outage = this.server.refuse();
        StepVerifier.create(client.chat("Hi"))
            .thenAwait(Duration.ofMillis(300))
            .then(outage::close)
            .expectNext("a")
            .expectComplete()
            .verify(LONG);
    }

    @Test
    @Covers(FaultRow.RETRY_AFTER)
    void waitThatTheServerAsksForHoldsForAllCalls() {
        this.server.script(Reply.status(429).header("Retry-After", "1"));
        this.server.otherwise(Reply.text("a"));
        LlmWebClient client = client();
        long start = System.nanoTime();
        StepVerifier.create(client.chat("Hi").concatWith(client.chat("Hi")))
            .expectNext("a", "a")
            .expectComplete()
            .verify(LONG);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        this.server.reset();
        this.server.script(Reply.status(429).header("Retry-After", "1"));
        this.server.otherwise(Reply.text("a"));
        long again = System.nanoTime();
        LlmWebClient other = client((settings) -> settings.getRetry().setMaxAttempts(1));
        assertThat(failure(other.chat("Hi")).kind()).isEqualTo(FailureKind.RATE_LIMITED);
        StepVerifier.create(other.chat("Hi")).expectNext("a").expectComplete().verify(LONG);
        assertThat(Duration.ofNanos(System.nanoTime() - again)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(this.server.calls()).hasSize(2);
    }

    @Test
    void limitOfTheWholeCallHoldsForAllAttempts() {
        this.server.otherwise(Reply.text("a").headersAfter(LONG));
        LlmWebClient client = client((settings) -> {
            settings.getTimeout().setTotal(Duration.ofMillis(900));
            settings.getTimeout().setCall(Duration.ofMillis(500));
        });
        LlmHttpException failure = failure(client.chat("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.DEADLINE);
        assertThat(failure.failure().attempt()).isEqualTo(2);
        assertThat(failure.failure().elapsed()).isBetween(Duration.ofMillis(900), Duration.ofMillis(1500));
    }

    @Test
    void statusOfAGenericCallThatStaysIsDeliveredWithItsBody() {
        Reply busy = Reply.status(503).body("{\"error\":{\"message\":\"busy\"}}");
        this.server.script((call) -> true, busy, busy, busy);
        AtomicReference<String> body = new AtomicReference<>();
        client().webClient().get().uri("/v1/models").exchangeToMono((response) -> {
            assertThat(response.statusCode().value()).isEqualTo(503);
            return response.bodyToMono(String.class);
        }).doOnNext(body::set).block(LONG);
        assertThat(body.get()).contains("busy");
        assertThat(this.server.calls()).hasSize(3);
    }

    @Test
    @Covers(FaultRow.SHUTDOWN_WHILE_STREAMING)
    void closingClientEndsTheWaitForTheNextAttempt() {
        this.server.otherwise(Reply.status(503));
        LlmWebClient client = client((settings) -> settings.getRetry().setInitialBackoff(Duration.ofSeconds(20)));
        StepVerifier.create(client.chat("Hi"))
            .then(() -> this.server.awaitCalls(1, LONG))
            .then(() -> this.clients.opened().close().subscribe())
            .expectErrorSatisfies(
                    (error) -> assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.SHUTDOWN))
            .verify(Duration.ofSeconds(10));
    }

    private LlmWebClient client() {
        return client((settings) -> {
        });
    }

    private LlmWebClient client(Consumer<LlmClientProperties> customizer) {
        return this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("openai");
            settings.setApiKey("sk-test");
            settings.getRetry().setEnabled(true);
            settings.getRetry().setInitialBackoff(Duration.ofMillis(50));
            customizer.accept(settings);
        });
    }

    private static Function<LlmWebClient, Publisher<?>> call(String kind) {
        Map<String, Object> body = Map.of("stream", kind.equals("streamData"), "messages", List.of());
        return switch (kind) {
            case "chat" -> (client) -> client.chat("Hi");
            case "stream" -> (client) -> client.stream("Hi");
            case "events" -> (client) -> client.events(ChatRequest.of("Hi")).ofType(ChatEvent.Text.class);
            case "post" -> (client) -> client.post("/v1/chat/completions", body, Map.class);
            case "streamData" -> (client) -> client.streamData("/v1/chat/completions", body);
            default -> (client) -> client.webClient().get().uri("/v1/models").retrieve().toBodilessEntity();
        };
    }

    private static LlmHttpException failure(Publisher<?> call) {
        AtomicReference<LlmHttpException> failure = new AtomicReference<>();
        StepVerifier.create(call).expectErrorSatisfies((error) -> failure.set((LlmHttpException) error)).verify(LONG);
        return failure.get();
    }

}
