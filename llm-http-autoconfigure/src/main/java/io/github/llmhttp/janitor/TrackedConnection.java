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

import java.util.concurrent.atomic.AtomicBoolean;

import io.github.llmhttp.call.CallContext;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * What the janitor knows of one connection. Written on the connection's event loop; read
 * by any thread.
 */
final class TrackedConnection {

    private static final AttributeKey<TrackedConnection> KEY = AttributeKey.valueOf(TrackedConnection.class,
            "connection");

    private static final long IN_USE = Long.MIN_VALUE;

    private final Channel channel;

    private final long number;

    private final long openedNanos;

    private final long maxLifeNanos;

    private final int maxRequests;

    private final AtomicBoolean evicted = new AtomicBoolean();

    private volatile long idleSince = IN_USE;

    private volatile int requests;

    private volatile @Nullable String host;

    private volatile @Nullable CallContext call;

    private volatile long serverIdleNanos = Long.MAX_VALUE;

    private volatile boolean worn;

    // Only the event loop knows these
    private long lastIdleNanos;

    private boolean closedByUs;

    private boolean reading;

    private boolean requestedWhileReading;

    private int streams;

    TrackedConnection(Channel channel, long number, long openedNanos, long maxLifeNanos, int maxRequests) {
        this.channel = channel;
        this.number = number;
        this.openedNanos = openedNanos;
        this.maxLifeNanos = maxLifeNanos;
        this.maxRequests = maxRequests;
    }

    static @Nullable TrackedConnection of(Channel channel) {
        return channel.attr(KEY).get();
    }

    void attach() {
        this.channel.attr(KEY).set(this);
    }

    void acquired(long now) {
        long idleSince = this.idleSince;
        this.lastIdleNanos = (idleSince != IN_USE) ? now - idleSince : 0;
        this.idleSince = IN_USE;
    }

    void released(long now) {
        this.call = null;
        this.idleSince = now;
    }

    // The event loop is the only writer
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void request(CallContext call) {
        this.host = call.endpoint();
        this.requests++;
        this.requestedWhileReading = this.reading;
        call.connection(this.requests > 1, this.lastIdleNanos);
        this.call = call;
    }

    /**
     * A request of HTTP/2, beside others.
     */
    // The event loop is the only writer
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void streamBegins(CallContext call, long now) {
        this.host = call.endpoint();
        this.requests++;
        this.streams++;
        if (this.streams == 1) {
            acquired(now);
        }
        call.connection(this.requests > 1, (this.streams == 1) ? this.lastIdleNanos : 0);
        if (this.streams > 1) {
            call.sharesConnection();
        }
    }

    void streamEnds(long now) {
        this.streams--;
        if (this.streams == 0) {
            released(now);
        }
    }

    void readBegins() {
        this.reading = true;
    }

    void readEnds() {
        this.reading = false;
        this.requestedWhileReading = false;
    }

    /**
     * Whether a response that is just decoded was asked for. One whose bytes had arrived
     * before the request was made answers something else.
     */
    boolean expectsResponse() {
        return this.call != null && !this.requestedWhileReading;
    }

    void serverAllows(long idleNanos, boolean noFurtherRequest) {
        this.serverIdleNanos = idleNanos;
        this.worn = noFurtherRequest;
    }

    void closedByUs() {
        this.closedByUs = true;
    }

    boolean isClosedByUs() {
        return this.closedByUs;
    }

    /**
     * Note that this is evicted.
     * @return whether it was not noted before
     */
    boolean evict() {
        return this.evicted.compareAndSet(false, true);
    }

    boolean isIdle() {
        return this.idleSince != IN_USE;
    }

    /** Only valid while idle. */
    long idleSince() {
        return this.idleSince;
    }

    long idleNanos(long now) {
        long idleSince = this.idleSince;
        return (idleSince != IN_USE) ? now - idleSince : 0;
    }

    boolean isOld(long now) {
        return now - this.openedNanos >= this.maxLifeNanos;
    }

    boolean isWorn() {
        return this.worn || this.requests >= this.maxRequests;
    }

    /** Connections are numbered in the order in which they are opened. */
    long number() {
        return this.number;
    }

    long serverIdleNanos() {
        return this.serverIdleNanos;
    }

    @Nullable String host() {
        return this.host;
    }

    @Nullable CallContext call() {
        return this.call;
    }

    Channel channel() {
        return this.channel;
    }

}
