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

package io.github.llmhttp.websocket;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * WebSocket sessions of a client. Bound to {@code llm.http.websocket}.
 */
public class WebSocketProperties {

    /**
     * Longest wait for the server's answer to the handshake.
     */
    private Duration handshakeTimeout = Duration.ofSeconds(10);

    /**
     * Time between two pings, which keep a silent session open on its way.
     */
    private Duration heartbeatInterval = Duration.ofSeconds(20);

    /**
     * Longest silence after a ping; then the session is given up.
     */
    private Duration heartbeatTimeout = Duration.ofSeconds(10);

    /**
     * Longest wait for the server's part of the close handshake; then the connection is
     * closed.
     */
    private Duration closeTimeout = Duration.ofSeconds(5);

    /**
     * Largest message that is received, decompressed and with all its fragments.
     */
    private DataSize maxMessageSize = DataSize.ofMegabytes(10);

    /**
     * Maximum number of messages of a session that wait to be written; more fail at once.
     */
    private int sendQueue = 100;

    /**
     * Maximum number of sessions that are open at the same time; they count as streams,
     * too. Half of pool.max-streams, and at least one, when unset.
     */
    private @Nullable Integer maxSessions;

    /**
     * How often a chat may open its connection anew for one turn, after it was lost
     * between two turns or in one that can be repeated. Never when 0.
     */
    private int maxReconnects = 3;

    /**
     * Whether messages may be compressed (permessage-deflate, RFC 7692), if the server
     * agrees.
     */
    private boolean compression;

    public Duration getHandshakeTimeout() {
        return this.handshakeTimeout;
    }

    public void setHandshakeTimeout(Duration handshakeTimeout) {
        this.handshakeTimeout = handshakeTimeout;
    }

    public Duration getHeartbeatInterval() {
        return this.heartbeatInterval;
    }

    public void setHeartbeatInterval(Duration heartbeatInterval) {
        this.heartbeatInterval = heartbeatInterval;
    }

    public Duration getHeartbeatTimeout() {
        return this.heartbeatTimeout;
    }

    public void setHeartbeatTimeout(Duration heartbeatTimeout) {
        this.heartbeatTimeout = heartbeatTimeout;
    }

    public Duration getCloseTimeout() {
        return this.closeTimeout;
    }

    public void setCloseTimeout(Duration closeTimeout) {
        this.closeTimeout = closeTimeout;
    }

    public DataSize getMaxMessageSize() {
        return this.maxMessageSize;
    }

    public void setMaxMessageSize(DataSize maxMessageSize) {
        this.maxMessageSize = maxMessageSize;
    }

    public int getSendQueue() {
        return this.sendQueue;
    }

    public void setSendQueue(int sendQueue) {
        this.sendQueue = sendQueue;
    }

    public @Nullable Integer getMaxSessions() {
        return this.maxSessions;
    }

    public void setMaxSessions(@Nullable Integer maxSessions) {
        this.maxSessions = maxSessions;
    }

    public int getMaxReconnects() {
        return this.maxReconnects;
    }

    public void setMaxReconnects(int maxReconnects) {
        this.maxReconnects = maxReconnects;
    }

    public boolean isCompression() {
        return this.compression;
    }

    public void setCompression(boolean compression) {
        this.compression = compression;
    }

}
