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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

import io.github.llmhttp.PoolStats;
import io.github.llmhttp.call.Lane;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.ConnectionProvider.ConnectionMetadata;

/**
 * The connection pools of one client, one for each remote host. Which calls may use them
 * is decided by the {@link AdmissionGate}, and which connections stay by the eviction
 * predicate.
 */
public final class ConnectionPools {

    /**
     * Connections to a host beyond the limit of the calls, so that a probe finds one
     * while calls use all of theirs. The gate never lets calls use it.
     */
    private static final int PROBE_RESERVE = 1;

    private final String client;

    private final PoolLimits limits;

    private final PoolNumbers numbers = new PoolNumbers();

    private final ConnectionProvider provider;

    /**
     * Create the pools of a client. No connection is opened before the first call.
     * @param client name of the client
     * @param properties size of the pools
     * @param acquireTimeout longest wait for a connection that is on its way back
     * @param sweepInterval time between two sweeps over the unused connections
     * @param eviction whether a connection that is unused, just released or about to be
     * used has to be closed; nothing else closes it, so a dead one has to be named too
     * @param customizers adjust the pools, in order
     * @param streams how calls share connections, {@code null} if each has its own
     */
    public ConnectionPools(String client, PoolProperties properties, Duration acquireTimeout, Duration sweepInterval,
            BiPredicate<Connection, ConnectionMetadata> eviction, List<ConnectionPoolCustomizer> customizers,
            @Nullable StreamLimits streams) {
        this.client = client;
        this.limits = PoolLimits.of(properties);
        ConnectionProvider.Builder builder = ConnectionProvider.builder("llm-" + client)
            .maxConnections(this.limits.maxConnectionsPerHost() + PROBE_RESERVE)
            // The gate bounds the calls. What waits here is a call with a permit, for a
            // connection that another call is just giving back or closing
            .pendingAcquireMaxCount(-1)
            .pendingAcquireTimeout(acquireTimeout)
            .evictionPredicate(eviction)
            .evictInBackground(sweepInterval)
            .metrics(true, () -> this.numbers);
        if (properties.getLeasing() == Leasing.FIFO) {
            builder.fifo();
        }
        else {
            builder.lifo();
        }
        customizers.forEach((customizer) -> customizer.customize(client, builder));
        ConnectionProvider connections = builder.build();
        this.provider = (streams != null) ? new SharedConnections(connections, streams, sweepInterval) : connections;
    }

    /**
     * What an HttpClient takes its connections from.
     * @return the provider
     */
    public ConnectionProvider provider() {
        return this.provider;
    }

    /**
     * The limits of the pools.
     * @return the limits, with a number for each that was left unset
     */
    public PoolLimits limits() {
        return this.limits;
    }

    /**
     * The number of open connections that are not in use.
     * @return the number, over all hosts
     */
    public int idle() {
        return this.numbers.idle();
    }

    /**
     * The number of open connections, in use or not.
     * @return the number, over all hosts
     */
    public int allocated() {
        return this.numbers.allocated();
    }

    /**
     * The state of the client's pools.
     * @param gate the gate before the pools
     * @param evicted number of connections evicted so far, by reason
     * @return the state of this moment
     */
    public PoolStats stats(AdmissionGate gate, Map<String, Long> evicted) {
        PoolLimits most = gate.limits();
        return new PoolStats(this.client, gate.inUse(), gate.inUse(Lane.STREAM), gate.inUse(Lane.SESSION), idle(),
                gate.pending(), most.maxConnections(), most.maxConnectionsPerHost(), most.maxStreams(),
                most.maxSessions(), most.maxPendingAcquires(), evicted);
    }

    /**
     * Close the unused connections. Those in use are closed when they come back.
     * @return completes when the unused ones are closed
     */
    public Mono<Void> disposeLater() {
        return this.provider.disposeLater();
    }

}
