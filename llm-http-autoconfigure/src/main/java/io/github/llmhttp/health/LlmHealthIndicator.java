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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.EndpointHealth.State;
import io.github.llmhttp.endpoint.EndpointStatus;
import io.github.llmhttp.endpoint.LastFailure;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Shows what is remembered of each client's endpoints. Calls nobody: it tells how the
 * last calls and probes went. Down while all endpoints of any client are down, and
 * unknown while nothing was asked.
 */
public final class LlmHealthIndicator extends AbstractHealthIndicator {

    private final Supplier<Map<String, ClientHealth>> clients;

    /**
     * Create the indicator.
     * @param clients gives the latest facts by client
     */
    public LlmHealthIndicator(Supplier<Map<String, ClientHealth>> clients) {
        super("The health of LLM clients is not known");
        this.clients = clients;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        Map<String, ClientHealth> facts = this.clients.get();
        facts.forEach((name, health) -> builder.withDetail(name, details(health)));
        builder.status(status(facts));
    }

    private static Status status(Map<String, ClientHealth> facts) {
        if (facts.values().stream().anyMatch((health) -> health.state() == State.DOWN)) {
            return Status.DOWN;
        }
        boolean up = facts.values().stream().anyMatch((health) -> health.state() == State.UP);
        return up ? Status.UP : Status.UNKNOWN;
    }

    private static Map<String, Object> details(ClientHealth client) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("status", client.state().name());
        if (!client.coolDown().isZero()) {
            details.put("coolDown", client.coolDown().toMillis() + "ms");
        }
        details.put("warmUp", client.warmUp());
        details.put("endpoints", client.endpoints().stream().map(LlmHealthIndicator::details).toList());
        return details;
    }

    private static Map<String, Object> details(EndpointStatus endpoint) {
        EndpointHealth latest = endpoint.health();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("endpoint", latest.endpoint());
        details.put("status", endpoint.state().name());
        details.put("detail", latest.detail());
        Instant checkedAt = latest.checkedAt();
        if (checkedAt != null) {
            details.put("checkedAt", checkedAt.toString());
        }
        Duration latency = latest.latency();
        if (latency != null) {
            details.put("latency", latency.toMillis() + "ms");
        }
        details.put("circuitBreaker", endpoint.circuitBreaker().name());
        if (endpoint.ejected()) {
            details.put("ejected", true);
        }
        LastFailure failure = endpoint.lastFailure();
        if (failure != null) {
            details.put("lastFailure", Map.of("reason", failure.reason(), "at", failure.at().toString()));
        }
        EndpointHealth probe = endpoint.lastProbe();
        if (probe != null) {
            details.put("lastProbe", Map.of("status", probe.state().name(), "detail", probe.detail(), "at",
                    String.valueOf(probe.checkedAt())));
        }
        return details;
    }

}
