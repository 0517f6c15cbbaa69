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

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.testing.Nginx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The client against a real server that closes connections early.
 */
class ClientNginxTests {

    private static final Duration LONG = Duration.ofSeconds(60);

    private static final String ANSWER = """
            location / {
              default_type application/json;
              return 200 '{"id":"1","model":"m","choices":[{"message":{"content":"ok"},"finish_reason":"stop"}]}';
            }
            """;

    @TempDir
    Path directory;

    @Test
    void thousandCallsAtTheWorstMomentDoNotFail() {
        try (Nginx nginx = Nginx.start(this.directory, "keepalive_timeout 2s; keepalive_requests 5;" + ANSWER);
                TestClients clients = new TestClients()) {
            // What the janitor learns would end the race that this is about
            LlmWebClient client = clients.open("http://127.0.0.1:" + nginx.port(), (settings) -> {
                settings.setProvider("openai");
                settings.getPool().setMaxConnections(200);
                settings.getJanitor().setLearnServerIdle(false);
            });
            assertAllAnswered(client, new Waves(5, 200, Duration.ofSeconds(2)));
            assertThat(nginx.requests()).isEqualTo(1000);
            assertThat(nginx.accepted()).as("connections, those that were used again and those that were replaced")
                .isBetween(201, 999);
            long closed = client.poolStats().evicted().get("closed");
            int repeated = clients.sent() - nginx.requests();
            // Which of the two it is depends on the load of the machine;
            // StaleRetryTests forces the latter
            assertThat(closed + repeated).as("connections that the server closed before or under a call").isPositive();
        }
    }

    @Test
    void thousandCallsBackToBackOutliveTheirConnections() {
        try (Nginx nginx = Nginx.start(this.directory, "keepalive_requests 5;" + ANSWER);
                TestClients clients = new TestClients()) {
            LlmWebClient client = clients.open("http://127.0.0.1:" + nginx.port(),
                    (settings) -> settings.setProvider("openai"));
            StepVerifier
                .create(Flux.range(0, 1000).flatMap((call) -> client.chat("Hi"), 8).filter("ok"::equals).count())
                .expectNext(1000L)
                .expectComplete()
                .verify(LONG);
            assertThat(nginx.requests()).isEqualTo(1000);
            assertThat(nginx.accepted()).as("connections of five requests each").isGreaterThanOrEqualTo(200);
        }
    }

    @Test
    void limitOfTheServerIsLearnedAndKept() {
        try (Nginx nginx = Nginx.start(this.directory, "keepalive_timeout 2s;" + ANSWER);
                TestClients clients = new TestClients()) {
            LlmWebClient client = clients.open("http://127.0.0.1:" + nginx.port(), (settings) -> {
                settings.setProvider("openai");
                // On a busy machine all calls may come when the server has closed
                settings.getJanitor().setSweepInterval(Duration.ofMillis(50));
            });
            assertAllAnswered(client, new Waves(5, 50, Duration.ofSeconds(2)));
            assertThat(client.poolStats().evicted().get("idle")).as("connections that were given up in time")
                .isPositive();
        }
    }

    private static void assertAllAnswered(LlmWebClient client, Waves waves) {
        StepVerifier.create(waves.of(client).doOnNext((answer) -> assertThat(answer).isEqualTo("ok")).count())
            .expectNext((long) waves.number() * waves.calls())
            .expectComplete()
            .verify(LONG);
        assertThat(client.poolStats().acquired()).isZero();
    }

    /**
     * Calls side by side, several times; each pause between two of them ends within 15 ms
     * of the server's limit.
     */
    private record Waves(int number, int calls, Duration limit) {

        Flux<String> of(LlmWebClient client) {
            return Flux.range(0, this.calls).flatMap((call) -> {
                Duration pause = this.limit.minusMillis(15)
                    .plus(Duration.ofMillis(30).multipliedBy(call).dividedBy(this.calls));
                return Flux.range(0, this.number)
                    .concatMap((wave) -> ((wave > 0) ? Mono.delay(pause) : Mono.empty()).then(client.chat("Hi")));
            }, this.calls);
        }

    }

}
