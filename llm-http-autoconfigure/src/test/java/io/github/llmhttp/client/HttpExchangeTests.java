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
import java.util.function.Consumer;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Interfaces of the application over {@code webClient()}, on real sockets.
 */
class HttpExchangeTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @HttpExchange("/v1")
    interface Api {

        @GetExchange("/models/{id}")
        Mono<Map<String, Object>> model(@PathVariable String id);

        @PostExchange("/moderations")
        Mono<Map<String, Object>> moderate(@RequestBody Map<String, Object> body);

        @PostExchange(url = "/chat/completions", accept = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<ServerSentEvent<String>> stream(@RequestBody Map<String, Object> body);

    }

    @Test
    void getCarriesTheKeyAndThePrefix() {
        this.server.script((call) -> true,
                Reply.status(200).header("Content-Type", "application/json").body("{\"id\":\"m\"}"));
        assertThat(api("/prefix").model("m").block(LONG)).containsEntry("id", "m");
        assertThat(this.server.call().method()).isEqualTo("GET");
        assertThat(this.server.call().path()).isEqualTo("/prefix/v1/models/m");
        assertThat(this.server.call().header("Authorization")).isEqualTo("Bearer sk-test");
    }

    @Test
    void postIsRepeatedWithItsBody() {
        this.server.script((call) -> true, Reply.status(503),
                Reply.status(200).header("Content-Type", "application/json").body("{\"flagged\":false}"));
        assertThat(api("").moderate(Map.of("input", "a")).block(LONG)).containsEntry("flagged", false);
        assertThat(this.server.calls()).hasSize(2)
            .allSatisfy((call) -> assertThat(call.body()).isEqualTo("{\"input\":\"a\"}"));
    }

    @Test
    void eventsOfAStreamArrive() {
        this.server.script(Reply.text("a", "b"));
        StepVerifier
            .create(api("").stream(Map.of("stream", true, "messages", List.of()))
                .map((event) -> String.valueOf(event.data())))
            .thenConsumeWhile((data) -> data.startsWith("{"))
            .expectNext("[DONE]")
            .expectComplete()
            .verify(LONG);
        this.server.awaitComplete(1, LONG);
        assertThat(this.clients.opened().client().poolStats().acquired()).isZero();
    }

    @Test
    void statusThatStaysIsSpringsMatter() {
        this.server.script((call) -> true, Reply.status(400).body("{}"));
        StepVerifier.create(api("").moderate(Map.of()))
            .expectErrorSatisfies((error) -> assertThat(error).isInstanceOfSatisfying(WebClientResponseException.class,
                    (response) -> assertThat(response.getStatusCode().value()).isEqualTo(400)))
            .verify(LONG);
    }

    @Test
    void openBreakerLetsNothingThrough() {
        this.server.script((call) -> true, Reply.status(503), Reply.status(503), Reply.status(503));
        Api api = api("", (settings) -> {
            settings.getRetry().setEnabled(false);
            settings.getCircuitBreaker().setEnabled(true);
            settings.getCircuitBreaker().setConsecutiveFailures(1);
        });
        api.moderate(Map.of()).onErrorComplete().block(LONG);
        assertThat(failure(api.moderate(Map.of())).kind()).isEqualTo(FailureKind.CIRCUIT_OPEN);
        assertThat(this.server.calls()).hasSize(1);
    }

    @Test
    @Covers(FaultRow.LINE_FULL)
    void fullGateLetsNothingThrough() {
        this.server.script((call) -> true, Reply.failing(Fault.stall(Moment.REQUEST)));
        Api api = api("", (settings) -> {
            settings.getPool().setMaxConnections(1);
            settings.getPool().setMaxPendingAcquires(0);
        });
        Disposable first = api.moderate(Map.of()).subscribe();
        this.server.awaitCalls(1, LONG);
        assertThat(failure(api.moderate(Map.of())).kind()).isEqualTo(FailureKind.POOL_FULL);
        first.dispose();
        this.server.awaitCancelled(1, LONG);
    }

    @Test
    @Covers(FaultRow.LATE_FIRST_TOKEN)
    void silentServerEndsAtTheLimitOfTheClient() {
        this.server.script((call) -> true, Reply.failing(Fault.stall(Moment.REQUEST)));
        Api api = api("", (settings) -> {
            settings.getRetry().setEnabled(false);
            settings.getTimeout().setCall(Duration.ofMillis(300));
        });
        LlmHttpException failure = failure(api.moderate(Map.of()));
        assertThat(failure.kind()).isEqualTo(FailureKind.CALL_TIMEOUT);
        assertThat(failure).hasMessageContaining("llm.http.clients.test.timeout.call");
    }

    private Api api(String prefix) {
        return api(prefix, (settings) -> {
        });
    }

    private Api api(String prefix, Consumer<LlmClientProperties> customizer) {
        WebClientAdapter adapter = WebClientAdapter.create(this.clients.open(this.server.url() + prefix, (settings) -> {
            settings.setProvider("openai");
            settings.setApiKey("sk-test");
            settings.getRetry().setEnabled(true);
            settings.getRetry().setInitialBackoff(Duration.ofMillis(50));
            customizer.accept(settings);
        }).webClient());
        return HttpServiceProxyFactory.builderFor(adapter).build().createClient(Api.class);
    }

    private static LlmHttpException failure(Publisher<?> call) {
        return (LlmHttpException) Flux.from(call)
            .then()
            .materialize()
            .mapNotNull((signal) -> signal.getThrowable())
            .blockOptional(LONG)
            .orElseThrow();
    }

}
