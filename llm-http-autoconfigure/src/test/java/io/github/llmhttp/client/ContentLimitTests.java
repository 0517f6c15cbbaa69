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
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.TimeLimits;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.timeout.TimeoutProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The limits of a stream's content on real sockets, with servers that are alive but do
 * not work.
 */
class ContentLimitTests {

    private static final Duration LIMIT = Duration.ofMillis(500);

    private static final Duration PING = Duration.ofMillis(50);

    private static final Duration LONG = Duration.ofSeconds(30);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama", "vllm" })
    @Covers(value = FaultRow.ONLY_HEARTBEATS, kinds = FailureKind.FIRST_TOKEN_TIMEOUT)
    void firstContentIsAwaitedInSpiteOfHeartbeats(String provider) {
        this.server.otherwise(Reply.text("a").firstAfter(LONG).pingEvery(PING));
        LlmWebClient client = client(provider, (timeout) -> timeout.setFirstToken(LIMIT));
        TimeLimits.assertFiresAt(LIMIT, () -> {
            LlmHttpException failure = failure(client.stream("Hi"), 0);
            assertThat(failure.kind()).isEqualTo(FailureKind.FIRST_TOKEN_TIMEOUT);
            assertThat(failure).hasMessageContaining("no content came within 500 ms")
                .hasMessageContaining("llm.http.clients.test.timeout.first-token");
            assertThat(failure.isRetryable()).isTrue();
            return failure.failure().elapsed();
        });
        this.server.awaitOpenConnections(0, LONG);
        assertThat(client.poolStats().acquired()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama", "vllm" })
    @Covers(value = FaultRow.TOKEN_GAP, kinds = FailureKind.TOKEN_GAP_TIMEOUT)
    void nextContentIsAwaitedInSpiteOfHeartbeats(String provider) {
        this.server.otherwise(Reply.text("a", "b", "c").fault(Fault.stall(Moment.afterTokens(2))).pingEvery(PING));
        LlmWebClient client = client(provider, (timeout) -> timeout.setTokenGap(LIMIT));
        TimeLimits.assertFiresAt(LIMIT, () -> {
            LlmHttpException failure = failure(client.stream("Hi"), 2);
            assertThat(failure.kind()).isEqualTo(FailureKind.TOKEN_GAP_TIMEOUT);
            assertThat(failure).hasMessageContaining("no further content came within 500 ms")
                .hasMessageContaining("llm.http.clients.test.timeout.token-gap");
            assertThat(failure.failure().delivered()).isEqualTo(2);
            assertThat(failure.isRetryable()).isFalse();
            return failure.failure().elapsed();
        });
        this.server.awaitOpenConnections(0, LONG);
        assertThat(client.poolStats().acquired()).isZero();
    }

    @Test
    void waitBeforeTheGateIsNotTheServers() {
        this.server.otherwise(Reply.text("a").firstAfter(Duration.ofMillis(400)));
        LlmWebClient client = this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("openai");
            settings.setApiKey("sk-test");
            settings.getPool().setMaxConnections(1);
            settings.getTimeout().setFirstToken(Duration.ofMillis(700));
        });
        Flux.range(0, 3)
            .flatMap((number) -> client.stream("Hi"))
            .as(StepVerifier::create)
            .expectNext("a", "a", "a")
            .expectComplete()
            .verify(LONG);
    }

    @Test
    @Covers(FaultRow.SLOW_CONSUMER)
    void subscriberThatTakesItsTimeTripsNoLimit() {
        this.server.otherwise(Reply.text("a", "b", "c", "d"));
        LlmWebClient client = client("openai", (timeout) -> {
            timeout.setFirstToken(LIMIT);
            timeout.setTokenGap(LIMIT);
            timeout.setByteIdle(LIMIT);
        });
        client.stream("Hi")
            .concatMap((token) -> Mono.delay(LIMIT.multipliedBy(2)).thenReturn(token), 0)
            .as((tokens) -> StepVerifier.create(tokens, 0))
            .thenAwait(LIMIT.multipliedBy(2))
            .thenRequest(Long.MAX_VALUE)
            .expectNext("a", "b", "c", "d")
            .expectComplete()
            .verify(LONG);
    }

    @Test
    void reasoningIsContentAlsoWhereOnlyTextIsWanted() {
        this.server
            .otherwise(Reply.text("a").reasoning("1", "2", "3", "4", "5", "6", "7", "8").gap(Duration.ofMillis(300)));
        LlmWebClient client = client("openai", (timeout) -> timeout.setFirstToken(Duration.ofSeconds(2)));
        StepVerifier.create(client.stream("Hi")).expectNext("a").expectComplete().verify(LONG);
    }

    @Test
    void payloadsOfAnyStreamAreItsContent() {
        this.server.otherwise(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))).pingEvery(PING));
        LlmWebClient client = client("openai", (timeout) -> timeout.setTokenGap(LIMIT));
        StepVerifier.create(client.streamData("/v1/chat/completions", Map.of("stream", true, "messages", List.of())))
            .thenConsumeWhile((payload) -> true)
            .expectErrorSatisfies(
                    (error) -> assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.TOKEN_GAP_TIMEOUT))
            .verify(LONG);
    }

    private LlmWebClient client(String provider, Consumer<TimeoutProperties> timeouts) {
        return this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider(provider);
            settings.setApiKey("sk-test");
            timeouts.accept(settings.getTimeout());
        });
    }

    private static LlmHttpException failure(Flux<String> tokens, int delivered) {
        LlmHttpException[] failure = new LlmHttpException[1];
        StepVerifier.create(tokens)
            .expectNextCount(delivered)
            .expectErrorSatisfies((error) -> failure[0] = (LlmHttpException) error)
            .verify(LONG);
        return failure[0];
    }

}
