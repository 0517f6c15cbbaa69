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
package io.github.llmhttp.endpoint;

import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.EndpointHealth.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of an endpoint, and what it does now.
 *
 * @param health the latest fact, of a call or a probe
 * @param weight share of the calls, relative to the others of the same priority
 * @param priority lowest first
 * @param circuitBreaker state of the circuit breaker
 * @param ejected whether it gets no calls because its probes failed
 * @param pending calls that it has now, those included that wait for a connection
 * @param lastFailure the latest failure of a call, {@code null} if there was none
 * @param lastProbe the latest probe, {@code null} if there was none
 */
public record EndpointStatus(EndpointHealth health, int weight, int priority, CircuitBreaker.State circuitBreaker,
        boolean ejected, int pending, @Nullable LastFailure lastFailure, @Nullable EndpointHealth lastProbe) {

    /**
     * Whether calls are answered now.
     * @return down if the endpoint is, or if the breaker lets no call through
     */
    public State state() {
        return switch (this.circuitBreaker) {
            case OPEN, FORCED_OPEN -> State.DOWN;
            case CLOSED, HALF_OPEN, DISABLED, METRICS_ONLY -> this.health.state();
        };
    }

}
