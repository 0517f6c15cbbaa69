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

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatResponse;
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
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import org.springframework.web.reactive.function.client.WebClientResponseException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Another model or client answers, on real sockets.
 */
class FallbackTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private static final String CANARY = "sk-canary-0123456789";

    private final MockLlmServer a = MockLlmServer.start();

    private final MockLlmServer b = MockLlmServer.start();

    private final MockLlmServer c = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    private final Map<String, LlmWebClient> opened = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        this.opened.forEach((name, client) -> Awaitility.await("no permit of %s is leaked".formatted(name))
            .atMost(LONG)
            .until(() -> client.poolStats().acquired() == 0));
        this.clients.close();
        for (MockLlmServer server : new MockLlmServer[] { this.a, this.b, this.c }) {
            server.awaitOpenConnections(0, LONG);
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 429, 503, 529 })
    void clientWithoutCapacityIsReplaced(int status) {
        this.a.otherwise(Reply.status(status));
        this.b.otherwise(Reply.text("b"));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        ChatResponse response = chat(client);
        assertThat(response.text()).isEqualTo("b");
        assertThat(response.client()).isEqualTo("b");
        assertThat(response.endpoint()).isEqualTo(authority(this.b));
        StepVerifier.create(client.stream("Hi")).expectNext("b").expectComplete().verify(LONG);
        assertThat(this.a.calls()).hasSize(2);
        assertThat(this.b.calls()).hasSize(2);
    }

    @Test
    void clientThatAnswersIsNotReplaced() {
        this.a.otherwise(Reply.text("a"));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        assertThat(chat(client).client()).isEqualTo("a");
        StepVerifier.create(events(client)).expectNext(new ChatEvent.Text("a")).expectComplete().verify(LONG);
        assertThat(this.b.calls()).isEmpty();
    }

    @Test
    void wholeAnswersThatStreamFallBackToo() {
        this.a.otherwise(Reply.text("half").thenError("overloaded_error", "Overloaded"));
        this.b.otherwise(Reply.text("b"));
        open("b", this.b, (settings) -> settings.getChat().setTransport(ChatTransport.BUFFERED));
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.setProvider("anthropic");
            settings.getChat().setTransport(ChatTransport.STREAMED);
            settings.setFallback("b");
        });
        assertThat(chat(client)).returns("b", ChatResponse::text).returns("b", ChatResponse::client);
        assertThat(this.a.calls()).hasSize(1);
        assertThat(this.b.call().isStreaming()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 401, 403, 404, 500, 502 })
    void otherFailuresStay(int status) {
        this.a.otherwise(Reply.status(status));
        open("b", this.b);
        LlmHttpException failure = failure(
                open("a", this.a, (settings) -> settings.setFallback("b")).chat(ChatRequest.of("Hi")));
        assertThat(failure.failure().status()).isEqualTo(status);
        assertThat(failure).hasMessageStartingWith("[a] ").hasNoSuppressedExceptions();
        assertThat(this.b.calls()).isEmpty();
    }

    @Test
    void emptyQuotaStays() {
        this.a.otherwise(Reply.status(429).error("insufficient_quota", "You exceeded your current quota"));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        assertThat(failure(client.chat("Hi")).kind()).isEqualTo(FailureKind.QUOTA);
        assertThat(this.b.calls()).isEmpty();
    }

    @Test
    void limitOfAnAttemptStays() {
        this.a.otherwise(Reply.text("a").headersAfter(LONG));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.getTimeout().setCall(Duration.ofMillis(200));
            settings.setFallback("b");
        });
        assertThat(failure(client.chat("Hi")).kind()).isEqualTo(FailureKind.CALL_TIMEOUT);
        assertThat(this.b.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "overloaded_error", "rate_limit_error" })
    void errorInsideTheStreamCountsAsWhatItMeans(String type) {
        this.a.otherwise(Reply.text().thenError(type, "Not now"));
        this.b.otherwise(Reply.text("b"));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.setProvider("anthropic");
            settings.setFallback("b");
        });
        StepVerifier.create(events(client))
            .expectNext(new ChatEvent.FellBack("b", "model-b", FailureKind.UPSTREAM_ERROR), new ChatEvent.Text("b"))
            .expectComplete()
            .verify(LONG);
    }

    @Test
    void errorInsideTheStreamThatMeansSomethingElseStays() {
        this.a.otherwise(Reply.text().thenError("api_error", "Broken"));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.setProvider("anthropic");
            settings.setFallback("b");
        });
        assertThat(failure(client.stream("Hi")).kind()).isEqualTo(FailureKind.UPSTREAM_ERROR);
        assertThat(this.b.calls()).isEmpty();
    }

    @Test
    @Covers(FaultRow.LATE_FIRST_TOKEN)
    void modelThatIsSilentIsReplacedAndItsStreamClosed() {
        this.a.otherwise(Reply.text("a").fault(Fault.stall(Moment.FIRST_TOKEN)));
        this.b.otherwise(Reply.text("b"));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.getTimeout().setFirstToken(Duration.ofMillis(200));
            settings.setFallback("b");
        });
        StepVerifier.create(events(client))
            .expectNext(new ChatEvent.FellBack("b", "model-b", FailureKind.FIRST_TOKEN_TIMEOUT),
                    new ChatEvent.Text("b"))
            .expectComplete()
            .verify(LONG);
        this.a.awaitCancelled(1, LONG);
    }

    @Test
    void endpointThatIsLeftAloneIsReplacedWithoutAskingItsOtherModels() {
        this.b.otherwise(Reply.text("b"));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.getCircuitBreaker().setEnabled(true);
            settings.setFallbackModels(List.of("m-2"));
            settings.setFallback("b");
        });
        breaker("a").transitionToForcedOpenState();
        StepVerifier.create(events(client))
            .expectNext(new ChatEvent.FellBack("b", "model-b", FailureKind.CIRCUIT_OPEN), new ChatEvent.Text("b"))
            .expectComplete()
            .verify(LONG);
        assertThat(this.a.calls()).isEmpty();
    }

    @Test
    void nothingFallsBackOnceATokenWasDelivered() {
        this.a.otherwise(Reply.text("a").thenError("overloaded_error", "Overloaded"));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.setProvider("anthropic");
            settings.setFallback("b");
        });
        StepVerifier.create(client.stream("Hi"))
            .expectNext("a")
            .expectErrorSatisfies(
                    (error) -> assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.UPSTREAM_ERROR))
            .verify(LONG);
        assertThat(this.b.calls()).isEmpty();
    }

    @Test
    void nothingFallsBackOnceAnEarlierAttemptDelivered() {
        this.a.script(Reply.text("a", "b").fault(Fault.reset(Moment.afterTokens(1))), Reply.status(529),
                Reply.status(529));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.getRetry().setEnabled(true);
            settings.getRetry().setInitialBackoff(Duration.ofMillis(1));
            settings.getStreaming().setRestart(StreamRestart.ANNOUNCE);
            settings.setFallback("b");
        });
        StepVerifier.create(client.events(ChatRequest.of("Hi")))
            .expectNext(new ChatEvent.Text("a"), new ChatEvent.Restarted(FailureKind.TRUNCATED))
            .expectErrorSatisfies(
                    (error) -> assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.OVERLOADED))
            .verify(LONG);
        assertThat(this.b.calls()).isEmpty();
    }

    @Test
    void modelsAreAskedInTheirOrderAndThoseOfTheFallbackAfterThem() {
        this.a.otherwise(Reply.status(429));
        this.b.script((call) -> call.model().equals("b-2"), Reply.text("b"));
        this.b.otherwise(Reply.status(503));
        open("b", this.b, (settings) -> settings.setFallbackModels(List.of("b-1", "model-b", "b-2")));
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.setFallbackModels(List.of("a-1", "a-2"));
            settings.setFallback("b");
        });
        StepVerifier
            .create(client.events(ChatRequest.builder().user("Hi").model("a-2").field("model", "a-1").build())
                .filter((event) -> event instanceof ChatEvent.FellBack))
            .expectNext(new ChatEvent.FellBack("b", "b-2", FailureKind.RATE_LIMITED))
            .expectComplete()
            .verify(LONG);
        assertThat(this.a.calls()).extracting(RecordedCall::model).containsExactly("a-1", "a-2");
        assertThat(this.b.calls()).extracting(RecordedCall::model).containsExactly("model-b", "b-1", "b-2");
    }

    @Test
    void chainEndsWhereSomebodyAnswers() {
        this.a.otherwise(Reply.status(503));
        this.b.otherwise(Reply.status(429));
        this.c.otherwise(Reply.text("c"));
        LlmWebClient client = chain();
        assertThat(chat(client)).returns("c", ChatResponse::text).returns("c", ChatResponse::client);
        StepVerifier.create(events(client))
            .expectNext(new ChatEvent.FellBack("c", "model-c", FailureKind.OVERLOADED), new ChatEvent.Text("c"))
            .expectComplete()
            .verify(LONG);
    }

    @Test
    void lastFailureTellsOfThoseBefore() {
        this.a.otherwise(Reply.status(503));
        this.b.otherwise(Reply.status(429));
        this.c.otherwise(Reply.status(401));
        LlmHttpException failure = failure(chain().chat("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.AUTH);
        assertThat(failure.failure().client()).isEqualTo("c");
        assertThat(failure).hasMessageStartingWith("[c] AUTH")
            .hasMessageContaining("asked as fallback, after a (model-a) OVERLOADED, b (model-b) RATE_LIMITED");
        assertThat(failure.getSuppressed()).extracting((error) -> ((LlmHttpException) error).kind())
            .containsExactly(FailureKind.OVERLOADED, FailureKind.RATE_LIMITED);
    }

    @Test
    void fallbackThatIsClosedIsTold() {
        this.a.otherwise(Reply.status(503));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        this.opened.remove("b");
        this.clients.close("b");
        LlmHttpException failure = failure(client.chat("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.OVERLOADED);
        assertThat(failure).hasMessageStartingWith("[a] OVERLOADED")
            .hasMessageContaining("its fallback 'b' is closed")
            .hasNoSuppressedExceptions();
    }

    @Test
    void fallbackThatClosesMeanwhileIsTold() {
        this.a.otherwise(Reply.status(503));
        OpenClient b = opened("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        b.close().block(LONG);
        LlmHttpException failure = failure(client.chat("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.OVERLOADED);
        assertThat(failure).hasMessageContaining("its fallback 'b' is closed");
        assertThat(failure.getSuppressed()).extracting((error) -> ((LlmHttpException) error).kind())
            .containsExactly(FailureKind.SHUTDOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = { "chat", "stream", "events" })
    void limitOfTheAskedClientEndsItsFallback(String kind) {
        this.a.otherwise(Reply.status(503));
        this.b.otherwise(Reply.text("b").headersAfter(LONG));
        open("b", this.b, (settings) -> settings.getTimeout().setTotal(LONG));
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.getTimeout().setTotal(Duration.ofMillis(500));
            settings.setFallback("b");
        });
        LlmHttpException failure = failure(call(client, kind, ChatRequest.of("Hi")));
        assertThat(failure.kind()).isEqualTo(FailureKind.DEADLINE);
        assertThat(failure).hasMessageStartingWith("[a] DEADLINE")
            .hasMessageContaining(this.b.url())
            .hasMessageContaining("of client 'b'")
            .hasMessageContaining("llm.http.clients.a.timeout.total");
        this.b.awaitCancelled(1, LONG);
    }

    @Test
    void limitOfTheFallbackHoldsToo() {
        this.a.otherwise(Reply.status(503));
        this.b.otherwise(Reply.text("b").headersAfter(LONG));
        open("b", this.b, (settings) -> settings.getTimeout().setTotal(Duration.ofMillis(200)));
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.getTimeout().setTotal(LONG);
            settings.setFallback("b");
        });
        assertThat(failure(client.chat("Hi"))).hasMessageStartingWith("[b] DEADLINE")
            .hasMessageContaining("llm.http.clients.b.timeout.total");
    }

    @Test
    void limitOfTheRequestIsThatOfAllWhoAreAsked() {
        this.a.otherwise(Reply.status(503));
        this.b.otherwise(Reply.text("b").headersAfter(LONG));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        ChatRequest request = ChatRequest.builder().user("Hi").totalTimeout(Duration.ofMillis(500)).build();
        assertThat(failure(client.chat(request))).hasMessageStartingWith("[a] DEADLINE")
            .hasMessageContaining("the request's own limit");
    }

    @Test
    void cancelDuringTheFallbackClosesIt() {
        this.a.otherwise(Reply.status(503));
        this.b.otherwise(Reply.text("b", "b").fault(Fault.stall(Moment.afterTokens(1))));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        StepVerifier.create(client.stream("Hi")).expectNext("b").thenCancel().verify(LONG);
        this.b.awaitCancelled(1, LONG);
    }

    @Test
    void cancelAtTheAnnouncementClosesTheFallback() {
        this.a.otherwise(Reply.status(503));
        this.b.otherwise(Reply.text("b", "b").fault(Fault.stall(Moment.afterTokens(1))));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        StepVerifier.create(client.events(ChatRequest.of("Hi")).take(1))
            .expectNextMatches((event) -> event instanceof ChatEvent.FellBack)
            .expectComplete()
            .verify(LONG);
        this.b.awaitCancelled(1, LONG);
    }

    @Test
    void announcementCountsAsAnItemThatWasAskedFor() {
        this.a.otherwise(Reply.status(503));
        this.b.otherwise(Reply.text("b"));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        StepVerifier.create(events(client), 0)
            .thenRequest(1)
            .expectNextMatches((event) -> event instanceof ChatEvent.FellBack)
            .expectNoEvent(Duration.ofMillis(100))
            .thenRequest(1)
            .expectNext(new ChatEvent.Text("b"))
            .thenRequest(Long.MAX_VALUE)
            .expectComplete()
            .verify(LONG);
    }

    @ParameterizedTest
    @ValueSource(strings = { "chat", "stream", "events" })
    void keyNeverTravelsToTheFallback(String kind) {
        this.a.otherwise(Reply.status(503));
        this.b.otherwise(Reply.text("b"));
        open("b", this.b, (settings) -> settings.setApiKey("sk-of-b-0123456789"));
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.setApiKey(CANARY);
            settings.getHeaders().put("X-Client", CANARY);
            settings.getQuery().put("client", CANARY);
            settings.setFallback("b");
        });
        ChatRequest request = ChatRequest.builder()
            .user("Hi")
            .header("X-Token", CANARY)
            .query("code", CANARY)
            .field("user", "u-1")
            .build();
        StepVerifier.create(Flux.from(call(client, kind, request)).ignoreElements()).expectComplete().verify(LONG);
        assertThat(this.a.call().header("X-Token")).isEqualTo(CANARY);
        RecordedCall asked = this.b.call();
        assertThat(asked.header("Authorization")).isEqualTo("Bearer sk-of-b-0123456789");
        assertThat(asked.headers()).noneMatch((header) -> header.getValue().contains(CANARY));
        assertThat(asked.query().toString()).doesNotContain(CANARY);
        assertThat(asked.body()).doesNotContain(CANARY).contains("u-1");
    }

    @Test
    void sameOriginGetsTheHeadersOfTheRequest() {
        this.a.script((call) -> call.model().equals("model-b"), Reply.text("b"));
        this.a.otherwise(Reply.status(503));
        open("b", this.a);
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        ChatRequest request = ChatRequest.builder().user("Hi").header("X-Trace", "t").query("q", "1").build();
        StepVerifier.create(client.chat(request)).expectNextCount(1).expectComplete().verify(LONG);
        assertThat(this.a.calls()).hasSize(2)
            .allSatisfy((call) -> assertThat(call.header("X-Trace")).isEqualTo("t"))
            .allSatisfy((call) -> assertThat(call.query()).containsKey("q"));
    }

    @Test
    void otherProviderGetsNoFurtherFields() {
        this.a.otherwise(Reply.status(503));
        this.b.otherwise(Reply.text("b"));
        open("b", this.b, (settings) -> settings.setProvider("anthropic"));
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        ChatRequest request = ChatRequest.builder().user("Hi").field("logit_bias", Map.of("1", 2)).build();
        StepVerifier.create(client.chat(request)).expectNextCount(1).expectComplete().verify(LONG);
        assertThat(this.a.call().body()).contains("logit_bias");
        assertThat(this.b.call().body()).doesNotContain("logit_bias").contains("model-b");
    }

    @Test
    void requestOfWhichNothingIsLeftStays() {
        this.a.otherwise(Reply.status(503));
        open("b", this.b, (settings) -> settings.setProvider("anthropic"));
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        ChatRequest request = ChatRequest.builder()
            .field("messages", List.of(Map.of("role", "user", "content", "Hi")))
            .build();
        assertThat(failure(client.chat(request))).hasMessageStartingWith("[a] OVERLOADED")
            .hasMessageContaining("'b' does not understand");
        assertThat(this.b.calls()).isEmpty();
    }

    @Test
    void fallbackWithoutModelGetsThatOfTheRequest() {
        this.a.otherwise(Reply.status(503));
        this.b.otherwise(Reply.text("b"));
        open("b", this.b, (settings) -> settings.setModel(null));
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        StepVerifier.create(client.chat(ChatRequest.builder().user("Hi").model("mine").build()))
            .expectNextCount(1)
            .expectComplete()
            .verify(LONG);
        assertThat(this.b.call().model()).isEqualTo("mine");
    }

    @ParameterizedTest
    @EnumSource(value = ChatTransport.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void waitThatTheProviderAsksForIsNotSatOut(ChatTransport transport) {
        this.a.otherwise(Reply.status(429).header("Retry-After", "30"));
        this.b.otherwise(Reply.text("b"));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.getRetry().setEnabled(true);
            settings.getChat().setTransport(transport);
            settings.setFallback("b");
        });
        for (int call = 1; call <= 3; call++) {
            assertThat(client.chat(ChatRequest.of("Hi")).block(Duration.ofSeconds(10))).isNotNull()
                .returns("b", ChatResponse::client);
        }
        // The others were not even sent
        assertThat(this.a.calls()).hasSize(1);
        assertThat(this.b.calls()).hasSize(3);
    }

    @Test
    void eachFallbackModelHasACoolDownOfItsOwn() {
        this.a.script((call) -> call.model().equals("model-a"), Reply.status(429).header("Retry-After", "30"));
        this.a.otherwise(Reply.text("a"));
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.getRetry().setEnabled(true);
            settings.setFallbackModels(List.of("a-1"));
        });
        for (int call = 1; call <= 3; call++) {
            assertThat(client.chat(ChatRequest.of("Hi")).block(Duration.ofSeconds(10))).isNotNull();
        }
        assertThat(this.a.calls()).extracting(RecordedCall::model).containsExactly("model-a", "a-1", "a-1", "a-1");
    }

    @Test
    void waitIsSatOutWhereTheFallbackWouldHaveToWaitToo() {
        this.b.script(Reply.status(429).header("Retry-After", "30"));
        this.a.script(Reply.status(429).header("Retry-After", "1"));
        this.a.otherwise(Reply.text("a"));
        LlmWebClient b = open("b", this.b, (settings) -> settings.getRetry().setEnabled(true));
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.getRetry().setEnabled(true);
            settings.setFallback("b");
        });
        StepVerifier.create(b.chat("Hi"))
            .then(() -> this.b.awaitComplete(1, LONG))
            .thenAwait(Duration.ofMillis(200))
            .thenCancel()
            .verify(LONG);
        assertThat(client.chat(ChatRequest.of("Hi")).block(Duration.ofSeconds(20))).isNotNull()
            .returns("a", ChatResponse::client);
        assertThat(this.b.calls()).hasSize(1);
    }

    @Test
    void callIsRepeatedBeforeItFallsBack() {
        this.a.script(Reply.status(503), Reply.text("a"));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> {
            settings.getRetry().setEnabled(true);
            settings.getRetry().setInitialBackoff(Duration.ofMillis(1));
            settings.setFallback("b");
        });
        assertThat(chat(client).client()).isEqualTo("a");
        assertThat(this.b.calls()).isEmpty();
    }

    @Test
    void genericCallsDoNotFallBack() {
        this.a.otherwise(Reply.status(503));
        open("b", this.b);
        LlmWebClient client = open("a", this.a, (settings) -> settings.setFallback("b"));
        assertThat(failure(client.post("/v1/embeddings", Map.of("input", "x"), String.class)).kind())
            .isEqualTo(FailureKind.OVERLOADED);
        assertThat(failure(client.streamData("/v1/chat/completions", Map.of("stream", true))).kind())
            .isEqualTo(FailureKind.OVERLOADED);
        StepVerifier
            .create(client.webClient()
                .post()
                .uri("/v1/chat/completions")
                .bodyValue(Map.of("messages", List.of()))
                .retrieve()
                .bodyToMono(String.class))
            .expectError(WebClientResponseException.ServiceUnavailable.class)
            .verify(LONG);
        assertThat(this.b.calls()).isEmpty();
    }

    private LlmWebClient chain() {
        open("c", this.c);
        open("b", this.b, (settings) -> settings.setFallback("c"));
        return open("a", this.a, (settings) -> settings.setFallback("b"));
    }

    private LlmWebClient open(String name, MockLlmServer server) {
        return open(name, server, (settings) -> {
        });
    }

    private OpenClient opened(String name, MockLlmServer server) {
        open(name, server);
        return this.clients.opened();
    }

    private LlmWebClient open(String name, MockLlmServer server, Consumer<LlmClientProperties> more) {
        LlmWebClient client = this.clients.open(name, server.url(), null, (settings) -> {
            settings.setProvider("openai");
            settings.setModel("model-" + name);
            more.accept(settings);
        });
        this.opened.put(name, client);
        return client;
    }

    private CircuitBreaker breaker(String name) {
        return this.clients.breakers().circuitBreaker(name);
    }

    private static String authority(MockLlmServer server) {
        return URI.create(server.url()).getAuthority();
    }

    private static ChatResponse chat(LlmWebClient client) {
        ChatResponse response = client.chat(ChatRequest.of("Hi")).block(LONG);
        assertThat(response).isNotNull();
        return response;
    }

    /** Events without those that end each answer. */
    private static Flux<ChatEvent> events(LlmWebClient client) {
        return client.events(ChatRequest.of("Hi"))
            .filter((event) -> !(event instanceof ChatEvent.Billed || event instanceof ChatEvent.Finish));
    }

    private static Publisher<?> call(LlmWebClient client, String kind, ChatRequest request) {
        return switch (kind) {
            case "chat" -> client.chat(request);
            case "stream" -> client.stream(request);
            default -> client.events(request);
        };
    }

    private static LlmHttpException failure(Publisher<?> call) {
        LlmHttpException[] failure = new LlmHttpException[1];
        StepVerifier.create(Flux.from(call).ignoreElements()).expectErrorSatisfies((error) -> {
            assertThat(error).isInstanceOf(LlmHttpException.class);
            failure[0] = (LlmHttpException) error;
        }).verify(LONG);
        return failure[0];
    }

}
