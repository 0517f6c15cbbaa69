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

package io.github.llmhttp;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The state of a client's pool at one moment.
 *
 * @param client name of the client
 * @param acquired connections in use by calls, streams and sessions
 * @param acquiredStreams connections in use by streams
 * @param acquiredSessions connections in use by WebSocket sessions
 * @param idle open connections that are not in use
 * @param pending calls that wait for a connection
 * @param maxConnections limit of connections in use, over all hosts
 * @param maxConnectionsPerHost limit of connections in use to one host
 * @param maxStreams limit of connections in use by streams and sessions
 * @param maxSessions limit of connections in use by WebSocket sessions
 * @param maxPendingAcquires limit of calls that wait
 * @param evicted number of connections evicted so far, by reason
 */
public record PoolStats(String client, int acquired, int acquiredStreams, int acquiredSessions, int idle, int pending,
        int maxConnections, int maxConnectionsPerHost, int maxStreams, int maxSessions, int maxPendingAcquires,
        Map<String, Long> evicted) {

    public PoolStats {
        evicted = Collections.unmodifiableMap(new LinkedHashMap<>(evicted));
    }

    /**
     * Open connections, in use or not.
     * @return the sum of acquired and idle
     */
    public int allocated() {
        return this.acquired + this.idle;
    }

}
