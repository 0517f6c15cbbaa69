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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.IntSupplier;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Lets the calls of one client through to its connections: so many in total, to one host
 * and for streams. The others wait in order; a call that is kept back by the limit of its
 * host or by that of streams does not hold up those behind it.
 * <p>
 * The connection pool has a line too, but it ignores cancellation and knows no total over
 * hosts, so calls never wait there.
 */
public final class AdmissionGate {

    /**
     * Calls that this thread has to start. A call that ends while it is started lets the
     * next one through; without this line they would nest until the stack is full.
     */
    private static final ThreadLocal<@Nullable Deque<Admission<?>>> STARTING = new ThreadLocal<>();

    private static final Lane[] LANES = Lane.values();

    private final String client;

    private static final Log logger = LogFactory.getLog(AdmissionGate.class);

    private final PoolLimits limits;

    private final Duration acquireTimeout;

    private final Scheduler scheduler;

    private final GateFailures failures;

    /** Guards everything below. No callback runs under it. */
    private final Object lock = new Object();

    private final Map<String, HostLine> hosts = new HashMap<>();

    private int inUse;

    private int streams;

    /** Those of the streams that are sessions. */
    private int sessions;

    private int pending;

    private long tickets;

    private boolean closed;

    private Sinks.@Nullable Empty<Void> drained;

    /**
     * Create a gate.
     * @param client name of the client
     * @param limits how many are let through and may wait
     * @param acquireTimeout longest wait
     * @param scheduler where waits end
     */
    public AdmissionGate(String client, PoolLimits limits, Duration acquireTimeout, Scheduler scheduler) {
        this(client, limits, acquireTimeout, scheduler, () -> 0);
    }

    /**
     * Create a gate whose messages show the number of idle connections.
     * @param client name of the client
     * @param limits how many are let through and may wait
     * @param acquireTimeout longest wait
     * @param scheduler where waits end
     * @param idleConnections the number of idle connections
     */
    public AdmissionGate(String client, PoolLimits limits, Duration acquireTimeout, Scheduler scheduler,
            IntSupplier idleConnections) {
        this.client = client;
        this.limits = limits;
        this.acquireTimeout = acquireTimeout;
        this.scheduler = scheduler;
        this.failures = new GateFailures(limits, acquireTimeout, idleConnections);
    }

    /**
     * Make an exchange once there is a connection for it. Fails with POOL_TIMEOUT,
     * POOL_FULL or SHUTDOWN, and then makes none. The permit goes back when the exchange
     * ends or is cancelled.
     * @param call the call; its endpoint and lane decide which limits hold
     * @param exchange makes the exchange; called at most once per subscriber
     * @param <T> what the exchange emits
     * @return the exchange behind the gate
     */
    public <T> Flux<T> admit(CallContext call, Function<Permit, ? extends Publisher<T>> exchange) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                Admission<T> admission = new Admission<>(AdmissionGate.this, call, exchange, actual);
                actual.onSubscribe(admission);
                enter(admission);
            }
        };
    }

    /**
     * Make an exchange of one item at most once there is a connection for it.
     * @param call the call; its endpoint and lane decide which limits hold
     * @param exchange makes the exchange; called at most once per subscriber
     * @param <T> what the exchange emits
     * @return the exchange behind the gate
     * @see #admit(CallContext, Function)
     */
    public <T> Mono<T> admitOne(CallContext call, Function<Permit, ? extends Mono<T>> exchange) {
        return Mono.fromDirect(admit(call, exchange));
    }

    private void enter(Admission<?> admission) {
        admission.call().enter(CallStage.ACQUIRE);
        FailureKind refusal = null;
        boolean granted = false;
        Usage usage;
        synchronized (this.lock) {
            if (admission.state != Admission.State.WAITING) {
                return;
            }
            usage = usage(admission.call());
            if (this.closed) {
                refusal = FailureKind.SHUTDOWN;
            }
            // Whoever waits is kept back by a limit that does not hold for this call
            else if (isFree(admission.call())) {
                take(admission);
                granted = true;
            }
            else if (this.pending >= this.limits.maxPendingAcquires()) {
                refusal = FailureKind.POOL_FULL;
            }
            else {
                queue(admission);
            }
            if (refusal != null) {
                admission.state = Admission.State.REFUSED;
            }
        }
        if (refusal != null) {
            admission.refuse(this.failures.of(refusal, admission.call(), usage));
        }
        else if (granted) {
            admission.start();
        }
        else {
            limitWait(admission);
        }
    }

    private void limitWait(Admission<?> admission) {
        try {
            long wait = Math.min(this.acquireTimeout.toNanos(), admission.call().leftNanos());
            admission.limitWait(this.scheduler, Duration.ofNanos(Math.max(wait, 0)));
        }
        catch (RejectedExecutionException ex) {
            // Somebody closed the scheduler, so nothing else will work either
            refuse(admission, FailureKind.SHUTDOWN);
        }
    }

    /**
     * The wait of a call has lasted too long, if it still waits.
     */
    void expire(Admission<?> admission) {
        refuse(admission, (admission.call().leftNanos() > 0) ? FailureKind.POOL_TIMEOUT : FailureKind.DEADLINE);
    }

    private void refuse(Admission<?> admission, FailureKind kind) {
        Usage usage;
        synchronized (this.lock) {
            if (admission.state != Admission.State.WAITING) {
                return;
            }
            usage = usage(admission.call());
            admission.state = Admission.State.REFUSED;
            unqueue(admission);
        }
        admission.refuse(this.failures.of(kind, admission.call(), usage));
    }

    /**
     * A call was cancelled.
     * @return whether it was still waiting and has no permit
     */
    boolean withdraw(Admission<?> admission) {
        synchronized (this.lock) {
            if (admission.state == Admission.State.WAITING) {
                admission.state = Admission.State.CANCELLED;
                unqueue(admission);
            }
            return admission.state != Admission.State.GRANTED;
        }
    }

    boolean isWaiting(Admission<?> admission) {
        synchronized (this.lock) {
            return admission.state == Admission.State.WAITING;
        }
    }

    /**
     * A permit is back.
     * @return the calls that are let through now; the caller has to start them
     */
    List<Admission<?>> giveBack(CallContext call) {
        List<Admission<?>> granted = List.of();
        Sinks.Empty<Void> drained = null;
        synchronized (this.lock) {
            HostLine host = host(call);
            this.inUse--;
            host.inUse--;
            count(call.lane(), -1);
            if (this.pending > 0) {
                granted = grantWaiting();
            }
            removeUnused(host);
            if (this.inUse == 0) {
                drained = this.drained;
                this.drained = null;
            }
        }
        if (drained != null) {
            drained.tryEmitEmpty();
        }
        return granted;
    }

    /**
     * Start calls that were let through.
     */
    void start(List<Admission<?>> granted) {
        if (granted.isEmpty()) {
            return;
        }
        Deque<Admission<?>> line = STARTING.get();
        if (line != null) {
            line.addAll(granted);
            return;
        }
        line = new ArrayDeque<>(granted);
        STARTING.set(line);
        try {
            while (!line.isEmpty()) {
                line.remove().start();
            }
        }
        finally {
            STARTING.remove();
        }
    }

    private List<Admission<?>> grantWaiting() {
        List<Admission<?>> granted = new ArrayList<>(1);
        Admission<?> next = next();
        while (next != null) {
            // First, so that its host does not look unused in between
            take(next);
            unqueue(next);
            granted.add(next);
            next = next();
        }
        return granted;
    }

    /**
     * The call that waits for the longest time of those that no limit keeps back.
     */
    private @Nullable Admission<?> next() {
        if (this.pending == 0 || this.inUse >= this.limits.maxConnections()) {
            return null;
        }
        Admission<?> next = null;
        for (HostLine host : this.hosts.values()) {
            if (host.inUse < this.limits.maxConnectionsPerHost()) {
                for (Lane lane : LANES) {
                    next = isFree(lane) ? earlier(next, host.first(lane)) : next;
                }
            }
        }
        return next;
    }

    private static @Nullable Admission<?> earlier(@Nullable Admission<?> one, @Nullable Admission<?> other) {
        if (one == null || other == null) {
            return (one != null) ? one : other;
        }
        return (one.ticket < other.ticket) ? one : other;
    }

    private boolean isFree(CallContext call) {
        HostLine host = this.hosts.get(call.endpoint());
        return this.inUse < this.limits.maxConnections()
                && (host == null || host.inUse < this.limits.maxConnectionsPerHost()) && isFree(call.lane());
    }

    private boolean isFree(Lane lane) {
        return lane == Lane.CALL || (this.streams < this.limits.maxStreams()
                && (lane == Lane.STREAM || this.sessions < this.limits.maxSessions()));
    }

    private void count(Lane lane, int change) {
        if (lane != Lane.CALL) {
            this.streams += change;
        }
        if (lane == Lane.SESSION) {
            this.sessions += change;
        }
    }

    private void take(Admission<?> admission) {
        admission.state = Admission.State.GRANTED;
        this.inUse++;
        host(admission.call()).inUse++;
        count(admission.call().lane(), 1);
    }

    private void queue(Admission<?> admission) {
        admission.ticket = this.tickets++;
        host(admission.call()).line(admission.call().lane()).add(admission);
        this.pending++;
    }

    private void unqueue(Admission<?> admission) {
        HostLine host = host(admission.call());
        // One that is cancelled at once never stood in line
        if (host.line(admission.call().lane()).remove(admission)) {
            this.pending--;
        }
        removeUnused(host);
    }

    private HostLine host(CallContext call) {
        return this.hosts.computeIfAbsent(call.endpoint(), HostLine::new);
    }

    private void removeUnused(HostLine host) {
        if (host.isUnused()) {
            this.hosts.remove(host.name, host);
        }
    }

    private Usage usage(CallContext call) {
        HostLine host = this.hosts.get(call.endpoint());
        return new Usage(this.inUse, this.streams, this.sessions, (host != null) ? host.inUse : 0, this.pending);
    }

    /**
     * How many are let through and may wait.
     * @return the limits
     */
    public PoolLimits limits() {
        return this.limits;
    }

    /**
     * The number of connections that are in use.
     * @return the number, over all hosts
     */
    public int inUse() {
        synchronized (this.lock) {
            return this.inUse;
        }
    }

    /**
     * The number of connections that a lane uses.
     * @param lane the lane
     * @return the number, over all hosts
     */
    public int inUse(Lane lane) {
        synchronized (this.lock) {
            return switch (lane) {
                case CALL -> this.inUse - this.streams;
                case STREAM -> this.streams - this.sessions;
                case SESSION -> this.sessions;
            };
        }
    }

    /**
     * The number of calls that wait.
     * @return the number, over all hosts
     */
    public int pending() {
        synchronized (this.lock) {
            return this.pending;
        }
    }

    /**
     * Let nobody through any more: calls that wait, and those that still come, fail with
     * SHUTDOWN at once. Exchanges under way go on.
     */
    public void close() {
        List<Admission<?>> waiting = new ArrayList<>();
        synchronized (this.lock) {
            this.closed = true;
            this.hosts.values().forEach((host) -> host.removeAll(waiting));
            this.hosts.values().removeIf(HostLine::isUnused);
            this.pending = 0;
            waiting.forEach((admission) -> admission.state = Admission.State.REFUSED);
        }
        Usage unused = new Usage(0, 0, 0, 0, 0);
        waiting.forEach((admission) -> refuseClosed(admission, unused));
    }

    /** One subscriber that throws must not keep the others waiting. */
    private void refuseClosed(Admission<?> admission, Usage unused) {
        try {
            admission.refuse(this.failures.of(FailureKind.SHUTDOWN, admission.call(), unused));
        }
        catch (RuntimeException ex) {
            logger.warn("A subscriber failed when it was told that the client is closed", ex);
        }
    }

    /**
     * Completes when no connection is in use, which may be at once.
     * @return the signal
     */
    public Mono<Void> idle() {
        return Mono.defer(() -> {
            synchronized (this.lock) {
                if (this.inUse == 0) {
                    return Mono.empty();
                }
                if (this.drained == null) {
                    this.drained = Sinks.empty();
                }
                return this.drained.asMono();
            }
        });
    }

    @Override
    public String toString() {
        return "AdmissionGate[%s, %d of %d in use, %d waiting]".formatted(this.client, inUse(),
                this.limits.maxConnections(), pending());
    }

    /**
     * What was in use at a moment.
     */
    record Usage(int inUse, int streams, int sessions, int host, int pending) {

    }

}
