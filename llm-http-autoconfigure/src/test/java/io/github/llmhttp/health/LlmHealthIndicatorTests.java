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

package io.github.llmhttp.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.EndpointHealth.State;
import io.github.llmhttp.endpoint.EndpointFacts;
import io.github.llmhttp.endpoint.LastFailure;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.health.contributor.Health;

import static org.assertj.core.api.Assertions.assertThat;

class LlmHealthIndicatorTests {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private static ClientHealth client(State state, CircuitBreaker.State breaker, @Nullable LastFailure failure,
            @Nullable EndpointHealth probe, Duration coolDown) {
        return new ClientHealth(fact(state, "last call was answered with status 200"), failure, probe, breaker,
                coolDown);
    }

    private static EndpointHealth fact(State state, String detail) {
        return new EndpointHealth("gpu", "gpu-1:8000", state, NOON, Duration.ofMillis(4), detail);
    }

    private static Health health(Map<String, ClientHealth> clients) {
        return new LlmHealthIndicator(() -> clients).health();
    }

    @ParameterizedTest
    @CsvSource({ "UP, CLOSED, UP", "UP, OPEN, DOWN", "UP, FORCED_OPEN, DOWN", "UP, HALF_OPEN, UP",
            "DOWN, HALF_OPEN, DOWN", "DOWN, CLOSED, DOWN", "UNKNOWN, CLOSED, UNKNOWN", "UNKNOWN, OPEN, DOWN",
            "UP, DISABLED, UP" })
    void clientIsDownIfItsEndpointIsOrItsBreakerLetsNothingThrough(State endpoint, CircuitBreaker.State breaker,
            String expected) {
        Health health = health(Map.of("gpu", client(endpoint, breaker, null, null, Duration.ZERO)));
        assertThat(health.getStatus().getCode()).isEqualTo(expected);
        assertThat(health.getDetails()).extractingByKey("gpu")
            .asInstanceOf(InstanceOfAssertFactories.MAP)
            .containsEntry("status", expected)
            .containsEntry("circuitBreaker", breaker.name());
    }

    @Test
    void oneClientThatIsDownMakesTheComponentDown() {
        ClientHealth up = client(State.UP, CircuitBreaker.State.CLOSED, null, null, Duration.ZERO);
        ClientHealth open = client(State.UP, CircuitBreaker.State.OPEN, null, null, Duration.ZERO);
        assertThat(health(Map.of("a", up, "b", open)).getStatus().getCode()).isEqualTo("DOWN");
        assertThat(health(Map.of("a", up)).getStatus().getCode()).isEqualTo("UP");
        assertThat(health(Map.of()).getStatus().getCode()).isEqualTo("UNKNOWN");
    }

    @Test
    void whatIsNotKnownIsNotShown() {
        Health health = health(Map.of("gpu", client(State.UP, CircuitBreaker.State.CLOSED, null, null, Duration.ZERO)));
        assertThat(health.getDetails().get("gpu")).isEqualTo(
                Map.of("status", "UP", "endpoint", "gpu-1:8000", "detail", "last call was answered with status 200",
                        "checkedAt", "2026-03-01T12:00:00Z", "latency", "4ms", "circuitBreaker", "CLOSED"));
    }

    @Test
    void clientThatWasNeverAskedHasNeitherTimeNorLatency() {
        EndpointHealth unknown = new EndpointFacts("gpu", "gpu-1:8000").health();
        Health health = health(
                Map.of("gpu", new ClientHealth(unknown, null, null, CircuitBreaker.State.CLOSED, Duration.ZERO)));
        assertThat(health.getDetails().get("gpu")).isEqualTo(Map.of("status", "UNKNOWN", "endpoint", "gpu-1:8000",
                "detail", "nothing was asked yet", "circuitBreaker", "CLOSED"));
    }

    @Test
    void lastFailureLastProbeAndCoolDownAreShown() {
        EndpointHealth probe = fact(State.DOWN, "GET /health answered with status 503");
        Health health = health(Map.of("gpu", client(State.UP, CircuitBreaker.State.CLOSED,
                new LastFailure("RATE_LIMITED", NOON.minusSeconds(9)), probe, Duration.ofMillis(1500))));
        assertThat(health.getDetails().get("gpu")).asInstanceOf(InstanceOfAssertFactories.MAP)
            .containsEntry("coolDown", "1500ms")
            .containsEntry("lastFailure", Map.of("reason", "RATE_LIMITED", "at", "2026-03-01T11:59:51Z"))
            .containsEntry("lastProbe", Map.of("status", "DOWN", "detail", "GET /health answered with status 503", "at",
                    "2026-03-01T12:00:00Z"));
    }

}
