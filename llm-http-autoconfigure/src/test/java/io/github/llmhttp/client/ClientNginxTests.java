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
import java.util.stream.IntStream;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.testing.Nginx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
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
    @Covers(FaultRow.BUFFERING_PROXY)
    void streamThatAProxyHoldsBackArrivesWhole() {
        String[] tokens = IntStream.range(0, 50).mapToObj(Integer::toString).toArray(String[]::new);
        try (MockLlmServer server = MockLlmServer.start(); Nginx nginx = Nginx.start(this.directory, """
                location / {
                  proxy_buffering on;
                  proxy_http_version 1.1;
                  proxy_pass http://127.0.0.1:%d;
                }
                """.formatted(server.port())); TestClients clients = new TestClients()) {
            server.otherwise(Reply.text(tokens).gap(Duration.ofMillis(2)));
            LlmWebClient client = clients.open("http://127.0.0.1:" + nginx.port(),
                    (settings) -> settings.setProvider("ollama"));
            StepVerifier.create(client.stream("Hi")).expectNext(tokens).expectComplete().verify(LONG);
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
            new Waves(5, 50, Duration.ofSeconds(2)).assertAllAnsweredBy(client);
            assertThat(client.poolStats().evicted().get("idle")).as("connections that were given up in time")
                .isPositive();
        }
    }

}
