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

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.github.llmhttp.PoolStats;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionPoolMetrics;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each request to the test's server is answered with its connection when the test says
 * so.
 */
class ConnectionPoolsTests {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final PoolProperties properties = new PoolProperties();

    private final List<DisposableServer> servers = new ArrayList<>();

    private final Map<String, Sinks.Empty<Void>> answers = new ConcurrentHashMap<>();

    private final AtomicInteger open = new AtomicInteger();

    private ConnectionPools pools;

    private AdmissionGate gate;

    @AfterEach
    void stop() {
        if (this.pools != null) {
            this.pools.disposeLater().block(LIMIT);
        }
        this.servers.forEach((server) -> server.disposeNow(LIMIT));
    }

    private DisposableServer server() {
        DisposableServer server = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .doOnChannelInit((observer, channel, address) -> {
                this.open.incrementAndGet();
                channel.closeFuture().addListener((closed) -> this.open.decrementAndGet());
            })
            .route((routes) -> routes.get("/{name}", (request, response) -> {
                Sinks.Empty<Void> answer = Sinks.empty();
                this.answers.put(String.valueOf(request.param("name")), answer);
                String connection = String.valueOf(request.remoteAddress()).substring(1);
                return response.sendString(answer.asMono().thenReturn(connection));
            }))
            .bindNow(LIMIT);
        this.servers.add(server);
        return server;
    }

    private void build(ConnectionPoolCustomizer... customizers) {
        this.pools = new ConnectionPools("chat", this.properties, LIMIT, Duration.ofSeconds(15),
                (connection, metadata) -> !connection.channel().isActive() || !connection.isPersistent(),
                List.of(customizers), null);
        this.gate = new AdmissionGate("chat", this.pools.limits(), LIMIT, Schedulers.parallel(), this.pools::idle);
    }

    private Mono<String> get(DisposableServer server, String name, Lane lane) {
        String endpoint = "127.0.0.1:" + server.port();
        CallContext call = new CallContext("chat", endpoint, "GET http://" + endpoint, lane, System::nanoTime);
        return this.gate.admitOne(call,
                (permit) -> HttpClient.create(this.pools.provider())
                    .get()
                    .uri("http://" + endpoint + '/' + name)
                    .responseSingle((response, body) -> body.asString()));
    }

    private void answer(String name) {
        await(() -> this.answers.containsKey(name));
        this.answers.remove(name).tryEmitEmpty();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    @Test
    void numbersOfAllHostsAddUp() {
        DisposableServer one = server();
        DisposableServer other = server();
        build();
        get(one, "a", Lane.CALL).subscribe();
        get(one, "b", Lane.STREAM).subscribe();
        get(other, "c", Lane.CALL).subscribe();
        await(() -> this.answers.size() == 3);
        assertThat(this.pools.stats(this.gate, Map.of("idle", 3L)))
            .isEqualTo(new PoolStats("chat", 3, 1, 0, 0, 0, 100, 100, 90, 45, 400, Map.of("idle", 3L)));
        assertThat(this.pools.allocated()).isEqualTo(3);
        List.of("a", "b", "c").forEach(this::answer);
        await(() -> this.pools.idle() == 3);
        PoolStats stats = this.pools.stats(this.gate, Map.of());
        assertThat(stats.acquired()).isZero();
        assertThat(stats.idle()).isEqualTo(3);
        assertThat(stats.allocated()).isEqualTo(3);
    }

    @Test
    void lastUsedConnectionIsTakenFirst() {
        assertThat(taken(Leasing.LIFO)).isEqualTo("second");
    }

    @Test
    void longestUnusedConnectionIsTakenFirstIfAskedFor() {
        assertThat(taken(Leasing.FIFO)).isEqualTo("first");
    }

    private String taken(Leasing leasing) {
        this.properties.setLeasing(leasing);
        DisposableServer server = server();
        build();
        Mono<String> first = get(server, "first", Lane.CALL).cache();
        Mono<String> second = get(server, "second", Lane.CALL).cache();
        first.subscribe();
        second.subscribe();
        await(() -> this.answers.size() == 2);
        answer("first");
        await(() -> this.pools.idle() == 1);
        answer("second");
        await(() -> this.pools.idle() == 2);
        Mono<String> third = get(server, "third", Lane.CALL).cache();
        third.subscribe();
        answer("third");
        return third.block(LIMIT).equals(first.block(LIMIT)) ? "first" : "second";
    }

    @Test
    void connectionOnItsWayBackIsWaitedFor() {
        this.properties.setMaxConnections(1);
        DisposableServer server = server();
        build();
        for (int i = 0; i < 20; i++) {
            String name = "cancelled-" + i;
            Disposable call = get(server, name, Lane.CALL).subscribe();
            await(() -> this.answers.containsKey(name));
            call.dispose();
            assertThat(this.gate.inUse()).isZero();
        }
        Mono<String> last = get(server, "last", Lane.CALL).cache();
        last.subscribe();
        answer("last");
        assertThat(last.block(LIMIT)).startsWith("127.0.0.1");
        await(() -> this.open.get() == 1);
    }

    @Test
    void customizersHaveTheLastWord() {
        this.properties.setMaxConnections(30);
        this.properties.setMaxConnectionsPerHost(20);
        List<String> clients = new ArrayList<>();
        build((client, pool) -> {
            clients.add(client);
            assertThat(pool.build().maxConnections()).as("one more, for probes").isEqualTo(21);
            pool.maxConnections(7);
        });
        assertThat(clients).containsExactly("chat");
        assertThat(this.pools.provider().name()).isEqualTo("llm-chat");
        assertThat(this.pools.provider().maxConnections()).isEqualTo(7);
    }

    @Test
    void disposingClosesUnusedConnectionsAtOnceAndOthersWhenTheyComeBack() {
        DisposableServer server = server();
        build();
        Mono<String> unused = get(server, "unused", Lane.CALL).cache();
        unused.subscribe();
        Mono<String> used = get(server, "used", Lane.CALL).cache();
        used.subscribe();
        answer("unused");
        await(() -> this.pools.idle() == 1);
        this.pools.disposeLater().block(LIMIT);
        await(() -> this.open.get() == 1);
        answer("used");
        assertThat(used.block(LIMIT)).isNotEmpty();
        await(() -> this.open.get() == 0);
    }

    @Test
    void poolsOfHttp2StreamsAreNotCountedAsConnections() {
        PoolNumbers numbers = new PoolNumbers();
        SocketAddress address = InetSocketAddress.createUnresolved("host", 443);
        numbers.registerMetrics("llm-chat", "1", address, new Metrics(2, 5));
        numbers.registerMetrics("llm-chat", "2", address, new Metrics(1, 1));
        numbers.registerMetrics("http2.llm-chat", "1", address, new Metrics(50, 60));
        assertThat(numbers.idle()).isEqualTo(3);
        assertThat(numbers.allocated()).isEqualTo(6);
        numbers.deRegisterMetrics("http2.llm-chat", "1", address);
        numbers.deRegisterMetrics("llm-chat", "2", address);
        assertThat(numbers.idle()).isEqualTo(2);
        assertThat(numbers.allocated()).isEqualTo(5);
    }

    private record Metrics(int idleSize, int allocatedSize) implements ConnectionPoolMetrics {

        @Override
        public int acquiredSize() {
            return 0;
        }

        @Override
        public int pendingAcquireSize() {
            return 0;
        }

        @Override
        public int maxAllocatedSize() {
            return 0;
        }

        @Override
        public int maxPendingAcquireSize() {
            return 0;
        }

    }

}
