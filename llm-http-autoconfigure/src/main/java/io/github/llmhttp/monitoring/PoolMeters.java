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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.github.llmhttp.PoolStats;
import io.github.llmhttp.call.Lane;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/**
 * Meters of the clients' pools: registered when a client opens, removed when it closes.
 */
public final class PoolMeters {

    private final MeterRegistry registry;

    private final Set<String> reasons;

    private final Map<String, Bound> meters = new ConcurrentHashMap<>();

    /**
     * Create the meters.
     * @param registry where they are registered
     * @param reasons all reasons of evictions
     */
    public PoolMeters(MeterRegistry registry, Set<String> reasons) {
        this.registry = registry;
        this.reasons = reasons;
    }

    /**
     * Register the meters of a client.
     * @param client name of the client
     * @param stats gives the state of its pool
     */
    public void bind(String client, Supplier<PoolStats> stats) {
        Tags tags = Tags.of("client", client);
        List<Meter> bound = new ArrayList<>();
        bound.add(gauge(LlmMeters.POOL_ACQUIRED, Tags.of("client", client, "lane", Lane.CALL.id()), stats,
                (now) -> now.acquired() - now.acquiredStreams()));
        bound.add(gauge(LlmMeters.POOL_ACQUIRED, Tags.of("client", client, "lane", Lane.STREAM.id()), stats,
                PoolStats::acquiredStreams));
        bound.add(gauge(LlmMeters.POOL_IDLE, tags, stats, PoolStats::idle));
        bound.add(gauge(LlmMeters.POOL_ALLOCATED, tags, stats, PoolStats::allocated));
        bound.add(gauge(LlmMeters.POOL_PENDING, tags, stats, PoolStats::pending));
        bound.add(gauge(LlmMeters.POOL_MAX_CONNECTIONS, tags, stats, PoolStats::maxConnections));
        bound.add(gauge(LlmMeters.POOL_MAX_CONNECTIONS_PER_HOST, tags, stats, PoolStats::maxConnectionsPerHost));
        bound.add(gauge(LlmMeters.POOL_MAX_STREAMS, tags, stats, PoolStats::maxStreams));
        bound.add(gauge(LlmMeters.POOL_MAX_PENDING_ACQUIRES, tags, stats, PoolStats::maxPendingAcquires));
        for (String reason : this.reasons) {
            bound.add(FunctionCounter
                .builder(LlmMeters.POOL_EVICTED.meterName(), stats,
                        (current) -> current.get().evicted().getOrDefault(reason, 0L))
                .description(LlmMeters.POOL_EVICTED.description())
                .tags(Tags.of("client", client, "reason", reason))
                .register(this.registry));
        }
        this.meters.put(client, new Bound(stats, bound));
    }

    /**
     * Remove the meters of a client.
     * @param client name of the client
     */
    public void unbind(String client) {
        Bound bound = this.meters.remove(client);
        if (bound != null) {
            bound.meters().forEach(this.registry::remove);
        }
    }

    private Meter gauge(LlmMeters meter, Tags tags, Supplier<PoolStats> stats, ToDoubleFunction<PoolStats> value) {
        return Gauge.builder(meter.meterName(), stats, (current) -> value.applyAsDouble(current.get()))
            .description(meter.description())
            .tags(tags)
            .strongReference(true)
            .register(this.registry);
    }

    /**
     * The meters of one client. Function counters hold what they ask weakly, so that it
     * is held here.
     */
    private record Bound(Supplier<PoolStats> stats, List<Meter> meters) {
    }

}
