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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.endpoint.EndpointProperties;
import io.github.llmhttp.endpoint.EndpointStatus;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.test.RetryAfter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.web.reactive.function.client.WebClientResponseException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Several endpoints of one client, on real sockets.
 */
class EndpointCallTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final MockLlmServer a = MockLlmServer.start();

    private final MockLlmServer b = MockLlmServer.start();

    private final MockLlmServer c = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        await(() -> this.clients.opened().client().poolStats().acquired() == 0);
        await(() -> endpoints().stream().allMatch((endpoint) -> endpoint.pending() == 0));
        this.clients.close();
        for (MockLlmServer server : List.of(this.a, this.b, this.c)) {
            server.awaitOpenConnections(0, LONG);
            server.close();
        }
    }

    private LlmWebClient open(MockLlmServer... servers) {
        return open((settings) -> {
        }, servers);
    }

    private LlmWebClient open(Consumer<LlmClientProperties> more, MockLlmServer... servers) {
        return this.clients.open("", (settings) -> {
            settings.setEndpoints(Stream.of(servers).map((server) -> endpoint(server.url())).toList());
            settings.getRetry().setEnabled(true);
            settings.getRetry().setInitialBackoff(Duration.ofSeconds(20));
            more.accept(settings);
        });
    }

    private static EndpointProperties endpoint(String url) {
        EndpointProperties endpoint = new EndpointProperties();
        endpoint.setUrl(url);
        return endpoint;
    }

    /** Calls begin at the first endpoint. */
    private static void firstFirst(LlmClientProperties settings) {
        for (int index = 0; index < settings.getEndpoints().size(); index++) {
            settings.getEndpoints().get(index).setPriority(index);
        }
    }

    private List<EndpointStatus> endpoints() {
        return this.clients.opened().health().endpoints();
    }

    private static ChatResponse chat(LlmWebClient client) {
        return ask(client).block(LONG);
    }

    private static Mono<ChatResponse> ask(LlmWebClient client) {
        return client.chat(ChatRequest.builder().user("Hi").build());
    }

    private static String authority(MockLlmServer server) {
        return "127.0.0.1:" + server.port();
    }

    @Test
    void callsAreSpread() {
        LlmWebClient client = open(this.a, this.b, this.c);
        List<String> answered = new ArrayList<>();
        for (int count = 0; count < 6; count++) {
            answered.add(chat(client).endpoint());
        }
        assertThat(answered).containsExactly(authority(this.a), authority(this.b), authority(this.c), authority(this.a),
                authority(this.b), authority(this.c));
    }

    @Test
    void streamsThatLastCount() {
        this.a.otherwise(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        LlmWebClient client = open(this.a, this.b);
        StepVerifier.create(client.stream("Hi")).expectNext("a").then(() -> {
            chat(client);
            chat(client);
            assertThat(this.b.calls()).hasSize(2);
        }).thenCancel().verify(LONG);
    }

    @Test
    @Covers(FaultRow.REFUSED)
    void endpointThatRefusesIsReplacedAtOnce() {
        try (MockLlmServer.Outage outage = this.a.refuse()) {
            LlmWebClient client = open(EndpointCallTests::firstFirst, this.a, this.b);
            ChatResponse response = chat(client);
            assertThat(response.endpoint()).isEqualTo(authority(this.b));
            assertThat(endpoints().get(0).health().state()).isEqualTo(EndpointHealth.State.DOWN);
            assertThat(endpoints().get(1).health().state()).isEqualTo(EndpointHealth.State.UP);
            assertThat(this.clients.opened().health().state()).isEqualTo(EndpointHealth.State.UP);
            assertThat(outage).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 500, 502, 503, 529 })
    void endpointThatCannotIsReplacedAtOnce(int status) {
        this.a.otherwise(Reply.status(status).retryAfter(RetryAfter.seconds(20)));
        this.b.otherwise(Reply.text("b"));
        LlmWebClient client = open(EndpointCallTests::firstFirst, this.a, this.b);
        StepVerifier.create(client.stream("Hi")).expectNext("b").expectComplete().verify(Duration.ofSeconds(5));
    }

    @Test
    void limitOfTheKeyHoldsForAllEndpoints() {
        this.a.script(Reply.status(429).retryAfter(RetryAfter.seconds(1)));
        LlmWebClient client = open((settings) -> {
            firstFirst(settings);
            settings.getRetry().setInitialBackoff(Duration.ofMillis(10));
        }, this.a, this.b);
        long began = System.nanoTime();
        chat(client);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(this.a.calls().size() + this.b.calls().size()).isEqualTo(2);
    }

    @Test
    void nothingMovesAfterTheFirstContent() {
        this.a.otherwise(Reply.text("one", "two").fault(Fault.reset(Moment.afterTokens(1))));
        LlmWebClient client = open(EndpointCallTests::firstFirst, this.a, this.b);
        StepVerifier.create(client.stream("Hi")).expectNext("one").expectErrorSatisfies((error) -> {
            assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.TRUNCATED);
            assertThat(error).hasMessageContaining(authority(this.a));
        }).verify(LONG);
        assertThat(this.b.calls()).isEmpty();
    }

    @Test
    void lastEndpointTellsWhyThereIsNoAnswer() {
        try (MockLlmServer.Outage one = this.a.refuse(); MockLlmServer.Outage other = this.b.refuse()) {
            LlmWebClient client = open((settings) -> {
                firstFirst(settings);
                settings.getRetry().setMaxAttempts(2);
            }, this.a, this.b);
            StepVerifier.create(ask(client)).expectErrorSatisfies((error) -> {
                assertThat(error).hasMessageContaining("attempt 2/2").hasMessageContaining(authority(this.b));
                assertThat(error.getSuppressed()).singleElement()
                    .satisfies((before) -> assertThat(before).hasMessageContaining(authority(this.a)));
            }).verify(LONG);
            assertThat(one).isNotSameAs(other);
        }
    }

    @Test
    void endpointWhoseBreakerIsOpenIsLeftAlone() {
        this.a.otherwise(Reply.status(500));
        LlmWebClient client = open((settings) -> {
            firstFirst(settings);
            settings.getCircuitBreaker().setEnabled(true);
            settings.getCircuitBreaker().setConsecutiveFailures(2);
        }, this.a, this.b);
        for (int count = 0; count < 5; count++) {
            chat(client);
        }
        assertThat(this.a.calls()).hasSize(2);
        assertThat(this.b.calls()).hasSize(5);
        assertThat(endpoints()).extracting((endpoint) -> endpoint.circuitBreaker().name())
            .containsExactly("OPEN", "CLOSED");
        assertThat(this.clients.breakers().getAllCircuitBreakers()).extracting((breaker) -> breaker.getName())
            .containsExactlyInAnyOrder("test-1", "test-2");
    }

    @Test
    void failedProbesKeepCallsAwayUntilOneSucceeds() {
        this.a.script((call) -> call.path().equals("/health"), Reply.status(503), Reply.status(503), Reply.status(200));
        this.b.otherwise(Reply.text("b"));
        LlmWebClient client = open((settings) -> {
            firstFirst(settings);
            settings.setProvider("vllm");
            settings.getHealth().setInterval(Duration.ofSeconds(1));
        }, this.a, this.b);
        await(() -> endpoints().get(0).ejected());
        assertThat(chat(client).endpoint()).isEqualTo(authority(this.b));
        await(() -> !endpoints().get(0).ejected());
        assertThat(chat(client).endpoint()).isEqualTo(authority(this.a));
    }

    @Test
    void probeTellsTheBestEndpoint() {
        try (MockLlmServer.Outage outage = this.a.refuse()) {
            this.b.script((call) -> true, Reply.status(200));
            LlmWebClient client = open(this.a, this.b);
            EndpointHealth health = client.probe().block(LONG);
            assertThat(health.state()).isEqualTo(EndpointHealth.State.UP);
            assertThat(health.endpoint()).isEqualTo(authority(this.b));
            assertThat(endpoints().get(0).lastProbe().state()).isEqualTo(EndpointHealth.State.DOWN);
            assertThat(outage).isNotNull();
        }
    }

    @Test
    void genericCallsMoveToo() {
        this.a.script((call) -> true, Reply.status(503));
        this.b.script((call) -> true, Reply.raw("application/json", "{\"data\": []}".getBytes(StandardCharsets.UTF_8)));
        LlmWebClient client = open((settings) -> {
            firstFirst(settings);
            settings.setApiKey("sk-own-key");
            settings.setQuery(Map.of("api-version", "7"));
        }, this.a, this.b);
        String models = client.webClient().get().uri("/v1/models?x=1").retrieve().bodyToMono(String.class).block(LONG);
        assertThat(models).contains("data");
        for (MockLlmServer server : List.of(this.a, this.b)) {
            RecordedCall call = server.call();
            assertThat(call.path()).isEqualTo("/v1/models");
            assertThat(call.query()).isEqualTo(Map.of("x", List.of("1"), "api-version", List.of("7")));
            assertThat(call.header("authorization")).isEqualTo("Bearer sk-own-key");
        }
    }

    @Test
    void strangersGetNoKeyAndTellNothing() {
        this.c.script((call) -> true, Reply.status(429).retryAfter(RetryAfter.seconds(20)));
        LlmWebClient client = open((settings) -> {
            settings.setApiKey("sk-own-key");
            settings.getRetry().setMaxAttempts(1);
        }, this.a, this.b);
        StepVerifier
            .create(client.webClient().get().uri(this.c.url() + "/v1/models").retrieve().bodyToMono(String.class))
            .expectError(WebClientResponseException.TooManyRequests.class)
            .verify(LONG);
        assertThat(this.c.call().header("authorization")).isNull();
        assertThat(endpoints())
            .allSatisfy((endpoint) -> assertThat(endpoint.health().state()).isEqualTo(EndpointHealth.State.UNKNOWN));
        assertThat(this.clients.opened().health().coolDown()).isZero();
        assertThat(chat(client).endpoint()).isEqualTo(authority(this.a));
    }

    @Test
    void postAndStreamedDataMoveToo() {
        this.a.otherwise(Reply.status(503));
        this.b.otherwise(Reply.text("b"));
        LlmWebClient client = open(EndpointCallTests::firstFirst, this.a, this.b);
        assertThat(chat(client).text()).isEqualTo("b");
        String body = "{\"model\":\"m\",\"stream\":true,\"messages\":[]}";
        assertThat(client.streamData("/v1/chat/completions", body).collectList().block(LONG)).isNotEmpty();
        assertThat(this.a.calls()).hasSize(2);
        assertThat(this.b.calls()).hasSize(2);
    }

    @Test
    void oneOfThreeThatDiesUnderLoadCostsNoCall() {
        LlmWebClient client = open((settings) -> {
            settings.getCircuitBreaker().setEnabled(true);
            // One call may be under way at the one that dies
            settings.getRetry().setInitialBackoff(Duration.ofMillis(100));
        }, this.a, this.b, this.c);
        List<String> answers = Flux.range(0, 300).concatMap((number) -> {
            if (number == 100) {
                this.b.closeConnections();
                this.b.refuse();
            }
            return ask(client).map(ChatResponse::endpoint);
        }).collectList().block(LONG);
        assertThat(answers).hasSize(300);
        assertThat(answers.subList(150, 300)).doesNotContain(authority(this.b));
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(LONG).until(condition);
    }

}
