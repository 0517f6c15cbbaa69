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

package io.github.llmhttp.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.github.resilience4j.reactor.retry.RetryOperator;
import io.github.resilience4j.retry.Retry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.observability.micrometer.Micrometer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Spring's {@code WebClient} with its codec of server-sent events and Jackson, as one
 * writes it; on demand with the operators that give it what this client has.
 */
final class StockWebClient implements LoadClient {

    private static final ParameterizedTypeReference<ServerSentEvent<String>> EVENT = new ParameterizedTypeReference<>() {
    };

    private static final Duration FIRST = Duration.ofHours(1);

    private static final Duration GAP = Duration.ofHours(1);

    private final JsonMapper json = JsonMapper.builder().build();

    private final boolean operators;

    private final WebClient web;

    private final CircuitBreaker breaker = CircuitBreaker.ofDefaults("stock");

    private final Retry retry = Retry.ofDefaults("stock");

    private final Bulkhead bulkhead = Bulkhead.of("stock", BulkheadConfig.custom().maxConcurrentCalls(10_000).build());

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    StockWebClient(String url, boolean operators) {
        this.operators = operators;
        this.web = WebClient.builder()
            .baseUrl(url)
            .defaultHeader("Authorization", "Bearer sk-x")
            .clientConnector(new ReactorClientHttpConnector(HttpClient
                .create(ConnectionProvider.builder("web").maxConnections(10_000).pendingAcquireMaxCount(-1).build())))
            .build();
    }

    private WebClient.ResponseSpec ask(String model, boolean stream) {
        return this.web.post()
            .uri("/v1/chat/completions")
            .contentType(MediaType.APPLICATION_JSON)
            .bodyValue(Map.of("model", model, "messages", List.of(Map.of("role", "user", "content", PROMPT)), "stream",
                    stream))
            .retrieve();
    }

    @Override
    public Mono<Integer> chat(String model) {
        Mono<Integer> answer = ask(model, false).bodyToMono(Whole.class)
            .map((whole) -> whole.choices().get(0).message().content().length());
        if (!this.operators) {
            return answer;
        }
        return answer.timeout(FIRST)
            .transformDeferred(CircuitBreakerOperator.of(this.breaker))
            .transformDeferred(RetryOperator.of(this.retry))
            .transformDeferred(BulkheadOperator.of(this.bulkhead))
            .name("chat")
            .tap(Micrometer.metrics(this.meters));
    }

    @Override
    public Mono<Void> stream(String model, IntConsumer tokens) {
        Flux<String> text = ask(model, true).bodyToFlux(EVENT)
            .map((event) -> Objects.requireNonNullElse(event.data(), ""))
            .takeWhile((data) -> !data.equals("[DONE]"))
            .map(this::text)
            .filter((token) -> !token.isEmpty());
        if (this.operators) {
            text = text.timeout(Mono.delay(FIRST), (token) -> Mono.delay(GAP))
                .transformDeferred(CircuitBreakerOperator.of(this.breaker))
                .transformDeferred(RetryOperator.of(this.retry))
                .transformDeferred(BulkheadOperator.of(this.bulkhead))
                .name("stream")
                .tap(Micrometer.metrics(this.meters));
        }
        return LoadClient.read(text, tokens);
    }

    private String text(String data) {
        String content = this.json.readValue(data, Chunk.class).choices().get(0).delta().content();
        return (content != null) ? content : "";
    }

    record Chunk(List<ChunkChoice> choices) {
    }

    record ChunkChoice(Delta delta) {
    }

    record Delta(@Nullable String content) {
    }

    record Whole(List<WholeChoice> choices) {
    }

    record WholeChoice(Message message) {
    }

    record Message(String content) {
    }

}
