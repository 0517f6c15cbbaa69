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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.retry.DoubtfulRetry;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.BodyInserters;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which bodies of generic calls are sent again, on real sockets.
 */
class RepeatedBodyTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @Test
    void jsonIsSentAgain() {
        this.server.script((call) -> true, Reply.status(503), Reply.status(429), Reply.text("a"));
        assertThat(status(client(), BodyInserters.fromValue(Map.of("a", "\u00e4"))).value()).isEqualTo(200);
        assertSame(3);
        assertThat(this.server.calls().get(2).body()).isEqualTo("{\"a\":\"\u00e4\"}");
    }

    @Test
    @Covers(FaultRow.ONE_SHOT_BODY)
    void sourceThatGivesItsBodyOnceIsAskedOnce() {
        this.server.script((call) -> true, Reply.status(503), Reply.text("a"));
        AtomicInteger asked = new AtomicInteger();
        Flux<String> source = Flux.just("[1", ",2", "]").doOnSubscribe((subscription) -> asked.incrementAndGet());
        assertThat(status(client(), BodyInserters.fromPublisher(source, String.class)).value()).isEqualTo(200);
        assertSame(2);
        assertThat(this.server.calls().get(1).body()).isEqualTo("[1,2]");
        assertThat(asked).hasValue(1);
    }

    @Test
    void callWithoutBodyIsSentAgain() {
        this.server.script((call) -> true, Reply.status(503), Reply.text("a"));
        assertThat(status(client(), BodyInserters.empty()).value()).isEqualTo(200);
        assertSame(2);
    }

    @Test
    void partsAreSentAgainWithTheirBoundary() {
        this.server.script((call) -> true, Reply.status(503), Reply.text("a"));
        MultipartBodyBuilder parts = new MultipartBodyBuilder();
        parts.part("model", "whisper");
        parts.part("file", new ByteArrayResource("sound".getBytes(StandardCharsets.UTF_8))).filename("a.wav");
        assertThat(status(client(), BodyInserters.fromMultipartData(parts.build())).value()).isEqualTo(200);
        assertSame(2);
        assertThat(this.server.calls().get(1).body()).contains("whisper").contains("sound");
    }

    @ParameterizedTest
    @ValueSource(strings = { "one", "several" })
    @Covers(FaultRow.ONE_SHOT_BODY)
    void bodyOverTheLimitIsSentOnce(String buffers) {
        always(Reply.status(503));
        LlmWebClient client = client((settings) -> settings.getLimits().setReplayBody(DataSize.ofBytes(10)));
        assertThat(status(client, large(buffers)).value()).isEqualTo(503);
        assertThat(this.server.calls()).hasSize(1);
        always(Reply.failing(Fault.reset(Moment.REQUEST)));
        assertThat(failure(client, large(buffers))).hasMessageContaining(
                "; not repeated, because the request's body is larger than llm.http.clients.test.limits.replay-body");
        assertThat(this.server.calls()).singleElement().extracting(RecordedCall::body).isEqualTo("12345678901");
    }

    private static BodyInserter<?, ? super ClientHttpRequest> large(String buffers) {
        return buffers.equals("one") ? BodyInserters.fromValue("12345678901")
                : BodyInserters.fromPublisher(Flux.just("1234567", "8901"), String.class);
    }

    @Test
    void bodyAsLongAsTheLimitIsSentAgain() {
        this.server.script((call) -> true, Reply.status(503), Reply.text("a"));
        LlmWebClient client = client((settings) -> settings.getLimits().setReplayBody(DataSize.ofBytes(10)));
        assertThat(status(client, BodyInserters.fromValue("1234567890")).value()).isEqualTo(200);
        assertSame(2);
    }

    @Test
    void bodyThatStreamsIsSentOnce() {
        always(Reply.failing(Fault.reset(Moment.REQUEST)));
        Mono<?> call = client().webClient()
            .post()
            .uri("/v1/any")
            .contentType(MediaType.APPLICATION_NDJSON)
            .body(Flux.just(Map.of("a", 1), Map.of("a", 2)), Map.class)
            .retrieve()
            .toBodilessEntity();
        assertThat(failure(call)).hasMessageContaining("; not repeated, because the request's body is a stream");
        assertThat(this.server.calls()).hasSize(1);
    }

    @Test
    void fileIsSentOnce(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("a.txt"), "of a file");
        always(Reply.failing(Fault.reset(Moment.REQUEST)));
        assertThat(failure(client(), BodyInserters.fromResource(new FileSystemResource(file))))
            .hasMessageContaining("; not repeated, because the request's body is a file");
        assertThat(this.server.calls()).singleElement().extracting(RecordedCall::body).isEqualTo("of a file");
    }

    @Test
    void bodyThatWasNotWrittenToItsEndIsNotRepeated() {
        always(Reply.text("a"));
        LlmWebClient client = client((settings) -> settings.getTimeout().setCall(Duration.ofMillis(300)));
        assertThat(failure(client, BodyInserters.fromPublisher(Flux.just("[1").concatWith(Mono.never()), String.class)))
            .hasMessageContaining("CALL_TIMEOUT")
            .hasMessageContaining("; not repeated, because the request's body was not written to its end");
    }

    @Test
    void callThatTheServerNeverSawIsRepeatedWithItsBody() {
        LlmWebClient client = client((settings) -> {
            settings.getRetry().setMaxAttempts(10);
            settings.getRetry().setBudget(10);
        });
        always(Reply.text("a"));
        MockLlmServer.Outage outage = this.server.refuse();
        StepVerifier.create(post(client, BodyInserters.fromPublisher(Mono.just("[1]"), String.class)))
            .thenAwait(Duration.ofMillis(300))
            .then(outage::close)
            .expectNextCount(1)
            .expectComplete()
            .verify(LONG);
        assertThat(this.server.calls()).singleElement().extracting(RecordedCall::body).isEqualTo("[1]");
    }

    @ParameterizedTest
    @ValueSource(strings = { "ONCE", "NEVER" })
    void callThatTheServerMayHaveSeenIsRepeatedOnceAtMost(DoubtfulRetry doubtful) {
        always(Reply.failing(Fault.reset(Moment.REQUEST)));
        LlmWebClient client = client((settings) -> settings.getRetry().setDoubtful(doubtful));
        assertThat(failure(client, BodyInserters.fromValue("{}")).kind()).isEqualTo(FailureKind.TRUNCATED);
        assertThat(this.server.calls()).hasSize((doubtful == DoubtfulRetry.ONCE) ? 2 : 1);
    }

    @Test
    void nothingIsRepeatedOnceTheHeadOfASuccessWasHandedOver() {
        always(Reply.text("a", "b").fault(Fault.reset(Moment.afterTokens(1))));
        StepVerifier
            .create(client().webClient()
                .post()
                .uri("/v1/chat/completions")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .bodyValue(Map.of("stream", true, "messages", List.of()))
                .retrieve()
                .bodyToFlux(String.class))
            .thenConsumeWhile((item) -> true)
            .expectError()
            .verify(LONG);
        assertThat(this.server.calls()).hasSize(1);
    }

    @Test
    void staleConnectionIsReplacedForABodyToo() {
        this.server.script((call) -> true, Reply.text("a"), Reply.failing(Fault.reset(Moment.REQUEST)),
                Reply.text("a"));
        LlmWebClient client = client((settings) -> settings.getRetry().setDoubtful(DoubtfulRetry.NEVER));
        status(client, BodyInserters.fromValue("{}"));
        assertThat(status(client, BodyInserters.fromValue("{}")).value()).isEqualTo(200);
        assertSame(3);
    }

    @Test
    void nothingIsKeptWhereNothingIsRepeated() {
        always(Reply.text("a"));
        List<Class<?>> outputs = new CopyOnWriteArrayList<>();
        BodyInserter<String, ClientHttpRequest> inserter = (output, context) -> {
            outputs.add(output.getClass());
            return BodyInserters.fromValue("{}").insert(output, context);
        };
        status(client((settings) -> settings.getRetry().setMaxAttempts(1)), inserter);
        assertThat(RecordedRequest.class.isAssignableFrom(outputs.get(0))).isFalse();
        status(client(), inserter);
        assertThat(RecordedRequest.class.isAssignableFrom(outputs.get(1))).isTrue();
    }

    @Test
    void attemptThatIsRefusedHereIsTheEndOfTheCall() {
        always(Reply.status(503).body("{\"error\":{\"message\":\"busy\"}}"));
        LlmWebClient client = client((settings) -> {
            settings.getCircuitBreaker().setEnabled(true);
            settings.getCircuitBreaker().setConsecutiveFailures(1);
        });
        LlmHttpException failure = failure(client, BodyInserters.fromValue("{}"));
        assertThat(failure.kind()).isEqualTo(FailureKind.CIRCUIT_OPEN);
        assertThat(failure.getSuppressed()).filteredOn(LlmHttpException.class::isInstance)
            .singleElement()
            .isInstanceOfSatisfying(LlmHttpException.class, (before) -> {
                assertThat(before.failure().status()).isEqualTo(503);
                assertThat(before.failure().providerMessage()).isEqualTo("busy");
            });
        assertThat(this.server.calls()).hasSize(1);
    }

    /** The server answers on paths of the providers only, unless it is told to. */
    private void always(Reply reply) {
        this.server.reset();
        this.server.script((call) -> true, reply, reply, reply, reply, reply);
    }

    private void assertSame(int times) {
        assertThat(this.server.calls()).hasSize(times);
        RecordedCall first = this.server.calls().get(0);
        assertThat(this.server.calls()).allSatisfy((call) -> {
            assertThat(call.body()).isEqualTo(first.body());
            assertThat(call.header("Content-Type")).isEqualTo(first.header("Content-Type"));
            assertThat(call.header("Content-Length")).isEqualTo(first.header("Content-Length"));
        });
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

    private static Mono<HttpStatusCode> post(LlmWebClient client, BodyInserter<?, ? super ClientHttpRequest> body) {
        return client.webClient()
            .method(HttpMethod.POST)
            .uri("/v1/any")
            .body(body)
            .exchangeToMono((response) -> response.releaseBody().thenReturn(response.statusCode()));
    }

    private static HttpStatusCode status(LlmWebClient client, BodyInserter<?, ? super ClientHttpRequest> body) {
        return post(client, body).blockOptional(LONG).orElseThrow();
    }

    private static LlmHttpException failure(LlmWebClient client, BodyInserter<?, ? super ClientHttpRequest> body) {
        return failure(post(client, body));
    }

    private static LlmHttpException failure(Publisher<?> call) {
        AtomicReference<LlmHttpException> failure = new AtomicReference<>();
        StepVerifier.create(call).expectErrorSatisfies((error) -> failure.set((LlmHttpException) error)).verify(LONG);
        return failure.get();
    }

}
