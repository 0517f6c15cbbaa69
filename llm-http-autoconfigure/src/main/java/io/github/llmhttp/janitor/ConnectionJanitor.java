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

package io.github.llmhttp.janitor;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.ConnectionFault;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.ConnectionObserver.State;
import reactor.netty.NettyPipeline;
import reactor.netty.resources.ConnectionProvider.ConnectionMetadata;

/**
 * Decides which connections of one client stay in its pools, so that a call never gets
 * one that its server is about to close, and counts those that go by reason.
 * <p>
 * The pool asks {@link #evict} when a connection comes back, before it is used again, and
 * in every sweep. The transport tells what happens on a connection:
 * {@link #onChannelInit}, {@link #observer}, {@link #onRequest}.
 */
@SuppressWarnings("EnumOrdinal") // counters by reason
public final class ConnectionJanitor {

    private static final Log logger = LogFactory.getLog(ConnectionJanitor.class);

    /** Largest share by which the request limit of single connections is lowered. */
    private static final double REQUESTS_JITTER = 0.2;

    /**
     * Calls may go to any URL; above this number hosts are forgotten that were silent.
     */
    private static final int MANY_HOSTS = 256;

    private final long maxIdleNanos;

    private final long maxLifeNanos;

    private final double maxLifeVariance;

    private final int maxRequests;

    private final int maxIdleConnections;

    private final EvictionOrder order;

    private final boolean learns;

    private final LongSupplier nanoClock;

    private final DoubleSupplier random;

    private final Consumer<EvictionReason> listener;

    private final AtomicLongArray evicted = new AtomicLongArray(EvictionReason.values().length);

    private final Map<String, HostMemory> hosts = new ConcurrentHashMap<>();

    private final AtomicLong opened = new AtomicLong();

    private final Set<TrackedConnection> open = ConcurrentHashMap.newKeySet();

    /**
     * Create a janitor.
     * @param properties what it evicts
     * @param maxIdleConnections unused connections that are kept, over all hosts
     * @param nanoClock monotonic nanoseconds
     * @param listener hears of every eviction, on the thread that evicts
     */
    public ConnectionJanitor(JanitorProperties properties, int maxIdleConnections, LongSupplier nanoClock,
            Consumer<EvictionReason> listener) {
        this(properties, maxIdleConnections, nanoClock, listener, () -> ThreadLocalRandom.current().nextDouble());
    }

    ConnectionJanitor(JanitorProperties properties, int maxIdleConnections, LongSupplier nanoClock,
            Consumer<EvictionReason> listener, DoubleSupplier random) {
        this.maxIdleNanos = properties.getMaxIdleTime().toNanos();
        this.maxLifeNanos = properties.getMaxLifeTime().toNanos();
        this.maxLifeVariance = properties.getMaxLifeVariance();
        Integer maxRequests = properties.getMaxRequests();
        this.maxRequests = (maxRequests != null) ? maxRequests : Integer.MAX_VALUE;
        this.maxIdleConnections = maxIdleConnections;
        this.order = properties.getEvictionOrder();
        this.learns = properties.isLearnServerIdle();
        this.nanoClock = nanoClock;
        this.listener = listener;
        this.random = random;
    }

    /**
     * Whether the pool has to close a connection that is not in use.
     * @param connection the connection
     * @param metadata what the pool knows of it
     * @return whether to close it
     */
    public boolean evict(Connection connection, ConnectionMetadata metadata) {
        TrackedConnection tracked = TrackedConnection.of(connection.channel());
        EvictionReason reason = reason(connection, tracked, metadata);
        if (reason == null) {
            return false;
        }
        count(tracked, reason);
        return true;
    }

    private @Nullable EvictionReason reason(Connection connection, @Nullable TrackedConnection tracked,
            ConnectionMetadata metadata) {
        if (!connection.channel().isActive() || !connection.isPersistent()) {
            return EvictionReason.CLOSED;
        }
        if (tracked == null) {
            return null;
        }
        long now = this.nanoClock.getAsLong();
        if (tracked.isOld(now)) {
            return EvictionReason.LIFE_TIME;
        }
        if (tracked.isWorn()) {
            return EvictionReason.MAX_REQUESTS;
        }
        if (isDistrusted(tracked)) {
            return EvictionReason.STALE;
        }
        // The pool alone knows the idle time of a connection whose first call gave up
        long idle = tracked.isIdle() ? tracked.idleNanos(now) : Duration.ofMillis(metadata.idleTime()).toNanos();
        if (idle >= idleLimit(tracked, now)) {
            return EvictionReason.IDLE;
        }
        return isSurplus(tracked) ? EvictionReason.SURPLUS : null;
    }

    private long idleLimit(TrackedConnection tracked, long now) {
        HostMemory memory = memory(tracked);
        long learned = (memory != null && this.learns) ? memory.idleLimit(now) : Long.MAX_VALUE;
        return Math.min(this.maxIdleNanos, Math.min(tracked.serverIdleNanos(), learned));
    }

    private boolean isDistrusted(TrackedConnection tracked) {
        HostMemory memory = memory(tracked);
        return memory != null && tracked.isIdle() && memory.distrusts(tracked.idleSince());
    }

    /**
     * Whether enough connections remain without this one, that are to be kept before it.
     */
    private boolean isSurplus(TrackedConnection tracked) {
        if (!tracked.isIdle() || this.open.size() <= this.maxIdleConnections) {
            return false;
        }
        int kept = 0;
        for (TrackedConnection other : this.open) {
            if (other != tracked && other.isIdle() && isKeptBefore(other, tracked)) {
                kept++;
            }
        }
        return kept >= this.maxIdleConnections;
    }

    private boolean isKeptBefore(TrackedConnection one, TrackedConnection other) {
        long difference = (this.order == EvictionOrder.LRU) ? one.idleSince() - other.idleSince() : 0;
        return (difference != 0) ? difference > 0 : one.number() > other.number();
    }

    private @Nullable HostMemory memory(TrackedConnection tracked) {
        String host = tracked.host();
        return (host != null) ? this.hosts.get(host) : null;
    }

    private void count(@Nullable TrackedConnection tracked, EvictionReason reason) {
        if (tracked == null || tracked.evict()) {
            this.evicted.incrementAndGet(reason.ordinal());
            this.listener.accept(reason);
        }
    }

    /**
     * A connection is opened.
     * @param channel its channel, before it is connected
     */
    public void onChannelInit(Channel channel) {
        if (channel.parent() != null) {
            // A stream of an HTTP/2 connection
            return;
        }
        long now = this.nanoClock.getAsLong();
        long life = (long) (this.maxLifeNanos * (1 - this.maxLifeVariance * this.random.getAsDouble()));
        int requests = (this.maxRequests != Integer.MAX_VALUE)
                ? Math.max(1, (int) (this.maxRequests * (1 - REQUESTS_JITTER * this.random.getAsDouble())))
                : Integer.MAX_VALUE;
        TrackedConnection tracked = new TrackedConnection(channel, this.opened.incrementAndGet(), now, life, requests);
        tracked.attach();
        this.open.add(tracked);
        channel.closeFuture().addListener((closed) -> this.open.remove(tracked));
        watch(tracked);
    }

    /**
     * Where TLS decides on the protocol, the codec is there only after the handshake, and
     * it may be that of HTTP/2, where bytes come unasked.
     */
    private void watch(TrackedConnection tracked) {
        ChannelPipeline pipeline = tracked.channel().pipeline();
        if (pipeline.get(NettyPipeline.HttpCodec) instanceof HttpClientCodec && pipeline.get(ByteWatch.NAME) == null) {
            pipeline.addBefore(NettyPipeline.HttpCodec, ByteWatch.NAME, new ByteWatch(this, tracked));
            pipeline.addAfter(NettyPipeline.HttpCodec, ResponseWatch.NAME, new ResponseWatch(this, tracked));
            pipeline.addAfter(NettyPipeline.HttpCodec, InterimResponses.NAME, new InterimResponses());
        }
    }

    /**
     * What tells the janitor when connections are taken and given back.
     * @return an observer for the HttpClient
     */
    public ConnectionObserver observer() {
        return (connection, state) -> {
            TrackedConnection tracked = TrackedConnection.of(connection.channel());
            if (tracked == null) {
                return;
            }
            if (state == State.ACQUIRED) {
                tracked.acquired(this.nanoClock.getAsLong());
            }
            else if (state == State.RELEASED) {
                tracked.released(this.nanoClock.getAsLong());
            }
        };
    }

    /**
     * A request is about to be written. Tells the call whether its connection is reused.
     * @param channel the channel of the request
     * @param call the call
     */
    public void onRequest(Channel channel, CallContext call) {
        TrackedConnection tracked = TrackedConnection.of(channel);
        TrackedConnection shared = (channel.parent() != null) ? TrackedConnection.of(channel.parent()) : null;
        if (tracked != null) {
            watch(tracked);
            tracked.request(call);
        }
        else if (shared != null) {
            shared.streamBegins(call, this.nanoClock.getAsLong());
            channel.closeFuture().addListener((closed) -> shared.streamEnds(this.nanoClock.getAsLong()));
        }
    }

    void onResponse(TrackedConnection tracked, HttpResponse response) {
        if (!this.learns) {
            return;
        }
        KeepAliveHeader header = KeepAliveHeader.parse(response.headers().get("Keep-Alive"));
        long limit = (header.timeout() >= 0) ? IdleMargin.limit(header.timeout()) : Long.MAX_VALUE;
        tracked.serverAllows(limit, header.max() == 0);
    }

    void closeForSurplusBytes(TrackedConnection tracked) {
        count(tracked, EvictionReason.SURPLUS_BYTES);
        logger.warn("Closed a connection to " + tracked.host() + ": it sent bytes that nobody had asked for");
        tracked.closedByUs();
        tracked.channel().close();
    }

    void onClosed(TrackedConnection tracked) {
        String host = tracked.host();
        if (this.learns && host != null && tracked.isIdle() && !tracked.isClosedByUs()) {
            long now = this.nanoClock.getAsLong();
            remember(host, now).closed(tracked.idleNanos(now), now);
        }
    }

    /**
     * Whether a call failed only because a connection of the pool had been closed by the
     * server: the request was not answered with a single byte, and may be sent again.
     * @param call the call
     * @param error how it failed
     * @return whether its connection was stale
     */
    public boolean isStale(CallContext call, Throwable error) {
        ConnectionFault fault = call.fault();
        if (fault != null) {
            return call.isRefused() && fault.again();
        }
        if (!StaleConnections.isClose(error)) {
            return false;
        }
        // The pool gives up when two in a row close while it hands them out
        boolean unsent = call.stage() == CallStage.ACQUIRE;
        return unsent || (call.isConnectionReused() && !call.isConnectionShared() && !call.isResponseBegun());
    }

    /**
     * Let no connection to a host be reused that is unused at this moment. The next call
     * gets a fresh one.
     * @param host host and port, as calls name their endpoint
     */
    public void distrustIdle(String host) {
        long now = this.nanoClock.getAsLong();
        remember(host, now).distrust(now);
    }

    private HostMemory remember(String host, long now) {
        if (this.hosts.size() >= MANY_HOSTS) {
            this.hosts.values().removeIf((memory) -> memory.isOld(now));
        }
        return this.hosts.computeIfAbsent(host, (name) -> new HostMemory());
    }

    /**
     * The idle limit that a server has shown by closing connections, less a margin.
     * @param host host and port, as calls name their endpoint
     * @return the limit, or {@code null} if it has shown none within the last ten minutes
     */
    public @Nullable Duration learnedIdle(String host) {
        HostMemory memory = this.hosts.get(host);
        long limit = (memory != null) ? memory.idleLimit(this.nanoClock.getAsLong()) : Long.MAX_VALUE;
        return (limit != Long.MAX_VALUE) ? Duration.ofNanos(limit) : null;
    }

    /**
     * The number of unused connections to a host, whatever protocol they speak.
     * @param host host and port, as calls name their endpoint
     * @return the number
     */
    public int idle(String host) {
        int idle = 0;
        for (TrackedConnection tracked : this.open) {
            idle += (tracked.isIdle() && host.equals(tracked.host()) && !isDistrusted(tracked)) ? 1 : 0;
        }
        return idle;
    }

    /**
     * Close all connections that are unused at this moment.
     * @return how many there are
     */
    public int evictIdle() {
        List<TrackedConnection> idle = this.open.stream().filter(TrackedConnection::isIdle).toList();
        // First, so that no call takes one that is about to close
        idle.stream().map(TrackedConnection::host).filter(Objects::nonNull).distinct().forEach(this::distrustIdle);
        idle.forEach((tracked) -> tracked.channel().eventLoop().execute(() -> {
            if (tracked.isIdle()) {
                count(tracked, EvictionReason.ON_DEMAND);
                tracked.closedByUs();
                tracked.channel().close();
            }
        }));
        return idle.size();
    }

    /**
     * What servers have shown of their idle limits.
     * @return limits by host and port, less a margin
     */
    public Map<String, Duration> learnedIdle() {
        Map<String, Duration> limits = new TreeMap<>();
        this.hosts.keySet().forEach((host) -> {
            Duration limit = learnedIdle(host);
            if (limit != null) {
                limits.put(host, limit);
            }
        });
        return limits;
    }

    /**
     * How many connections were evicted so far.
     * @return the numbers by {@link EvictionReason#id() reason}, all reasons included
     */
    public Map<String, Long> evicted() {
        Map<String, Long> numbers = new LinkedHashMap<>();
        for (EvictionReason reason : EvictionReason.values()) {
            numbers.put(reason.id(), this.evicted.get(reason.ordinal()));
        }
        return numbers;
    }

    /**
     * Close every connection of the client, used or not.
     * @return completes when all sockets are closed; event loops must live that long
     */
    public Mono<Void> closeAll() {
        return Flux.defer(() -> Flux.fromIterable(List.copyOf(this.open)))
            .flatMap((connection) -> closed(connection.channel()), Integer.MAX_VALUE)
            .then();
    }

    private static Mono<Void> closed(Channel channel) {
        return Mono.create((sink) -> {
            channel.closeFuture().addListener((closed) -> sink.success());
            channel.close();
        });
    }

}
