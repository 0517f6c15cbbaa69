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

import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;

import reactor.netty.resources.ConnectionPoolMetrics;
import reactor.netty.resources.ConnectionProvider.MeterRegistrar;

/**
 * Sums up the numbers of the pools of one client.
 */
final class PoolNumbers implements MeterRegistrar {

    /** These count streams; the connections below them are in a pool of their own. */
    private static final String HTTP2_PREFIX = "http2.";

    private final Map<String, ConnectionPoolMetrics> pools = new ConcurrentHashMap<>();

    @Override
    public void registerMetrics(String poolName, String id, SocketAddress remoteAddress,
            ConnectionPoolMetrics metrics) {
        if (!poolName.startsWith(HTTP2_PREFIX)) {
            this.pools.put(key(id, remoteAddress), metrics);
        }
    }

    @Override
    public void deRegisterMetrics(String poolName, String id, SocketAddress remoteAddress) {
        if (!poolName.startsWith(HTTP2_PREFIX)) {
            this.pools.remove(key(id, remoteAddress));
        }
    }

    private static String key(String id, SocketAddress remoteAddress) {
        return id + '@' + remoteAddress;
    }

    int idle() {
        return sum(ConnectionPoolMetrics::idleSize);
    }

    int allocated() {
        return sum(ConnectionPoolMetrics::allocatedSize);
    }

    private int sum(ToIntFunction<ConnectionPoolMetrics> number) {
        return this.pools.values().stream().mapToInt(number).sum();
    }

}
