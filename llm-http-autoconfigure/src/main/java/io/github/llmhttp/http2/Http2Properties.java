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
package io.github.llmhttp.http2;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * HTTP version of a client, and how many calls share a connection of HTTP/2. Bound to
 * {@code llm.http.http2}.
 */
public class Http2Properties {

    /**
     * Whether HTTP/2 is used.
     */
    private Http2Mode mode = Http2Mode.OFF;

    /**
     * Maximum number of HTTP/2 connections to one host. Same as
     * pool.max-connections-per-host when unset; no more are opened than the calls need.
     */
    private @Nullable Integer maxConnections;

    /**
     * Maximum number of calls on one HTTP/2 connection. A lower limit of the server holds
     * as well.
     */
    private int maxConcurrentStreams = 100;

    /**
     * Time of silence after which a PING asks whether an HTTP/2 connection with calls on
     * it still lives.
     */
    private Duration pingInterval = Duration.ofSeconds(20);

    /**
     * Maximum wait for the answer to a PING; then the connection is closed and all calls
     * on it fail.
     */
    private Duration pingTimeout = Duration.ofSeconds(10);

    public Http2Mode getMode() {
        return this.mode;
    }

    public void setMode(Http2Mode mode) {
        this.mode = mode;
    }

    public @Nullable Integer getMaxConnections() {
        return this.maxConnections;
    }

    public void setMaxConnections(@Nullable Integer maxConnections) {
        this.maxConnections = maxConnections;
    }

    public int getMaxConcurrentStreams() {
        return this.maxConcurrentStreams;
    }

    public void setMaxConcurrentStreams(int maxConcurrentStreams) {
        this.maxConcurrentStreams = maxConcurrentStreams;
    }

    public Duration getPingInterval() {
        return this.pingInterval;
    }

    public void setPingInterval(Duration pingInterval) {
        this.pingInterval = pingInterval;
    }

    public Duration getPingTimeout() {
        return this.pingTimeout;
    }

    public void setPingTimeout(Duration pingTimeout) {
        this.pingTimeout = pingTimeout;
    }

}
