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
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.call.CallContext;
import io.netty.resolver.AddressResolverGroup;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
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

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final ConnectionProvider connections;

    private final Http2AllocationStrategy strategy;

    private final Duration sweepInterval;

    /** Nobody else ends the sweeps of the second pool. */
    private final UntilDisposed background = new UntilDisposed(Schedulers.parallel());

    private final AtomicInteger opening = new AtomicInteger();

    private volatile @Nullable OpenFailure lastFailure;

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

    /**
     * Open a connection for the call that is first in line, or take one of HTTP/1.1. One
     * that waited while a connection to the same address could not be opened fails as the
     * one that it was opened for; or else they would try in turn, each for as long as the
     * limit allows.
     */
    @Override
    public Mono<? extends Connection> acquire(TransportConfig config, ConnectionObserver observer,
            @Nullable Supplier<? extends SocketAddress> remote, @Nullable AddressResolverGroup<?> resolver) {
        SocketAddress address = (remote != null) ? remote.get() : null;
        return Mono.deferContextual((context) -> {
            CallContext call = CallContext.from(context);
            OpenFailure last = this.lastFailure;
            if (call != null && last != null && last.concerns(address, call)) {
                return Mono.error(last.error());
            }
            this.opening.incrementAndGet();
            return this.connections.acquire(config, observer, remote, resolver)
                .<Connection>cast(Connection.class)
                .doOnError((error) -> failed(error, address, call))
                .doFinally((signal) -> this.opening.decrementAndGet());
        });
    }

    private void failed(Throwable error, @Nullable SocketAddress address, @Nullable CallContext call) {
        if (call != null) {
            this.lastFailure = new OpenFailure(address, call.nanos(), error);
        }
    }

    @Override
    public @Nullable Builder mutate() {
        Builder image = this.connections.mutate();
        return (image != null) ? image.allocationStrategy(this.strategy)
            .pendingAcquireTimer(this::limitWait)
            .evictInBackground(this.sweepInterval, this.background) : null;
    }

    /** To wait for a connection that is being opened is no wait for a free one. */
    private Disposable limitWait(Runnable expire, Duration limit) {
        Disposable.Swap timer = Disposables.swap();
        timer.update(expireAfter(expire, limit, timer));
        return timer;
    }

    private Disposable expireAfter(Runnable expire, Duration wait, Disposable.Swap timer) {
        return this.background.schedule(() -> {
            if (this.opening.get() == 0) {
                expire.run();
            }
            else if (!timer.isDisposed()) {
                timer.update(expireAfter(expire, LOOK_AGAIN, timer));
            }
        }, wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Mono<Void> disposeLater() {
        return this.connections.disposeLater().doFinally((signal) -> this.background.dispose());
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

    /**
     * A connection could not be opened.
     *
     * @param address to where
     * @param nanos when, on the clock of the calls
     * @param error why
     */
    private record OpenFailure(@Nullable SocketAddress address, long nanos, Throwable error) {

        boolean concerns(@Nullable SocketAddress other, CallContext call) {
            return Objects.equals(this.address, other) && call.enteredAt(CallStage.ACQUIRE) - this.nanos < 0;
        }

    }

}
