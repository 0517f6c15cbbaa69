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

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.testing.Haproxy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A proxy that goes away and comes back: only what is under way can fail, and not even
 * that if it goes gently.
 */
class ProxyRestartTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @Test
    @Covers(FaultRow.DRAIN)
    void streamEndsWholeWhileItsProxyDrains() {
        List<String> tokens = IntStream.range(0, 30).mapToObj(Integer::toString).toList();
        this.server.script(Reply.text(tokens.toArray(String[]::new)).gap(Duration.ofMillis(20)));
        try (Haproxy proxy = Haproxy.before(this.directory, this.server.port())) {
            LlmWebClient client = client(proxy);
            Flux<String> stream = client.stream("Hi").cache();
            stream.subscribe();
            this.server.awaitCalls(1, LONG);
            proxy.drain();
            StepVerifier.create(stream.collectList()).expectNext(tokens).expectComplete().verify(LONG);
            Awaitility.await().atMost(LONG).until(() -> !proxy.isAlive());
            StepVerifier.create(client.chat("Hi"))
                .expectErrorSatisfies((error) -> assertThat(kind(error)).isEqualTo(FailureKind.CONNECT))
                .verify(LONG);
        }
    }

    @Test
    @Covers(FaultRow.RESTART)
    void onlyWhatIsUnderWayFailsWhenTheProxyRestarts() {
        this.server.otherwise(Reply.text("a"));
        try (Haproxy proxy = Haproxy.before(this.directory, this.server.port())) {
            LlmWebClient client = client(proxy);
            StepVerifier.create(Flux.range(0, 10).flatMap((call) -> client.chat("Hi"), 10))
                .expectNextCount(10)
                .expectComplete()
                .verify(LONG);
            this.server.script(Reply.text("a", "b").gap(LONG));
            StepVerifier.create(client.stream("Hi"))
                .expectNext("a")
                .then(proxy::stop)
                .expectErrorSatisfies((error) -> assertThat(kind(error)).isEqualTo(FailureKind.TRUNCATED))
                .verify(LONG);
            proxy.startAgain();
            long start = System.nanoTime();
            StepVerifier.create(Flux.range(0, 10).flatMap((call) -> client.chat("Hi"), 10))
                .expectNextCount(10)
                .expectComplete()
                .verify(LONG);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        }
    }

    private LlmWebClient client(Haproxy proxy) {
        return this.clients.open("http://127.0.0.1:" + proxy.port(), (settings) -> settings.setProvider("ollama"));
    }

    private static FailureKind kind(Throwable error) {
        return ((LlmHttpException) error).kind();
    }

}
