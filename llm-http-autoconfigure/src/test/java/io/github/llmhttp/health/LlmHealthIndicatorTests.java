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
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.EndpointHealth.State;
import io.github.llmhttp.endpoint.Endpoint;
import io.github.llmhttp.endpoint.EndpointStatus;
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

    private static ClientHealth client(State state, CircuitBreaker.State breaker) {
        return client(endpoint(state, breaker, null, null));
    }

    private static ClientHealth client(EndpointStatus... endpoints) {
        return new ClientHealth(List.of(endpoints), Duration.ZERO, "done");
    }

    private static EndpointStatus endpoint(State state, CircuitBreaker.State breaker, @Nullable LastFailure failure,
            @Nullable EndpointHealth probe) {
        return new EndpointStatus(fact(state, "last call was answered with status 200"), 1, 0, breaker, false, 0,
                failure, probe);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> details(Health health) {
        return (Map<String, Object>) Objects.requireNonNull(health.getDetails().get("gpu"));
    }

    private static Object onlyEndpoint(Health health) {
        return ((List<?>) Objects.requireNonNull(details(health).get("endpoints"))).get(0);
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
        Health health = health(Map.of("gpu", client(endpoint, breaker)));
        assertThat(health.getStatus().getCode()).isEqualTo(expected);
        assertThat(details(health)).containsEntry("status", expected);
        assertThat(onlyEndpoint(health)).asInstanceOf(InstanceOfAssertFactories.MAP)
            .containsEntry("circuitBreaker", breaker.name());
    }

    @Test
    void oneClientThatIsDownMakesTheComponentDown() {
        ClientHealth up = client(State.UP, CircuitBreaker.State.CLOSED);
        ClientHealth open = client(State.UP, CircuitBreaker.State.OPEN);
        assertThat(health(Map.of("a", up, "b", open)).getStatus().getCode()).isEqualTo("DOWN");
        assertThat(health(Map.of("a", up)).getStatus().getCode()).isEqualTo("UP");
        assertThat(health(Map.of()).getStatus().getCode()).isEqualTo("UNKNOWN");
    }

    @Test
    void whatIsNotKnownIsNotShown() {
        Health health = health(Map.of("gpu", client(State.UP, CircuitBreaker.State.CLOSED)));
        assertThat(details(health)).containsOnlyKeys("status", "warmUp", "endpoints");
        assertThat(onlyEndpoint(health)).isEqualTo(
                Map.of("endpoint", "gpu-1:8000", "status", "UP", "detail", "last call was answered with status 200",
                        "checkedAt", "2026-03-01T12:00:00Z", "latency", "4ms", "circuitBreaker", "CLOSED"));
    }

    @Test
    void clientThatWasNeverAskedHasNeitherTimeNorLatency() {
        Endpoint unknown = Endpoint.foreign("gpu", "gpu-1:8000");
        Health health = health(Map.of("gpu", client(unknown.status())));
        assertThat(onlyEndpoint(health)).isEqualTo(Map.of("endpoint", "gpu-1:8000", "status", "UNKNOWN", "detail",
                "nothing was asked yet", "circuitBreaker", "DISABLED"));
    }

    @Test
    void lastFailureLastProbeAndCoolDownAreShown() {
        EndpointHealth probe = fact(State.DOWN, "GET /health answered with status 503");
        EndpointStatus endpoint = endpoint(State.UP, CircuitBreaker.State.CLOSED,
                new LastFailure("RATE_LIMITED", NOON.minusSeconds(9)), probe);
        Health health = health(Map.of("gpu", new ClientHealth(List.of(endpoint), Duration.ofMillis(1500), "done")));
        assertThat(details(health)).containsEntry("coolDown", "1500ms");
        assertThat(onlyEndpoint(health)).asInstanceOf(InstanceOfAssertFactories.MAP)
            .containsEntry("lastFailure", Map.of("reason", "RATE_LIMITED", "at", "2026-03-01T11:59:51Z"))
            .containsEntry("lastProbe", Map.of("status", "DOWN", "detail", "GET /health answered with status 503", "at",
                    "2026-03-01T12:00:00Z"));
    }

    @Test
    void oneEndpointThatIsUpIsEnough() {
        EndpointStatus up = endpoint(State.UP, CircuitBreaker.State.CLOSED, null, null);
        EndpointStatus down = endpoint(State.DOWN, CircuitBreaker.State.CLOSED, null, null);
        EndpointStatus unknown = endpoint(State.UNKNOWN, CircuitBreaker.State.CLOSED, null, null);
        EndpointStatus open = endpoint(State.UP, CircuitBreaker.State.OPEN, null, null);
        assertThat(client(down, open, up).state()).isEqualTo(State.UP);
        assertThat(client(down, open).state()).isEqualTo(State.DOWN);
        assertThat(client(down, unknown).state()).isEqualTo(State.UNKNOWN);
    }

}
