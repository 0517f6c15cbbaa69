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
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * No request asks for compression, and no compressed body is taken for an answer.
 */
class ContentCodingTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    private final LlmWebClient client = this.clients.open(this.server.url(),
            (settings) -> settings.setProvider("openai"));

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    static Stream<Use> uses() {
        Map<String, Object> body = Map.of("stream", true);
        return Stream.of(new Use("chat", (client) -> client.chat("Hi").flux()),
                new Use("stream", (client) -> client.stream("Hi")),
                new Use("events", (client) -> client.events(ChatRequest.of("Hi"))),
                new Use("post", (client) -> client.post("/v1/chat/completions", Map.of(), String.class).flux()),
                new Use("streamData", (client) -> client.streamData("/v1/chat/completions", body)));
    }

    @ParameterizedTest
    @MethodSource("uses")
    void requestsAcceptNoCoding(Use use) {
        use.on(this.client).blockLast(LONG);
        assertThat(this.server.call().header("Accept-Encoding")).isEqualTo("identity");
    }

    @Test
    void requestOfAWebClientMaySayWhatItAccepts() {
        this.client.webClient().get().uri("/v1/models").retrieve().toBodilessEntity().block(LONG);
        this.client.webClient()
            .get()
            .uri("/v1/models")
            .header("Accept-Encoding", "gzip")
            .retrieve()
            .toBodilessEntity()
            .block(LONG);
        assertThat(this.server.calls()).extracting((call) -> call.header("Accept-Encoding"))
            .containsExactly("identity", "gzip");
    }

    @ParameterizedTest
    @MethodSource("uses")
    @Covers(FaultRow.CONTENT_CODING)
    void encodedBodyIsRefusedAndItsConnectionClosed(Use use) {
        // Longer than the test waits, so that it ends by a close and not by being read
        this.server.script(Reply.raw("text/event-stream", garbage(), garbage())
            .gap(Duration.ofSeconds(30))
            .header("Content-Encoding", "gzip"));
        LlmHttpException failure = failure(use.on(this.client));
        assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
        assertThat(failure).hasMessageContaining("'gzip'");
        this.server.awaitOpenConnections(0, Duration.ofSeconds(2));
        assertThat(this.client.poolStats().acquired()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = { "identity", "Identity" })
    void bodyThatSaysThatItIsNotEncodedIsRead(String coding) {
        this.server.script(Reply.text("a", "b").header("Content-Encoding", coding));
        assertThat(this.client.stream("Hi").collectList().block(LONG)).containsExactly("a", "b");
    }

    @Test
    void statusOfAnEncodedErrorCountsWithoutItsBody() {
        this.server.script(Reply.status(429)
            .body("{\"error\":{\"type\":\"insufficient_quota\",\"message\":\"unreadable\"}}")
            .header("Content-Encoding", "br"));
        LlmHttpException failure = failure(this.client.stream("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.RATE_LIMITED);
        assertThat(failure).hasMessageNotContaining("unreadable");
    }

    private static byte[] garbage() {
        return "\u001f\u008b\b".getBytes(StandardCharsets.ISO_8859_1);
    }

    private static LlmHttpException failure(Flux<?> call) {
        LlmHttpException[] failure = new LlmHttpException[1];
        StepVerifier.create(call)
            .expectErrorSatisfies((error) -> failure[0] = (LlmHttpException) error)
            .verify(Duration.ofSeconds(5));
        return failure[0];
    }

    /**
     * A way to use a client.
     */
    private record Use(String name, Function<LlmWebClient, Flux<?>> call) {

        Flux<?> on(LlmWebClient client) {
            return this.call.apply(client);
        }

        @Override
        public String toString() {
            return this.name;
        }

    }

}
