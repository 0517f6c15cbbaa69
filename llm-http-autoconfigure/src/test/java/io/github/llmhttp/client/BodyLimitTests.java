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
import java.util.function.Consumer;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.streaming.LimitsProperties;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Limits of what is held of a body.
 */
class BodyLimitTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private static final String MEGABYTE = "x".repeat(1024 * 1024);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @Test
    void restOfALongErrorIsNotRead() {
        this.server.script(Reply.status(503).body(MEGABYTE).header("Content-Type", "text/plain"));
        LlmWebClient client = client((limits) -> limits.setErrorBody(DataSize.ofKilobytes(1)));
        StepVerifier.create(client.chat("Hi")).expectErrorSatisfies((error) -> {
            assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.OVERLOADED);
            assertThat(((LlmHttpException) error).failure().status()).isEqualTo(503);
            assertThat(error.getMessage()).hasSizeLessThan(1024);
        }).verify(LONG);
        this.server.awaitOpenConnections(0, Duration.ofSeconds(2));
    }

    @Test
    void webClientBuffersWhatSpringAloneWouldRefuse() {
        scriptMegabyte();
        StepVerifier.create(models(client((limits) -> {
        }))).expectNextMatches((text) -> text.length() == MEGABYTE.length()).expectComplete().verify(LONG);
    }

    @Test
    void webClientBuffersNoMoreThanTheLimit() {
        scriptMegabyte();
        StepVerifier.create(models(client((limits) -> limits.setAnswer(DataSize.ofKilobytes(64)))))
            .expectErrorSatisfies(
                    (error) -> assertThat(error).hasRootCauseExactlyInstanceOf(DataBufferLimitException.class)
                        .hasStackTraceContaining("65536"))
            .verify(LONG);
        this.server.awaitOpenConnections(0, Duration.ofSeconds(2));
    }

    private void scriptMegabyte() {
        this.server.script((call) -> true, Reply.raw("text/plain", MEGABYTE.getBytes(StandardCharsets.US_ASCII)));
    }

    private static Mono<String> models(LlmWebClient client) {
        return client.webClient().get().uri("/v1/models").retrieve().bodyToMono(String.class);
    }

    private LlmWebClient client(Consumer<LimitsProperties> limits) {
        return this.clients.open(this.server.url(), (settings) -> limits.accept(settings.getLimits()));
    }

}
