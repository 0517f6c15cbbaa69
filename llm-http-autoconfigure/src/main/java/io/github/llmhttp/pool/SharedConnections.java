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

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

import io.netty.resolver.AddressResolverGroup;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.http.client.Http2AllocationStrategy;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.transport.TransportConfig;

/**
 * A pool of connections that several calls may share. Reactor Netty puts a second pool
 * before it, that of the streams, and makes it in the image of this one; here the image
 * gets limits of its own. The connections themselves keep theirs, because a server may
 * turn out to speak HTTP/1.1 only.
 */
final class SharedConnections implements ConnectionProvider {

    private final ConnectionProvider connections;

    private final Http2AllocationStrategy strategy;

    private final Duration sweepInterval;

    /** Nobody else ends the sweeps of the second pool. */
    private final UntilDisposed sweeps = new UntilDisposed(Schedulers.parallel());

    SharedConnections(ConnectionProvider connections, StreamLimits limits, Duration sweepInterval) {
        this.connections = connections;
        // Strictly: calls wait for a connection that is being opened instead of opening
        // one each
        this.strategy = Http2AllocationStrategy.builder()
            .maxConnections(limits.maxConnections())
            .maxConcurrentStreams(limits.maxConcurrentStreams())
            .strictConnectionReuse(true)
            .build();
        this.sweepInterval = sweepInterval;
    }

    @Override
    public Mono<? extends Connection> acquire(TransportConfig config, ConnectionObserver observer,
            @Nullable Supplier<? extends SocketAddress> remote, @Nullable AddressResolverGroup<?> resolver) {
        return this.connections.acquire(config, observer, remote, resolver);
    }

    @Override
    public @Nullable Builder mutate() {
        Builder image = this.connections.mutate();
        return (image != null)
                ? image.allocationStrategy(this.strategy).evictInBackground(this.sweepInterval, this.sweeps) : null;
    }

    @Override
    public Mono<Void> disposeLater() {
        return this.connections.disposeLater().doFinally((signal) -> this.sweeps.dispose());
    }

    @Override
    public void dispose() {
        disposeLater().subscribe();
    }

    @Override
    public boolean isDisposed() {
        return this.connections.isDisposed();
    }

    @Override
    public void disposeWhen(SocketAddress address) {
        this.connections.disposeWhen(address);
    }

    @Override
    public int maxConnections() {
        return this.connections.maxConnections();
    }

    @Override
    public @Nullable Map<SocketAddress, Integer> maxConnectionsPerHost() {
        return this.connections.maxConnectionsPerHost();
    }

    @Override
    public @Nullable String name() {
        return this.connections.name();
    }

}
