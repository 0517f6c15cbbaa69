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

package io.github.llmhttp.sample;

import java.time.Duration;
import java.util.Map;

import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.RecordedCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the sample as its one command starts it: with the mock inside.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = { "LLM_BASE_URL=", "LLM_PROVIDER=", "LLM_API_KEY=", "LLM_MODEL=" })
class SampleApplicationTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @LocalServerPort
    private int port;

    @Autowired
    private MockLlmServer mock;

    @Test
    void embeddedMockAnswersAboutThePrompt() {
        JsonNode answer = ask("Why is the   sky blue?");
        assertThat(answer.path("text").asString()).startsWith("You asked: “Why is the sky blue?”");
        assertThat(answer.path("model").asString()).isEqualTo("demo");
        assertThat(this.mock.calls()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "/429, RATE_LIMITED", "/503, OVERLOADED", "/cut, TRUNCATED" })
    void demoShowsFailures(String prompt, String kind) {
        assertThat(ask(prompt).path("kind").asString()).isEqualTo(kind);
    }

    @Test
    void anotherModelAnswersWhereTheFirstIsBusy() {
        assertThat(ask("/busy").path("model").asString()).isEqualTo("demo-small");
        assertThat(this.mock.calls()).extracting(RecordedCall::model).endsWith("demo", "demo-small");
    }

    @Test
    void pageIsServedWithNothingFromElsewhere() {
        for (String path : new String[] { "/", "/transport.html", "/base.css", "/chat.css", "/transport.css",
                "/chat.js", "/transport.js", "/transport-charts.js", "/transport-play.js", "/transport-words.js",
                "/favicon.svg" }) {
            assertThat(get(path)).as(path)
                .isNotEmpty()
                .doesNotContainPattern("(?i)(src|href|url|import)\\W{1,3}(https?:)?//");
        }
    }

    @Test
    void actuatorShowsHealthMetersAndTransport() {
        ask("Hi");
        assertThat(get("/actuator/health")).contains("\"llm\"");
        assertThat(get("/actuator/metrics")).contains("llm.http.pool.");
        assertThat(get("/actuator/prometheus")).contains("llm_http_pool_", "resilience4j_circuitbreaker_state{",
                "resilience4j_retry_calls_total{");
        assertThat(get("/actuator/llmhttp")).contains("default", "max-connections");
    }

    private JsonNode ask(String prompt) {
        JsonNode answer = browser().post()
            .uri("/api/chat")
            .contentType(MediaType.APPLICATION_JSON)
            .bodyValue(Map.of("prompt", prompt))
            .exchangeToMono((response) -> response.bodyToMono(JsonNode.class))
            .block(LIMIT);
        assertThat(answer).isNotNull();
        return answer;
    }

    private String get(String path) {
        String body = browser().get().uri(path).retrieve().bodyToMono(String.class).block(LIMIT);
        assertThat(body).isNotNull();
        return body;
    }

    private WebClient browser() {
        return WebClient.create("http://127.0.0.1:" + this.port);
    }

}
