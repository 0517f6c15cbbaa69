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

package io.github.llmhttp.pool;

import org.jspecify.annotations.Nullable;

/**
 * The limits of a client's pool, with a number for each that was left unset.
 *
 * @param maxConnections connections in use at the same time, over all hosts
 * @param maxConnectionsPerHost connections in use to one host
 * @param maxStreams connections in use by streams
 * @param maxSessions connections in use by WebSocket sessions, which count as streams,
 * too
 * @param maxIdleConnections unused connections that are kept open
 * @param maxPendingAcquires calls that may wait for a connection
 */
public record PoolLimits(int maxConnections, int maxConnectionsPerHost, int maxStreams, int maxSessions,
        int maxIdleConnections, int maxPendingAcquires) {

    /**
     * Resolve what was left unset, where nobody has said how many sessions there may be.
     * @param properties the settings of the pool
     * @return the limits
     */
    public static PoolLimits of(PoolProperties properties) {
        return of(properties, null);
    }

    /**
     * Resolve what was left unset. A limit above the total acts as the total.
     * @param properties the settings of the pool
     * @param maxSessions connections in use by WebSocket sessions, {@code null} if unset
     * @return the limits
     */
    public static PoolLimits of(PoolProperties properties, @Nullable Integer maxSessions) {
        int total = properties.getMaxConnections();
        int perHost = orElse(properties.getMaxConnectionsPerHost(), total);
        // With a single connection there is nothing to share
        int streams = Math.min(orElse(properties.getMaxStreams(), Math.max(1, total * 9 / 10)), total);
        int sessions = orElse(maxSessions, Math.max(1, streams / 2));
        int idle = orElse(properties.getMaxIdleConnections(), total);
        int pending = orElse(properties.getMaxPendingAcquires(), Math.max(100, 4 * total));
        return new PoolLimits(total, Math.min(perHost, total), streams, Math.min(sessions, streams),
                Math.min(idle, total), pending);
    }

    private static int orElse(@Nullable Integer value, int unset) {
        return (value != null) ? value : unset;
    }

}
