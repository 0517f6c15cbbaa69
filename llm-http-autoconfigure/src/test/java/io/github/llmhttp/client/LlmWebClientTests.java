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

import java.nio.charset.StandardCharsets;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.config.LlmClientProperties;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole client against a server on a real socket.
 */
class LlmWebClientTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private static final String KEY = "sk-canary-0123456789";

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        Awaitility.await("no permit is leaked")
            .atMost(Duration.ofSeconds(1))
            .until(() -> this.clients.opened().client().poolStats().acquired() == 0);
        this.clients.close();
        this.server.awaitOpenConnections(0, LONG);
        this.server.close();
    }

    private LlmWebClient client(String provider) {
        return this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider(provider);
            settings.setApiKey(KEY);
        });
    }

    private LlmWebClient client(Consumer<LlmClientProperties> more) {
        return this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("openai");
            settings.setApiKey(KEY);
            more.accept(settings);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://my_host/v1/models", "http://my_host:8080/v1/models", "http://:8080/v1/models",
            "http://me:secret@my_host/?key=secret", "http:///v1/models", "mailto:me@host" })
    void addressWithoutHostIsAMistakeOfTheCaller(String address) {
        LlmWebClient client = client("openai");
        LlmHttpException failure = failure(
                client.webClient().get().uri(URI.create(address)).retrieve().toBodilessEntity());
        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIG);
        assertThat(failure).hasMessageContaining("has no host that can be called");
        assertThat(failure.toString()).doesNotContain("null").doesNotContain("secret");
        assertThat(this.server.connections().accepted()).isZero();
    }

    private LlmHttpException failure(Mono<?> call) {
        return failure(call.flux());
    }

    private LlmHttpException failure(Flux<?> call) {
        LlmHttpException[] failure = new LlmHttpException[1];
        StepVerifier.create(call.ignoreElements()).expectErrorSatisfies((error) -> {
            assertThat(error).isInstanceOf(LlmHttpException.class);
            failure[0] = (LlmHttpException) error;
        }).verify(LONG);
        assertThat(failure[0]).hasMessageContaining("[test]").hasMessageContaining(failure[0].kind().name());
        assertThat(failure[0].toString()).doesNotContain(KEY);
        return failure[0];
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama", "vllm", "generic" })
    void wholeAnswerComesFromEveryProvider(String provider) {
        this.server.script(Reply.text("Hello", " world").usage(7, 2));
        StepVerifier.create(client(provider).chat(ChatRequest.of("Hi"))).assertNext((answer) -> {
            assertThat(answer.text()).isEqualTo("Hello world");
            assertThat(answer.finishReason()).isNotEmpty();
            assertThat(answer.usage()).isNotNull();
            assertThat(answer.usage().inputTokens()).isEqualTo(7);
            assertThat(answer.usage().outputTokens()).isEqualTo(2);
            assertThat(answer.toString()).doesNotContain("Hello");
        }).expectComplete().verify(LONG);
        assertThat(this.server.call().prompt()).contains("Hi");
        assertThat(this.server.call().headers().toString()).contains(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama", "vllm", "generic" })
    void textStreamsFromEveryProvider(String provider) {
        this.server.script(Reply.text("Grüße", " 世界", " \"quoted\"\n", "😀"));
        StepVerifier.create(client(provider).stream("Hi"))
            .expectNext("Grüße", " 世界", " \"quoted\"\n", "😀")
            .expectComplete()
            .verify(LONG);
        assertThat(this.server.call().isStreaming()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama", "vllm" })
    void eventsOfEveryKindStreamFromEveryProvider(String provider) {
        this.server.script(Reply.text("It is ", "sunny")
            .reasoning("let me", " see")
            .toolCall("call_1", "weather", "{\"city\":\"Paris\"}")
            .usage(11, 5));
        List<ChatEvent> events = client(provider).events(ChatRequest.of("Hi")).collectList().block(LONG);
        assertThat(events).isNotNull();
        assertThat(events).contains(new ChatEvent.Text("sunny"), new ChatEvent.Reasoning("let me"));
        assertThat(events).filteredOn(ChatEvent.Tool.class::isInstance).singleElement().satisfies((event) -> {
            assertThat(((ChatEvent.Tool) event).call().name()).isEqualTo("weather");
            assertThat(((ChatEvent.Tool) event).call().arguments()).contains("Paris");
        });
        assertThat(events.get(events.size() - 1)).isInstanceOf(ChatEvent.Finish.class);
        assertThat(events).filteredOn(ChatEvent.Billed.class::isInstance)
            .singleElement()
            .satisfies((event) -> assertThat(((ChatEvent.Billed) event).usage().totalTokens()).isEqualTo(16));
    }

    @Test
    void headersQueryAndPrefixReachTheServer() {
        LlmWebClient client = this.clients.open(this.server.url() + "/proxy/v1/", (settings) -> {
            settings.setApiKey(KEY);
            settings.getHeaders().put("X-Team", "blue");
            settings.getQuery().put("api-version", "2026-01 preview");
        });
        StepVerifier
            .create(client.chat(ChatRequest.builder().user("Hi").header("X-Call", "1").query("q", "a&b").build()))
            .expectNextCount(1)
            .expectComplete()
            .verify(LONG);
        assertThat(this.server.call().path()).isEqualTo("/proxy/v1/chat/completions");
        assertThat(this.server.call().header("X-Team")).isEqualTo("blue");
        assertThat(this.server.call().header("X-Call")).isEqualTo("1");
        assertThat(this.server.call().query()).containsEntry("api-version", List.of("2026-01 preview"))
            .containsEntry("q", List.of("a&b"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama", "vllm" })
    void twentyStreamsInARowUseOneConnection(String provider) {
        LlmWebClient client = client(provider);
        Flux<String> streams = Flux.range(0, 20).concatMap((i) -> client.stream("Hi " + i));
        StepVerifier.create(streams.count()).expectNextCount(1).expectComplete().verify(LONG);
        assertThat(this.server.connections().accepted()).isEqualTo(1);
        assertThat(client.poolStats().idle()).isEqualTo(1);
    }

    @Test
    void twentyCallsInARowUseOneConnection() {
        LlmWebClient client = client("openai");
        StepVerifier.create(Flux.range(0, 20).concatMap((i) -> client.chat("Hi " + i)).count())
            .expectNext(20L)
            .expectComplete()
            .verify(LONG);
        assertThat(this.server.connections().accepted()).isEqualTo(1);
    }

    @Test
    void errorsLeaveTheConnectionUsable() {
        LlmWebClient client = client("openai");
        this.server.script(Reply.status(429).header("Retry-After", "1"), Reply.status(400), Reply.status(500));
        failure(client.chat("a"));
        failure(client.stream("b"));
        failure(client.chat("c"));
        StepVerifier.create(client.chat("d")).expectNextCount(1).expectComplete().verify(LONG);
        assertThat(this.server.connections().accepted()).isEqualTo(1);
    }

    @Test
    void cancelClosesTheConnectionWithinASecond() {
        LlmWebClient client = client("openai");
        this.server.script(Reply.text("a", "b", "c", "d").gap(Duration.ofSeconds(30)));
        StepVerifier.create(client.stream("Hi")).expectNext("a").thenCancel().verify(LONG);
        this.server.awaitCancelled(1, Duration.ofSeconds(1));
        assertThat(client.poolStats().acquired()).isZero();
    }

    @Test
    void cancelOfACallThatWaitsForItsAnswerClosesTheConnection() {
        LlmWebClient client = client("openai");
        this.server.script(Reply.text("late").headersAfter(Duration.ofSeconds(30)));
        Disposable call = client.chat("Hi").subscribe();
        this.server.awaitCalls(1, LONG);
        call.dispose();
        this.server.awaitCancelled(1, Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({ "400,BAD_REQUEST,false", "401,AUTH,false", "403,AUTH,false", "404,BAD_REQUEST,false",
            "408,BAD_REQUEST,true", "409,BAD_REQUEST,true", "413,BAD_REQUEST,false", "422,BAD_REQUEST,false",
            "429,RATE_LIMITED,true", "500,SERVER,true", "502,SERVER,true", "503,OVERLOADED,true", "504,SERVER,true",
            "529,OVERLOADED,true" })
    @Covers(value = FaultRow.CLIENT_ERROR, kinds = { FailureKind.AUTH, FailureKind.BAD_REQUEST,
            FailureKind.RATE_LIMITED, FailureKind.OVERLOADED, FailureKind.SERVER })
    void statusesBecomeKinds(int status, FailureKind kind, boolean retryable) {
        this.server.script(Reply.status(status)
            .header("x-request-id", "req_7")
            .body("{\"error\":{\"type\":\"some_type\",\"message\":\"Your key %s is\\nbad\"}}".formatted(KEY)));
        LlmHttpException failure = failure(client("openai").stream("Hi"));
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.isRetryable()).isEqualTo(retryable);
        assertThat(failure.failure().status()).isEqualTo(status);
        assertThat(failure.failure().stage()).isEqualTo(CallStage.HEADERS);
        assertThat(failure.failure().requestId()).isEqualTo("req_7");
        assertThat(failure).hasMessageContaining("some_type").hasMessageContaining("***").hasMessageNotContaining("\n");
    }

    @Test
    void requestIdOfAnthropicIsInTheError() {
        this.server.script(Reply.status(529).header("request-id", "req_011CSHoEeqs5C35K2UUqR7Fy"));
        LlmHttpException failure = failure(client("anthropic").chat("Hi"));
        assertThat(failure.failure().requestId()).isEqualTo("req_011CSHoEeqs5C35K2UUqR7Fy");
    }

    @Test
    @Covers(FaultRow.BAD_HEAD)
    void headersOfAResponseThatAreTooLongAreRefused() {
        this.server.script(Reply.text("a").header("X-Long", "x".repeat(20_000)));
        LlmHttpException failure = failure(client("openai").chat("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.TOO_LARGE);
        assertThat(failure).hasMessageContaining("headers of the response are too long");
        this.server.awaitOpenConnections(0, Duration.ofSeconds(2));
    }

    @Test
    void retryAfterIsInTheError() {
        this.server.script(Reply.status(429).header("Retry-After", "7"));
        Failure failure = failure(client("openai").chat("Hi")).failure();
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    @Covers(kinds = FailureKind.QUOTA)
    void quotaIsNotARateLimit() {
        this.server.script(Reply.status(429).body("{\"error\":{\"type\":\"insufficient_quota\",\"message\":\"m\"}}"));
        LlmHttpException failure = failure(client("openai").chat("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.QUOTA);
        assertThat(failure.isRetryable()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "openai,server_error,500", "openai-responses,rate_limit_exceeded,429",
            "anthropic,overloaded_error,529", "ollama,server_error,500" })
    @Covers(value = FaultRow.ERROR_IN_STREAM, kinds = FailureKind.UPSTREAM_ERROR)
    void errorInsideAStreamOfStatus200IsAnError(String provider, String type, int status) {
        this.server.script(Reply.text("a", "b").thenError(type, "went wrong"));
        LlmHttpException failure = failure(client(provider).stream("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.UPSTREAM_ERROR);
        assertThat(failure.failure().status()).isEqualTo(200);
        assertThat(failure.failure().effectiveStatus()).isEqualTo(status);
        assertThat(failure.failure().delivered()).isEqualTo(2);
        assertThat(failure.isRetryable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama" })
    @Covers(FaultRow.NO_END_MARKER)
    void streamThatEndsEarlyIsTruncated(String provider) {
        LlmWebClient client = client(provider);
        for (Fault fault : List.of(Fault.truncate(Moment.afterTokens(2)), Fault.endEarly(Moment.afterTokens(2)),
                Fault.reset(Moment.afterTokens(2)))) {
            this.server.script(Reply.text("a", "b", "c").fault(fault));
            LlmHttpException failure = failure(client.stream("Hi"));
            assertThat(failure.kind()).as("%s", fault).isEqualTo(FailureKind.TRUNCATED);
            assertThat(failure.failure().delivered()).as("%s", fault).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void callThatEndsEarlyIsTruncated() {
        this.server.script(Reply.text("a", "b").fault(Fault.truncate(Moment.FIRST_TOKEN)));
        LlmHttpException failure = failure(client("openai").chat("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.TRUNCATED);
    }

    @Test
    @Covers(FaultRow.AFTER_END_MARKER)
    void endMarkerCompletesEvenIfTheServerStaysOpen() {
        this.server.script(Reply.text("a").fault(Fault.stall(Moment.AFTER_END_MARKER)));
        LlmWebClient client = client("openai");
        StepVerifier.create(client.stream("Hi")).expectNext("a").expectComplete().verify(Duration.ofSeconds(2));
        this.server.awaitOpenConnections(0, Duration.ofSeconds(2));
    }

    @Test
    @Covers(FaultRow.REFUSED)
    void refusedConnectionNamesTheEndpoint() throws Exception {
        LlmWebClient client = client("openai");
        try (AutoCloseable outage = this.server.refuse()) {
            LlmHttpException failure = failure(client.chat("Hi"));
            assertThat(failure.kind()).isEqualTo(FailureKind.CONNECT);
            assertThat(failure.failure().notProcessed()).isTrue();
            assertThat(failure).hasMessageContaining(":" + this.server.port() + " refused");
        }
        StepVerifier.create(client.chat("Hi")).expectNextCount(1).expectComplete().verify(LONG);
    }

    @Test
    @Covers(FaultRow.NO_RESPONSE)
    void silenceEndsAtTheLimitOfTheCall() {
        this.server.script(Reply.text("late").fault(Fault.stall(Moment.REQUEST)));
        LlmHttpException failure = failure(
                client((settings) -> settings.getTimeout().setCall(Duration.ofMillis(300))).chat("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.CALL_TIMEOUT);
        assertThat(failure.failure().elapsed()).isBetween(Duration.ofMillis(300), Duration.ofMillis(800));
        assertThat(failure).hasMessageContaining("timeout.call");
        this.server.awaitCancelled(1, Duration.ofSeconds(1));
    }

    @Test
    void silenceBetweenTokensEndsAtTheLimitOfBytes() {
        this.server.script(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        LlmHttpException failure = failure(
                client((settings) -> settings.getTimeout().setByteIdle(Duration.ofMillis(300))).stream("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.RESPONSE_TIMEOUT);
        assertThat(failure.failure().delivered()).isEqualTo(1);
    }

    @Test
    @Covers(FaultRow.NO_RESPONSE)
    void headersHaveALimitOfTheirOwn() {
        this.server.script(Reply.text("a").headersAfter(Duration.ofSeconds(30)));
        LlmHttpException failure = failure(
                client((settings) -> settings.getTimeout().setHeaders(Duration.ofMillis(300))).stream("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.RESPONSE_TIMEOUT);
        assertThat(failure).hasMessageContaining("timeout.headers").hasMessageContaining("stage headers");
    }

    @Test
    void requestMayHaveLimitsOfItsOwn() {
        this.server.script(Reply.text("late").headersAfter(Duration.ofSeconds(30)),
                Reply.text("late").headersAfter(Duration.ofSeconds(30)));
        LlmWebClient client = client("openai");
        ChatRequest attempt = ChatRequest.builder().user("Hi").attemptTimeout(Duration.ofMillis(200)).build();
        LlmHttpException failure = failure(client.chat(attempt));
        assertThat(failure.kind()).isEqualTo(FailureKind.CALL_TIMEOUT);
        assertThat(failure).hasMessageContaining("the request's own limit").hasMessageNotContaining("timeout.call");
        ChatRequest total = ChatRequest.builder().user("Hi").totalTimeout(Duration.ofMillis(200)).build();
        failure = failure(client.stream(total));
        assertThat(failure.kind()).isEqualTo(FailureKind.DEADLINE);
        assertThat(failure).hasMessageContaining("the request's own limit").hasMessageNotContaining("timeout.total");
    }

    @Test
    @Covers(kinds = FailureKind.DEADLINE)
    void wholeDeadlineCountsTheWaitForAConnection() {
        this.server.script(Reply.text("slow").headersAfter(Duration.ofSeconds(5)));
        LlmWebClient client = client((settings) -> settings.getPool().setMaxConnections(1));
        Disposable first = client.chat("first").subscribe();
        this.server.awaitCalls(1, LONG);
        ChatRequest total = ChatRequest.builder().user("Hi").totalTimeout(Duration.ofMillis(200)).build();
        LlmHttpException failure = failure(client.chat(total));
        first.dispose();
        assertThat(failure.kind()).isEqualTo(FailureKind.DEADLINE);
        assertThat(failure.failure().elapsed()).isLessThan(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = { "PT2562047788015215H", "P200000D", "P100000D" })
    void requestMayHaveLimitsOfAnyLength(Duration limit) {
        ChatRequest request = ChatRequest.builder().user("Hi").attemptTimeout(limit).totalTimeout(limit).build();
        this.server.script(Reply.text("Hello"), Reply.text("Hello"));
        LlmWebClient client = client("openai");
        assertThat(client.chat(request).map(ChatResponse::text).block(LONG)).isEqualTo("Hello");
        assertThat(client.stream(request).collectList().block(LONG)).containsExactly("Hello");
    }

    @Test
    @Covers(value = FaultRow.POOL_EXHAUSTED, kinds = FailureKind.POOL_TIMEOUT)
    void callBeyondThePoolWaitsInLineAndFailsAtTheAcquireLimit() {
        this.server.script(Reply.text("slow").headersAfter(Duration.ofSeconds(5)));
        LlmWebClient client = client((settings) -> {
            settings.getPool().setMaxConnections(1);
            settings.getTimeout().setAcquire(Duration.ofMillis(200));
        });
        Disposable first = client.chat("first").subscribe();
        this.server.awaitCalls(1, LONG);
        LlmHttpException failure = failure(client.chat("second"));
        first.dispose();
        assertThat(failure.kind()).isEqualTo(FailureKind.POOL_TIMEOUT);
        assertThat(failure).hasMessageContaining("1 of 1").hasMessageContaining("pool.max-connections");
    }

    @ParameterizedTest
    @ValueSource(strings = { "text/html", "application/json", "text/plain" })
    @Covers(FaultRow.NOT_A_STREAM)
    void whatIsNoStreamIsNotTakenForOne(String type) {
        this.server.script(Reply.raw(type, "<html><body>Hello</body></html>".getBytes(StandardCharsets.UTF_8)));
        LlmHttpException failure = failure(client("openai").stream("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
        assertThat(failure).hasMessageContaining(type);
    }

    @Test
    @Covers(FaultRow.REDIRECT)
    void redirectIsNotFollowed() {
        this.server.script(Reply.status(307).header("Location", "http://elsewhere.test/v1/chat/completions"));
        LlmHttpException failure = failure(client("anthropic").chat("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
        assertThat(failure).hasMessageContaining("307").hasMessageContaining("elsewhere.test");
        assertThat(this.server.calls()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://elsewhere.test/a b", "http://[elsewhere", "//%zz", "http://", "" })
    @Covers(FaultRow.REDIRECT)
    void redirectWithoutUsableLocationIsToldToo(String location) {
        this.server.otherwise(Reply.status(307).header("Location", location));
        LlmWebClient client = client("openai");
        for (Flux<?> call : List.of(client.chat("Hi").flux(), client.stream("Hi"))) {
            LlmHttpException failure = failure(call);
            assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
            assertThat(failure).hasMessageContaining("the redirect 307 is not followed; set the final address");
        }
    }

    @Test
    @Covers(kinds = FailureKind.TOO_LARGE)
    void answerLargerThanTheLimitIsRefused() {
        this.server.script(Reply.text("x".repeat(200_000)));
        LlmHttpException failure = failure(
                client((settings) -> settings.getLimits().setAnswer(DataSize.ofKilobytes(64))).chat("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.TOO_LARGE);
        assertThat(failure).hasMessageContaining("limits.answer");
    }

    @Test
    void keyProviderIsAskedForEachAttempt() {
        List<String> keys = new CopyOnWriteArrayList<>(List.of("key-one-1", "key-two-2"));
        LlmWebClient client = this.clients.open(this.server.url(), (name) -> Mono.fromSupplier(() -> keys.remove(0)),
                (settings) -> settings.setProvider("openai"));
        client.chat("a").block(LONG);
        client.chat("b").block(LONG);
        assertThat(this.server.calls()).extracting((call) -> call.header("Authorization"))
            .containsExactly("Bearer key-one-1", "Bearer key-two-2");
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 401 })
    void secretsOfACallAreNotShownHoweverManyOthersAreUsedMeanwhile(int status) {
        AtomicInteger keys = new AtomicInteger(1000);
        LlmWebClient client = this.clients.open(this.server.url(),
                (name) -> Mono.fromSupplier(() -> "sk-key-" + keys.incrementAndGet()),
                (settings) -> settings.setProvider("openai"));
        this.server.otherwise((call) -> {
            if (!"own-token".equals(call.header("X-Token"))) {
                return Reply.text("Hello");
            }
            for (int i = 1000; i < 1100; i++) {
                client.chat(request("token-" + i)).subscribe().dispose();
            }
            return Reply.status(status)
                .body("{\"error\":{\"message\":\"Not known: %s, own-token\"}}".formatted(call.header("Authorization")));
        });
        assertThat(failure(client.chat(request("own-token")))).hasMessageContaining("Not known: Bearer ***, ***");
        assertThat(failure(client.stream(request("own-token")))).hasMessageContaining("Not known: Bearer ***, ***");
    }

    private static ChatRequest request(String token) {
        return ChatRequest.builder().user("Hi").header("X-Token", token).build();
    }

    @Test
    @Covers(FaultRow.BAD_KEY)
    void keyThatNoHeaderCanCarryIsRefusedWithoutBeingShown() {
        LlmWebClient client = this.clients.open(this.server.url(), (name) -> Mono.just("secret\r\nX-Evil: 1"),
                (settings) -> settings.setProvider("openai"));
        LlmHttpException failure = failure(client.chat("a"));
        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIG);
        assertThat(failure).hasMessageNotContaining("secret");
        assertThat(this.server.calls()).isEmpty();
    }

    @Test
    void anyJsonEndpointCanBeCalled() {
        LlmWebClient client = client("openai");
        Map<?, ?> answer = client.post("/v1/embeddings", Map.of("model", "e", "input", "text"), Map.class).block(LONG);
        assertThat(answer).isNotNull().extracting("object").isEqualTo("list");
        String json = client.post("/v1/embeddings", Map.of("input", "text"), String.class).block(LONG);
        assertThat(json).startsWith("{");
    }

    @Test
    void rawPayloadsOfAnyStreamCanBeRead() {
        this.server.script(Reply.text("a", "b"));
        List<String> payloads = client("openai")
            .streamData("/v1/chat/completions", Map.of("model", "m", "stream", true, "messages", List.of()))
            .collectList()
            .block(LONG);
        assertThat(payloads).isNotNull().allSatisfy((payload) -> assertThat(payload).startsWith("{"));
        assertThat(String.join("", payloads)).contains("\"a\"").contains("\"b\"");
    }

    @Test
    @Covers(FaultRow.PROBE_FAULTS)
    void probeTellsHowTheEndpointIs() throws Exception {
        LlmWebClient client = client("openai");
        assertThat(client.probe().block(LONG)).extracting(EndpointHealth::state).isEqualTo(EndpointHealth.State.UP);
        try (AutoCloseable outage = this.server.refuse()) {
            this.server.closeConnections();
            this.server.awaitOpenConnections(0, LONG);
            EndpointHealth health = client.probe().block(LONG);
            assertThat(health).isNotNull();
            assertThat(health.state()).isEqualTo(EndpointHealth.State.DOWN);
            assertThat(health.detail()).contains("CONNECT");
        }
    }

    @Test
    void busyClientIsNotDown() {
        this.server.script(Reply.text("slow").headersAfter(Duration.ofSeconds(30)));
        LlmWebClient client = client((settings) -> settings.getPool().setMaxConnections(1));
        Disposable call = client.chat("Hi").subscribe();
        this.server.awaitCalls(1, LONG);
        assertThat(client.probe().block(LONG)).extracting(EndpointHealth::state).isEqualTo(EndpointHealth.State.UP);
        assertThat(client.poolStats().acquired()).isEqualTo(1);
        call.dispose();
    }

    @Test
    void keyProviderThatFailsIsNoFaultOfTheEndpoint() {
        LlmWebClient client = this.clients.open(this.server.url(), (name) -> {
            throw new IllegalStateException("secret detail");
        }, (settings) -> settings.setProvider("openai"));
        LlmHttpException failure = failure(client.chat("a"));
        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIG);
        assertThat(failure).hasMessageContaining("IllegalStateException").hasMessageNotContaining("secret");
        assertThat(this.clients.opened().health().endpoints().get(0).health().state())
            .isEqualTo(EndpointHealth.State.UNKNOWN);
    }

    @Test
    void webClientSharesConnectionsAndKey() {
        LlmWebClient client = client("openai");
        client.chat("Hi").block(LONG);
        String models = client.webClient().get().uri("/v1/models").retrieve().bodyToMono(String.class).block(LONG);
        assertThat(models).contains("data");
        assertThat(this.server.calls().get(1).header("Authorization")).isEqualTo("Bearer " + KEY);
        assertThat(this.server.connections().accepted()).isEqualTo(1);
        this.server.script(Reply.text("a", "b"));
        List<String> events = client.webClient()
            .post()
            .uri("/v1/chat/completions")
            .accept(MediaType.TEXT_EVENT_STREAM)
            .contentType(MediaType.APPLICATION_JSON)
            .bodyValue("{\"stream\":true,\"messages\":[]}")
            .retrieve()
            .bodyToFlux(String.class)
            .collectList()
            .block(LONG);
        assertThat(events).contains("[DONE]");
    }

    @Test
    void webClientSendsTheQueryOfTheClientUnlessTheCallHasItsOwn() {
        LlmWebClient client = client((settings) -> settings.getQuery().put("api-version", "2026-01 preview"));
        client.webClient().get().uri("/v1/models?a=b%20c").retrieve().toBodilessEntity().block(LONG);
        client.webClient().get().uri("/v1/models?api-version=own").retrieve().toBodilessEntity().block(LONG);
        assertThat(this.server.calls().get(0).query()).containsEntry("api-version", List.of("2026-01 preview"));
        assertThat(this.server.calls().get(1).query()).containsOnly(Map.entry("api-version", List.of("own")));
    }

    @Test
    void webClientNeverSendsTheKeyToAnotherHost() {
        try (MockLlmServer stranger = MockLlmServer.start()) {
            client("openai").webClient()
                .get()
                .uri(stranger.url() + "/v1/models")
                .retrieve()
                .bodyToMono(String.class)
                .block(LONG);
            assertThat(stranger.call().headers().toString()).doesNotContain(KEY);
        }
    }

    @Test
    void bodyOfAGenericCallThatNobodyReadsHoldsNoPermit() {
        LlmWebClient client = client("openai");
        for (int i = 0; i < 3; i++) {
            StepVerifier.create(client.webClient().get().uri("/v1/models").exchangeToMono((response) -> Mono.never()))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(200))
                .thenCancel()
                .verify(LONG);
        }
        Awaitility.await().atMost(LONG).until(() -> client.poolStats().acquired() == 0);
    }

    @Test
    void silenceInTheBodyOfAGenericCallEndsAtTheLimitOfBytes() {
        this.server.script(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        LlmWebClient client = client((settings) -> settings.getTimeout().setByteIdle(Duration.ofMillis(300)));
        Flux<String> events = client.webClient()
            .post()
            .uri("/v1/chat/completions")
            .accept(MediaType.TEXT_EVENT_STREAM)
            .contentType(MediaType.APPLICATION_JSON)
            .bodyValue("{\"stream\":true,\"messages\":[]}")
            .exchangeToFlux((response) -> response.bodyToFlux(DataBuffer.class))
            .doOnNext(DataBufferUtils::release)
            .cast(Object.class)
            .map(Object::toString);
        LlmHttpException failure = failure(events);
        assertThat(failure.kind()).isEqualTo(FailureKind.RESPONSE_TIMEOUT);
        assertThat(failure).hasMessageContaining("timeout.byte-idle");
        assertThat(this.clients.opened().health().endpoints().get(0).health().detail()).contains("RESPONSE_TIMEOUT");
    }

    @Test
    void statusOfAGenericCallIsNoSuccessOfTheEndpoint() {
        this.server.script((call) -> call.path().equals("/v1/models"), Reply.status(401));
        LlmWebClient client = client("openai");
        client.webClient().get().uri("/v1/models").retrieve().toBodilessEntity().onErrorComplete().block(LONG);
        assertThat(this.clients.opened().health().endpoints().get(0).health().state())
            .isEqualTo(EndpointHealth.State.DOWN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            X-User            | a\\r\\nX-Evil: 1
            X-User            | caf\u00e9
            X User            | a
            Transfer-Encoding | chunked
            """)
    @Covers(FaultRow.HEADER_INJECTION)
    void headerThatCannotBeSentIsRefusedBeforeAnythingIs(String name, String value) {
        LlmWebClient client = client("openai");
        String text = value.replace("\\r", "\r").replace("\\n", "\n");
        ChatRequest request = ChatRequest.builder().user("Hi").header(name, text).build();
        LlmHttpException failure = failure(client.chat(request));
        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIG);
        assertThat(failure).hasMessageNotContaining("X-Evil");
        assertThat(failure(client.stream(request)).kind()).isEqualTo(FailureKind.CONFIG);
        assertThat(this.server.connections().accepted()).isZero();
    }

    @Test
    @Covers(kinds = FailureKind.CONFIG)
    void missingModelIsToldWithItsWholeKey() {
        LlmWebClient client = client((settings) -> settings.setModel(null));
        LlmHttpException failure = failure(client.chat("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIG);
        assertThat(failure).hasMessageContaining("neither the request nor the client names a 'model'")
            .hasMessageEndingWith("; set llm.http.clients.test.model to change");
        assertThat(failure.failure().key()).isEqualTo("model");
    }

    @Test
    @Covers(FaultRow.HEADER_INJECTION)
    void pathThatIsNoPathIsRefused() {
        LlmHttpException failure = failure(client("openai").post("/v1/{id} x", Map.of(), String.class));
        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIG);
    }

    @Test
    void nullIsNoAnswer() {
        this.server.script((call) -> true, Reply.raw("application/json", "null".getBytes(StandardCharsets.UTF_8)));
        LlmHttpException failure = failure(client("openai").post("/v1/any", Map.of(), Map.class));
        assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
    }

    @Test
    void answerOfAnotherShapeIsNotShown() {
        this.server.script((call) -> true,
                Reply.raw("application/json", "[\"secret answer\"]".getBytes(StandardCharsets.UTF_8)));
        LlmHttpException failure = failure(client("openai").post("/v1/any", Map.of(), Map.class));
        assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
        assertThat(failure).hasNoCause().hasMessageNotContaining("secret answer");
    }

    @Test
    @Covers(FaultRow.KEY_IN_ERROR)
    void keysInHeadersAreScrubbedToo() {
        this.server.script(Reply.status(401)
            .body("{\"error\":{\"message\":\"Bad key azure-canary-123456 or call-canary-123456\"}}"));
        LlmWebClient client = client((settings) -> settings.getHeaders().put("api-key", "azure-canary-123456"));
        LlmHttpException failure = failure(
                client.chat(ChatRequest.builder().user("Hi").header("X-Token", "call-canary-123456").build()));
        assertThat(failure).hasMessageContaining("Bad key *** or ***");
    }

    @Test
    void slowSubscriberNeverTripsTheClockOfBytes() {
        this.server.script(Reply.text("a", "b", "c", "d"));
        LlmWebClient client = client((settings) -> settings.getTimeout().setByteIdle(Duration.ofMillis(100)));
        StepVerifier.create(client.stream("Hi"), 1)
            .expectNext("a")
            .expectNoEvent(Duration.ofMillis(400))
            .thenRequest(2)
            .expectNext("b", "c")
            .expectNoEvent(Duration.ofMillis(400))
            .thenRequest(5)
            .expectNext("d")
            .expectComplete()
            .verify(LONG);
    }

    @Test
    void closingRefusesNewCallsAndLetsRunningOnesFinish() {
        LlmWebClient client = client("openai");
        this.server.script(Reply.text("a", "b", "c").gap(Duration.ofMillis(200)));
        StepVerifier.create(client.stream("Hi")).expectNext("a").then(() -> {
            this.clients.opened().close().subscribe();
            assertThat(failure(client.chat("late")).kind()).isEqualTo(FailureKind.SHUTDOWN);
        }).expectNext("b", "c").expectComplete().verify(LONG);
        this.server.awaitOpenConnections(0, Duration.ofSeconds(2));
    }

    @Test
    void graceThatIsOverEndsWhatStillRuns() {
        LlmWebClient client = client((settings) -> settings.getShutdown().setGracePeriod(Duration.ofMillis(300)));
        this.server.script(Reply.text("a", "b").gap(Duration.ofSeconds(30)));
        StepVerifier.create(client.stream("Hi"))
            .expectNext("a")
            .then(() -> this.clients.opened().close().subscribe())
            .expectErrorSatisfies((error) -> {
                assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.SHUTDOWN);
                assertThat(error).hasMessageContaining("shutdown.grace-period");
            })
            .verify(LONG);
        this.server.awaitOpenConnections(0, Duration.ofSeconds(2));
    }

    @Test
    void hundredCallsRunOverTwentyConnections() {
        this.server.otherwise(Reply.text("ok").headersAfter(Duration.ofMillis(50)));
        LlmWebClient client = client((settings) -> settings.getPool().setMaxConnections(20));
        StepVerifier.create(Flux.range(0, 100).flatMap((i) -> client.chat("Hi"), 100).count())
            .expectNext(100L)
            .expectComplete()
            .verify(LONG);
        assertThat(this.server.connections().accepted()).isLessThanOrEqualTo(20);
    }

    @Test
    void nothingIsSentBeforeSubscription() {
        LlmWebClient client = client("openai");
        Flux<String> stream = client.stream("Hi");
        Mono<ChatResponse> call = client.chat(ChatRequest.of("Hi"));
        assertThat(this.server.calls()).isEmpty();
        call.block(LONG);
        stream.blockLast(LONG);
        stream.blockLast(LONG);
        assertThat(this.server.calls()).hasSize(3);
    }

}
