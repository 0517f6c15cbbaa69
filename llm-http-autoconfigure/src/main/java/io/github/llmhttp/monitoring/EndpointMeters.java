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

package io.github.llmhttp.monitoring;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.endpoint.EndpointStatus;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;

/**
 * Meters of what a client's endpoints are like.
 */
final class EndpointMeters {

    private EndpointMeters() {
    }

    static void register(ClientRegistrar meters) {
        Supplier<Duration> coolDown = meters.client().coolDown();
        meters.gauge(LlmMeters.COOL_DOWN, coolDown, (left) -> left.toMillis() / 1000.0);
        Supplier<List<EndpointStatus>> health = meters.client().health();
        List<String> endpoints = meters.client().endpoints();
        for (int i = 0; i < endpoints.size(); i++) {
            int index = i;
            for (CircuitBreaker.State state : CircuitBreaker.State.values()) {
                meters.gauge(LlmMeters.CIRCUIT_BREAKER_STATE, health,
                        (all) -> (all.get(index).circuitBreaker() == state) ? 1 : 0, endpoints.get(i), id(state));
            }
            for (EndpointHealth.State state : EndpointHealth.State.values()) {
                meters.gauge(LlmMeters.ENDPOINT_STATE, health, (all) -> (all.get(index).state() == state) ? 1 : 0,
                        endpoints.get(i), id(state));
            }
        }
    }

    private static String id(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

}
