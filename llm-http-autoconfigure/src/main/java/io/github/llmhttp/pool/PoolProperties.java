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
 * Size of a client's connection pool and of the line before it. Bound to
 * {@code llm.http.pool}.
 */
public class PoolProperties {

    /**
     * Maximum number of connections that the calls of the client use at the same time,
     * over all hosts.
     */
    private int maxConnections = 100;

    /**
     * Maximum number of connections in use to one host. Same as max-connections when
     * unset.
     */
    private @Nullable Integer maxConnectionsPerHost;

    /**
     * Maximum number of connections that streams use at the same time, so that they
     * cannot starve short calls. When unset, 90 % of max-connections, and at least one is
     * left for calls.
     */
    private @Nullable Integer maxStreams;

    /**
     * Maximum number of unused connections that are kept open. Same as max-connections
     * when unset.
     */
    private @Nullable Integer maxIdleConnections;

    /**
     * Number of unused connections to each endpoint that are kept open, each opened with
     * one small request. Where HTTP/2 is used, one is enough.
     */
    private int minIdle;

    /**
     * Maximum number of calls that wait for a connection; more fail at once. Four times
     * max-connections, and at least 100, when unset.
     */
    private @Nullable Integer maxPendingAcquires;

    /**
     * Which unused connection is taken first.
     */
    private Leasing leasing = Leasing.LIFO;

    public int getMaxConnections() {
        return this.maxConnections;
    }

    public void setMaxConnections(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    public @Nullable Integer getMaxConnectionsPerHost() {
        return this.maxConnectionsPerHost;
    }

    public void setMaxConnectionsPerHost(@Nullable Integer maxConnectionsPerHost) {
        this.maxConnectionsPerHost = maxConnectionsPerHost;
    }

    public @Nullable Integer getMaxStreams() {
        return this.maxStreams;
    }

    public void setMaxStreams(@Nullable Integer maxStreams) {
        this.maxStreams = maxStreams;
    }

    public @Nullable Integer getMaxIdleConnections() {
        return this.maxIdleConnections;
    }

    public void setMaxIdleConnections(@Nullable Integer maxIdleConnections) {
        this.maxIdleConnections = maxIdleConnections;
    }

    public int getMinIdle() {
        return this.minIdle;
    }

    public void setMinIdle(int minIdle) {
        this.minIdle = minIdle;
    }

    public @Nullable Integer getMaxPendingAcquires() {
        return this.maxPendingAcquires;
    }

    public void setMaxPendingAcquires(@Nullable Integer maxPendingAcquires) {
        this.maxPendingAcquires = maxPendingAcquires;
    }

    public Leasing getLeasing() {
        return this.leasing;
    }

    public void setLeasing(Leasing leasing) {
        this.leasing = leasing;
    }

}
