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

import java.util.function.Supplier;

import io.github.llmhttp.PoolStats;
import io.github.llmhttp.call.Lane;

/**
 * Meters of a client's pool.
 */
final class PoolMeters {

    private PoolMeters() {
    }

    static void register(ClientRegistrar meters) {
        Supplier<PoolStats> pool = meters.client().pool();
        meters.gauge(LlmMeters.POOL_ACQUIRED, pool,
                (now) -> now.acquired() - now.acquiredStreams() - now.acquiredSessions(), Lane.CALL.id());
        meters.gauge(LlmMeters.POOL_ACQUIRED, pool, PoolStats::acquiredStreams, Lane.STREAM.id());
        meters.gauge(LlmMeters.POOL_ACQUIRED, pool, PoolStats::acquiredSessions, Lane.SESSION.id());
        meters.gauge(LlmMeters.POOL_IDLE, pool, PoolStats::idle);
        meters.gauge(LlmMeters.POOL_ALLOCATED, pool, PoolStats::allocated);
        meters.gauge(LlmMeters.POOL_PENDING, pool, PoolStats::pending);
        meters.gauge(LlmMeters.POOL_MAX_CONNECTIONS, pool, PoolStats::maxConnections);
        meters.gauge(LlmMeters.POOL_MAX_CONNECTIONS_PER_HOST, pool, PoolStats::maxConnectionsPerHost);
        meters.gauge(LlmMeters.POOL_MAX_STREAMS, pool, PoolStats::maxStreams);
        meters.gauge(LlmMeters.POOL_MAX_SESSIONS, pool, PoolStats::maxSessions);
        meters.gauge(LlmMeters.POOL_MAX_PENDING_ACQUIRES, pool, PoolStats::maxPendingAcquires);
        pool.get()
            .evicted()
            .keySet()
            .forEach((reason) -> meters.counter(LlmMeters.POOL_EVICTED, pool,
                    (now) -> now.evicted().getOrDefault(reason, 0L), reason));
    }

}
