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

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * All meters of the library. Each has the tag {@code client} besides its own, and all of
 * a client's are registered when it opens.
 */
public enum LlmMeters {

    /** Whole calls. */
    CALLS("llm.http.calls", Type.TIMER, "Whole calls, from their begin to their last item, waits and retries included",
            "provider", "outcome"),

    /** Failed calls. */
    CALLS_FAILED("llm.http.calls.failed", Type.COUNTER, "Whole calls that failed", "provider", "kind"),

    /** Attempts. */
    ATTEMPTS("llm.http.attempts", Type.TIMER, "Single attempts of calls, their wait for a connection included",
            "provider", "endpoint", "outcome"),

    /** Failed attempts. */
    ATTEMPTS_FAILED("llm.http.attempts.failed", Type.COUNTER, "Attempts that failed", "provider", "endpoint", "kind"),

    /** Time in a stage. */
    STAGE("llm.http.stage", Type.TIMER, "Time that an attempt spent in a stage", "provider", "endpoint", "stage"),

    /** Time to first token. */
    FIRST_TOKEN("llm.http.first.token", Type.TIMER, "Time from the admission gate to the first content of a stream",
            "provider", "endpoint"),

    /** Longest gap of a stream. */
    TOKEN_GAP("llm.http.token.gap", Type.TIMER, "Longest silence between two contents of a stream", "provider",
            "endpoint"),

    /** Retries. */
    RETRIES("llm.http.retries", Type.COUNTER, "Attempts that followed a failed one, by its kind", "kind"),

    /** Suppressed retries. */
    RETRIES_SUPPRESSED("llm.http.retries.suppressed", Type.COUNTER,
            "Attempts that would have been worth it but did not follow, by what held them back", "reason"),

    /** Fallbacks. */
    FALLBACKS("llm.http.fallbacks", Type.COUNTER, "Times that another client or model was asked instead"),

    /** Tokens. */
    TOKENS("llm.http.tokens", Type.COUNTER, "Tokens that the provider bills for", "provider", "model", "type"),

    /** Events. */
    EVENTS("llm.http.events", Type.COUNTER, "Events that were read of streams"),

    /** Delivered items. */
    DELIVERED("llm.http.delivered", Type.COUNTER, "Texts and events that subscribers received"),

    /** Items before a cancel. */
    CANCELLED("llm.http.cancelled", Type.SUMMARY,
            "Texts and events that had been delivered of a call when its caller left"),

    /** Bytes. */
    BYTES("llm.http.bytes", Type.COUNTER, "Bytes of HTTP, before or after TLS", "endpoint", "direction"),

    /** Connections. */
    CONNECTIONS("llm.http.connections", Type.COUNTER, "Connections that attempts used, new or reused", "endpoint",
            "reused"),

    /** Cool-down. */
    COOL_DOWN("llm.http.cool.down", Type.GAUGE, "Seconds for which calls still wait because the provider asked to"),

    /** State of a circuit breaker. */
    CIRCUIT_BREAKER_STATE("llm.http.circuit.breaker.state", Type.GAUGE, "1 for the state that it is in, 0 for others",
            "endpoint", "state"),

    /** Health of an endpoint. */
    ENDPOINT_STATE("llm.http.endpoint.state", Type.GAUGE, "1 for the state that is remembered of it, 0 for others",
            "endpoint", "state"),

    /** Open WebSocket sessions. */
    WEBSOCKET_SESSIONS("llm.http.websocket.sessions", Type.GAUGE, "WebSocket sessions that are open"),

    /** WebSocket sessions so far. */
    WEBSOCKET_OPENED("llm.http.websocket.opened", Type.COUNTER, "WebSocket sessions that were opened"),

    /** Pings. */
    WEBSOCKET_PINGS("llm.http.websocket.pings", Type.COUNTER, "Pings that were sent on WebSocket sessions"),

    /** Missed pongs. */
    WEBSOCKET_PONGS_MISSED("llm.http.websocket.pongs.missed", Type.COUNTER,
            "WebSocket sessions that were given up because nothing came after a ping"),

    /** Reconnects. */
    WEBSOCKET_RECONNECTS("llm.http.websocket.reconnects", Type.COUNTER,
            "Connections that WebSocket chats opened in place of a lost one"),

    /** Connections in use. */
    POOL_ACQUIRED("llm.http.pool.acquired", Type.GAUGE, "Connections in use, by calls, streams or sessions", "lane"),

    /** Unused open connections. */
    POOL_IDLE("llm.http.pool.idle", Type.GAUGE, "Open connections that are not in use"),

    /** All open connections. */
    POOL_ALLOCATED("llm.http.pool.allocated", Type.GAUGE, "Open connections, in use or not"),

    /** Waiting calls. */
    POOL_PENDING("llm.http.pool.pending", Type.GAUGE, "Calls that wait for a connection"),

    /** Limit of connections in use. */
    POOL_MAX_CONNECTIONS("llm.http.pool.max.connections", Type.GAUGE, "Limit of connections in use"),

    /** Limit of connections in use to one host. */
    POOL_MAX_CONNECTIONS_PER_HOST("llm.http.pool.max.connections.per.host", Type.GAUGE,
            "Limit of connections in use to one host"),

    /** Limit of connections in use by streams. */
    POOL_MAX_STREAMS("llm.http.pool.max.streams", Type.GAUGE, "Limit of connections in use by streams and sessions"),

    /** Limit of connections in use by sessions. */
    POOL_MAX_SESSIONS("llm.http.pool.max.sessions", Type.GAUGE, "Limit of connections in use by WebSocket sessions"),

    /** Limit of waiting calls. */
    POOL_MAX_PENDING_ACQUIRES("llm.http.pool.max.pending.acquires", Type.GAUGE,
            "Limit of calls that wait for a connection"),

    /** Evicted connections. */
    POOL_EVICTED("llm.http.pool.evicted", Type.COUNTER, "Connections taken out of the pool, by reason", "reason");

    private static final Duration[] CALL_BUCKETS = seconds(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 180, 300);

    private static final Duration[] WAIT_BUCKETS = seconds(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120);

    private final String meterName;

    private final Type type;

    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> tags;

    LlmMeters(String meterName, Type type, String description, String... tags) {
        this.meterName = meterName;
        this.type = type;
        this.description = description;
        this.tags = List.of(tags);
    }

    private static Duration[] seconds(double... seconds) {
        Duration[] durations = new Duration[seconds.length];
        for (int i = 0; i < seconds.length; i++) {
            durations[i] = Duration.ofMillis(Math.round(seconds[i] * 1000));
        }
        return durations;
    }

    /**
     * Name of the meter.
     * @return the name, with dots
     */
    public String meterName() {
        return this.meterName;
    }

    /**
     * Type of the meter.
     * @return the type
     */
    public Type type() {
        return this.type;
    }

    /**
     * What the meter counts.
     * @return one line
     */
    public String description() {
        return this.description;
    }

    /**
     * Tags besides {@code client}.
     * @return their names
     */
    public List<String> tags() {
        return this.tags;
    }

    /**
     * Upper bounds of the buckets, chosen for calls of 30 to 120 seconds.
     * @return bounds in their order; empty if it has no buckets
     */
    public List<Duration> buckets() {
        return switch (this) {
            case CALLS -> List.of(CALL_BUCKETS);
            case FIRST_TOKEN, TOKEN_GAP -> List.of(WAIT_BUCKETS);
            default -> List.of();
        };
    }

    /**
     * Unit of what is not a number of things; timers have their own.
     * @return the unit, {@code null} if there is none
     */
    public @Nullable String unit() {
        return (this == COOL_DOWN) ? "seconds" : null;
    }

    /**
     * Types of meters.
     */
    public enum Type {

        /** A value that goes up and down. */
        GAUGE,

        /** A number that only grows. */
        COUNTER,

        /** Times, by their number, sum and maximum. */
        TIMER,

        /** Amounts, by their number, sum and maximum. */
        SUMMARY;

        /**
         * The name that documentation uses.
         * @return the name in lower case
         */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }

    }

}
