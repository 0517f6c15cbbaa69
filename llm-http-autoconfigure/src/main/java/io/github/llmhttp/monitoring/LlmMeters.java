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

import java.util.List;

/**
 * All meters of the library. Each has the tag {@code client} besides its own.
 */
public enum LlmMeters {

    /** Connections in use. */
    POOL_ACQUIRED("llm.http.pool.acquired", Type.GAUGE, "Connections in use, by calls or streams", "lane"),

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
    POOL_MAX_STREAMS("llm.http.pool.max.streams", Type.GAUGE, "Limit of connections in use by streams"),

    /** Limit of waiting calls. */
    POOL_MAX_PENDING_ACQUIRES("llm.http.pool.max.pending.acquires", Type.GAUGE,
            "Limit of calls that wait for a connection"),

    /** Evicted connections. */
    POOL_EVICTED("llm.http.pool.evicted", Type.COUNTER, "Connections taken out of the pool, by reason", "reason");

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
     * Types of meters.
     */
    public enum Type {

        /** A value that goes up and down. */
        GAUGE,

        /** A number that only grows. */
        COUNTER

    }

}
