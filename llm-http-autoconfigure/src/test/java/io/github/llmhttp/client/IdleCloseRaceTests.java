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
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.testing.Haproxy;
import io.github.llmhttp.testing.Nginx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A thousand calls at the worst moment: when real servers close the connections that are
 * unused for too long.
 */
class IdleCloseRaceTests {

    private static final String ANSWER = """
            {"id":"1","model":"m","choices":[{"message":{"content":"ok"},"finish_reason":"stop"}]}""";

    @TempDir
    Path directory;

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
    }

    @ParameterizedTest
    @CsvSource({ "1, 4, 250", "2, 2, 500", "5, 2, 500" })
    @Covers(FaultRow.IDLE_CLOSED)
    void nginxLosesNoCall(int seconds, int number, int calls) {
        String server = "keepalive_timeout %ds; location / { default_type application/json; return 200 '%s'; }"
            .formatted(seconds, ANSWER);
        try (Nginx nginx = Nginx.start(this.directory, server)) {
            assertNoneIsLost(nginx.port(), new Waves(number, calls, Duration.ofSeconds(seconds)));
            assertThat(nginx.requests()).isEqualTo(1000);
        }
    }

    @ParameterizedTest
    @CsvSource({ "1, 4, 250", "2, 2, 500", "5, 2, 500" })
    @Covers(FaultRow.IDLE_CLOSED)
    void haproxyLosesNoCall(int seconds, int number, int calls) {
        try (Haproxy haproxy = Haproxy.start(this.directory, "timeout http-keep-alive %ds".formatted(seconds),
                "http-request return status 200 content-type application/json string '%s'".formatted(ANSWER))) {
            assertNoneIsLost(haproxy.port(), new Waves(number, calls, Duration.ofSeconds(seconds)));
        }
    }

    private void assertNoneIsLost(int port, Waves waves) {
        // What the janitor learns would end the race that this is about
        LlmWebClient client = this.clients.open("http://127.0.0.1:" + port, (settings) -> {
            settings.setProvider("openai");
            settings.getPool().setMaxConnections(waves.calls());
            settings.getJanitor().setLearnServerIdle(false);
        });
        waves.assertAllAnsweredBy(client);
        // Which of the two it is depends on the load of the machine; StaleRetryTests
        // forces the latter
        long closed = client.poolStats().evicted().get("closed");
        int repeated = this.clients.sent() - 1000;
        assertThat(closed + repeated).as("connections that the server closed before or under a call").isPositive();
    }

}
