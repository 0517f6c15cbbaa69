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

package io.github.llmhttp.timeout;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.call.Lane;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one attempt once it has a connection.
 *
 * @param upgrade longest wait for the answer to a WebSocket handshake
 * @param write longest time to write the request
 * @param headers longest wait for the response headers once the request is written
 * @param firstToken longest wait for the first content
 * @param tokenGap longest silence between two pieces of content
 * @param byteIdle longest silence within a body
 * @param attempt longest attempt
 */
public record AttemptLimits(Limit upgrade, Limit write, Limit headers, Limit firstToken, Limit tokenGap, Limit byteIdle,
        Limit attempt) {

    /** No limit, in nanoseconds. */
    public static final long NONE = Long.MAX_VALUE;

    /**
     * The limits of an attempt. Only streams have limits of content.
     * @param timeouts the client's limits
     * @param lane whether it is a call or a stream
     * @param request its own limits come first, {@code null} if there is none
     * @return the limits
     */
    public static AttemptLimits of(TimeoutProperties timeouts, Lane lane, @Nullable ChatRequest request) {
        boolean stream = (lane != Lane.CALL);
        Limit attempt = stream ? Limit.of("timeout.stream", timeouts.getStream())
                : Limit.of("timeout.call", timeouts.getCall());
        Limit firstToken = stream ? Limit.of("timeout.first-token", timeouts.getFirstToken()) : Limit.UNLIMITED;
        Limit tokenGap = stream ? Limit.of("timeout.token-gap", timeouts.getTokenGap()) : Limit.UNLIMITED;
        if (request != null) {
            attempt = attempt.or(request.attemptTimeout());
            firstToken = stream ? firstToken.or(request.firstTokenTimeout()) : firstToken;
            tokenGap = stream ? tokenGap.or(request.tokenGapTimeout()) : tokenGap;
        }
        return new AttemptLimits(Limit.UNLIMITED, Limit.of("timeout.write", timeouts.getWrite()),
                Limit.of("timeout.headers", timeouts.getHeaders()), firstToken, tokenGap,
                Limit.of("timeout.byte-idle", timeouts.getByteIdle()), attempt);
    }

    /**
     * The same limits for a body of which nobody knows what its content is.
     * @return limits without those of content
     */
    public AttemptLimits withoutContent() {
        return new AttemptLimits(this.upgrade, this.write, this.headers, Limit.UNLIMITED, Limit.UNLIMITED,
                this.byteIdle, this.attempt);
    }

    /**
     * The same limits for an attempt that begins with a WebSocket handshake.
     * @param key the property that limits the handshake
     * @param limit longest wait for its answer
     * @return limits with that of the handshake
     */
    public AttemptLimits withUpgrade(String key, Duration limit) {
        return new AttemptLimits(Limit.of(key, limit), this.write, this.headers, this.firstToken, this.tokenGap,
                this.byteIdle, this.attempt);
    }

    /**
     * A limit in nanoseconds.
     * @param limit the limit
     * @return the nanoseconds, {@link #NONE} for {@code null} and for more than they can
     * count
     */
    public static long nanos(@Nullable Duration limit) {
        return (limit != null) ? TimeUnit.NANOSECONDS.convert(limit) : NONE;
    }

    /**
     * One limit.
     *
     * @param nanos how long, {@link #NONE} for no limit
     * @param key the property that sets it, {@code null} if the request does
     */
    public record Limit(long nanos, @Nullable String key) {

        static final Limit UNLIMITED = new Limit(NONE, null);

        static Limit of(String key, @Nullable Duration limit) {
            return new Limit(AttemptLimits.nanos(limit), key);
        }

        Limit or(@Nullable Duration own) {
            return (own != null) ? new Limit(AttemptLimits.nanos(own), null) : this;
        }

        /**
         * What is left of it.
         */
        long left(long since, long now) {
            return (this.nanos == NONE) ? NONE : this.nanos - (now - since);
        }

        boolean isReached(long since, long now) {
            return left(since, now) <= 0;
        }

    }

}
