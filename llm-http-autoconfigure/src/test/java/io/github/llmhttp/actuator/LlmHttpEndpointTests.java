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

package io.github.llmhttp.actuator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The endpoint over HTTP, in an application that makes real calls.
 */
class LlmHttpEndpointTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private static final String KEY = "sk-canary-1234567890";

    private final MockLlmServer server = MockLlmServer.start();

    private final HttpClient http = HttpClient.newHttpClient();

    private ConfigurableApplicationContext application;

    private void start(String... more) {
        List<String> properties = new ArrayList<>(List.of("server.port=0",
                "spring.reactor.netty.shutdown-quiet-period=0", "spring.main.banner-mode=off",
                "llm.http.base-url=" + this.server.url(), "llm.http.provider=openai", "llm.http.model=m",
                "llm.http.api-key=" + KEY, "llm.http.retry.initial-backoff=20s", "llm.http.pool.max-connections=2",
                "llm.http.pool.max-streams=1", "management.endpoints.web.exposure.include=llmhttp"));
        properties.addAll(List.of(more));
        this.application = new SpringApplicationBuilder(Application.class).properties(properties.toArray(String[]::new))
            .run();
    }

    private void startUnrestricted(String... more) {
        List<String> properties = new ArrayList<>(List.of(more));
        properties.add("management.endpoint.llmhttp.access=unrestricted");
        start(properties.toArray(String[]::new));
    }

    @AfterEach
    void close() {
        if (this.application != null) {
            this.application.close();
        }
        this.server.close();
    }

    private LlmWebClient client() {
        return this.application.getBean(LlmWebClient.class);
    }

    private HttpResponse<String> send(String method, String path) {
        String port = this.application.getEnvironment().getProperty("local.server.port");
        URI uri = URI.create("http://localhost:" + port + "/actuator/llmhttp/default" + path);
        try {
            return this.http.send(
                    HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
        catch (IOException | InterruptedException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private JsonNode read() {
        return new JsonMapper().readTree(send("GET", "").body());
    }

    private JsonNode call() {
        return Awaitility.await()
            .atMost(LONG)
            .until(() -> read().at("/transport/calls"), (calls) -> calls.size() == 1)
            .get(0);
    }

    @Test
    void tellsWhatEachCallWaitsFor() {
        start();
        this.server.script(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        StepVerifier.create(client().stream("my prompt")).expectNext("a").then(() -> {
            JsonNode call = call();
            assertThat(call.get("operation").asString()).isEqualTo("stream");
            assertThat(call.get("model").asString()).isEqualTo("m");
            assertThat(call.get("client").asString()).isEqualTo("default");
            assertThat(call.get("endpoint").asString()).isEqualTo("127.0.0.1:" + this.server.port());
            assertThat(call.get("attempt").asInt()).isEqualTo(1);
            assertThat(call.get("maxAttempts").asInt()).isEqualTo(3);
            assertThat(call.get("stage").asString()).isEqualTo("body");
            assertThat(Duration.parse(call.get("age").asString())).isPositive();
            assertThat(Duration.parse(call.get("stageAge").asString())).isPositive();
            assertThat(call.get("delivered").asInt()).isEqualTo(1);
            assertThat(send("GET", "").body()).doesNotContain(KEY, "my prompt");
        }).thenCancel().verify(LONG);
        assertThat(read().at("/transport/calls").size()).isZero();
    }

    @Test
    void tellsOfCallsThatWaitForAConnectionOrTheirNextAttempt() {
        start();
        this.server.script(Reply.text("a").fault(Fault.stall(Moment.afterTokens(1))), Reply.status(503));
        Flux<String> others = Flux.merge(client().stream("2"), client().chat("3"));
        StepVerifier.create(client().stream("1").concatMap((text) -> others.startWith(text)))
            .expectNext("a")
            .then(() -> Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(read().at("/transport/calls").valueStream())
                    .extracting((call) -> call.get("stage").asString())
                    .containsExactly("body", "acquire", "wait")))
            .thenCancel()
            .verify(LONG);
    }

    @Test
    void remembersTheLastErrorOfEachKind() {
        start("llm.http.retry.enabled=false");
        this.server.script(Reply.status(400), Reply.status(400), Reply.status(503));
        for (int i = 0; i < 3; i++) {
            StepVerifier.create(client().chat("Hi")).expectError(LlmHttpException.class).verify(LONG);
        }
        JsonNode errors = read().at("/transport/lastErrors");
        assertThat(errors.at("/BAD_REQUEST/count").asInt()).isEqualTo(2);
        assertThat(errors.at("/OVERLOADED/count").asInt()).isEqualTo(1);
        assertThat(errors.at("/OVERLOADED/requestId").asString()).startsWith("req_mock");
        assertThat(read().at("/transport/dns").isObject()).isTrue();
        assertThat(read().at("/transport/learnedIdle").isObject()).isTrue();
        assertThat(read().at("/coolDown").asString()).isEqualTo("PT0S");
        assertThat(read().at("/settings/timeout.call/origin").asString()).isEqualTo("default");
        assertThat(read().at("/settings/api-key/value").asString()).isEqualTo("******");
    }

    @Test
    void rulesOfTheApplicationHideMore() {
        start("hide-more=true");
        assertThat(read().at("/settings/model/value").asString()).isEqualTo("hidden");
        assertThat(read().at("/settings/timeout.call/value").asString()).isEqualTo("180s");
    }

    @Test
    void onlyReadsUnlessItMayDoMore() {
        start();
        this.server.script(Reply.text("a").fault(Fault.stall(Moment.afterTokens(1))));
        StepVerifier.create(client().stream("Hi")).expectNext("a").then(() -> {
            long id = call().get("id").asLong();
            assertThat(send("DELETE", "/calls/" + id).statusCode()).isBetween(404, 405);
            assertThat(send("DELETE", "/circuit-breakers").statusCode()).isBetween(404, 405);
            assertThat(call().get("id").asLong()).isEqualTo(id);
        }).thenCancel().verify(LONG);
    }

    @Test
    @Covers(value = FaultRow.CANCEL, kinds = FailureKind.CANCELLED)
    void runningCallCanBeCancelled() {
        startUnrestricted();
        this.server.script(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        StepVerifier.create(client().stream("Hi"))
            .expectNext("a")
            .then(() -> assertThat(cancel()).isEqualTo(1))
            .expectErrorSatisfies(this::assertCancelled)
            .verify(LONG);
        this.server.awaitCancelled(1, LONG);
        assertThat(client().poolStats().acquired()).isZero();
    }

    @Test
    void callThatWaitsForItsNextAttemptCanBeCancelled() {
        startUnrestricted();
        this.server.script(Reply.status(503));
        StepVerifier.create(client().chat("Hi")).then(() -> {
            Awaitility.await().atMost(LONG).until(() -> call().get("stage").asString().equals("wait"));
            assertThat(cancel()).isEqualTo(1);
        }).expectErrorSatisfies(this::assertCancelled).verify(Duration.ofSeconds(15));
        assertThat(this.server.calls()).hasSize(1);
    }

    @Test
    void callThatWaitsForAConnectionIsCancelledWhenItGetsOne() {
        startUnrestricted();
        this.server.script(Reply.text("a").fault(Fault.stall(Moment.afterTokens(1))));
        StepVerifier.create(client().stream("Hi")).expectNext("a").then(() -> {
            // The only place of a stream is taken
            StepVerifier.create(client().stream("waits")).then(() -> {
                JsonNode waiting = Awaitility.await()
                    .atMost(LONG)
                    .until(() -> read().at("/transport/calls"), (calls) -> calls.size() == 2)
                    .get(1);
                assertThat(send("DELETE", "/calls/" + waiting.get("id").asLong()).statusCode()).isEqualTo(200);
                long first = read().at("/transport/calls").get(0).get("id").asLong();
                send("DELETE", "/calls/" + first);
            }).expectErrorSatisfies(this::assertCancelled).verify(LONG);
        }).expectErrorSatisfies(this::assertCancelled).verify(LONG);
        assertThat(this.server.calls()).hasSize(1);
    }

    private int cancel() {
        HttpResponse<String> done = send("DELETE", "/calls/" + call().get("id").asLong());
        assertThat(done.statusCode()).isEqualTo(200);
        return new JsonMapper().readTree(done.body()).get("number").asInt();
    }

    private void assertCancelled(Throwable error) {
        assertThat(error).isInstanceOfSatisfying(LlmHttpException.class, (failure) -> {
            assertThat(failure.kind()).isEqualTo(FailureKind.CANCELLED);
            assertThat(failure.isRetryable()).isFalse();
            assertThat(failure).hasMessageContaining("cancelled through the endpoint llmhttp");
        });
    }

    @Test
    void openBreakerCanBeClosed() {
        startUnrestricted("llm.http.circuit-breaker.consecutive-failures=1", "llm.http.retry.enabled=false");
        this.server.script(Reply.status(503));
        StepVerifier.create(client().chat("Hi")).expectError(LlmHttpException.class).verify(LONG);
        assertThat(read().at("/endpoints/0/circuitBreaker").asString()).isEqualTo("OPEN");
        assertThat(send("DELETE", "/circuit-breakers").statusCode()).isEqualTo(200);
        assertThat(read().at("/endpoints/0/circuitBreaker").asString()).isEqualTo("CLOSED");
        assertThat(client().chat("Hi").block(LONG)).isNotEmpty();
    }

    @Test
    void unusedConnectionsCanBeEvicted() {
        startUnrestricted();
        client().chat(ChatRequest.of("Hi")).block(LONG);
        Awaitility.await().atMost(LONG).until(() -> client().poolStats().idle() == 1);
        assertThat(send("DELETE", "/idle-connections").body()).contains("\"number\":1");
        this.server.awaitOpenConnections(0, LONG);
        assertThat(client().chat("Hi").block(LONG)).isNotEmpty();
        assertThat(this.server.connections().accepted()).isEqualTo(2);
        assertThat(client().poolStats().evicted()).containsEntry("on-demand", 1L);
    }

    @Test
    void requestThatNamesNothingIsRefused() {
        startUnrestricted();
        HttpResponse<String> refused = send("DELETE", "/everything");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(send("DELETE", "/calls/1").body()).contains("\"number\":0");
        assertThat(send("DELETE", "/circuits/1").statusCode()).isEqualTo(400);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        SanitizingFunction hideModels(org.springframework.core.env.Environment environment) {
            return (data) -> (environment.getProperty("hide-more", Boolean.class, false)
                    && data.getKey().endsWith(".model")) ? data.withValue("hidden") : data;
        }

    }

}
