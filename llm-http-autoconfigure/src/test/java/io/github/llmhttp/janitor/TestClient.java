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

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.pool.AdmissionGate;
import io.github.llmhttp.pool.ConnectionPools;
import io.github.llmhttp.pool.PoolLimits;
import io.github.llmhttp.pool.PoolProperties;
import io.netty.channel.EventLoop;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;

/**
 * The smallest client that has a gate, pools and a janitor.
 */
final class TestClient implements AutoCloseable {

    final ConnectionJanitor janitor;

    final ConnectionPools pools;

    final AdmissionGate gate;

    private final HttpClient http;

    private final LongSupplier clock;

    private final Set<EventLoop> loops = ConcurrentHashMap.newKeySet();

    TestClient(PoolProperties pool, JanitorProperties properties, LongSupplier clock) {
        this(pool, properties, clock, UnaryOperator.identity());
    }

    TestClient(PoolProperties pool, JanitorProperties properties, LongSupplier clock,
            UnaryOperator<HttpClient> customizer) {
        this.clock = clock;
        this.janitor = new ConnectionJanitor(properties, PoolLimits.of(pool).maxIdleConnections(), clock, (reason) -> {
        }, () -> 0);
        this.pools = new ConnectionPools("test", pool, Duration.ofSeconds(5), properties.getSweepInterval(),
                this.janitor::evict, List.of(), null);
        this.gate = new AdmissionGate("test", this.pools.limits(), Duration.ofSeconds(5), Schedulers.parallel(),
                this.pools::idle);
        this.http = customizer.apply(HttpClient.create(this.pools.provider()))
            .doOnChannelInit((observer, channel, address) -> {
                this.loops.add(channel.eventLoop());
                this.janitor.onChannelInit(channel);
            })
            .observe(this.janitor.observer())
            .doOnRequest(
                    (request, connection) -> requested(connection, CallContext.from(request.currentContextView())));
    }

    private void requested(Connection connection, CallContext call) {
        call.enter(CallStage.WRITE);
        this.janitor.onRequest(connection.channel(), call);
    }

    CallContext call(int port) {
        return new CallContext("test", "localhost:" + port, "GET http://localhost:" + port, Lane.CALL, this.clock);
    }

    /** The body of {@code GET path}. */
    Mono<String> get(CallContext call, String path) {
        return this.gate.admitOne(call,
                (permit) -> this.http.get()
                    .uri((call.target().startsWith("GET https") ? "https://" : "http://") + call.endpoint() + path)
                    .responseSingle((response, body) -> body.asString().defaultIfEmpty(""))
                    .contextWrite(call::putInto));
    }

    CallContext get(int port) {
        CallContext call = call(port);
        get(call, "/").block(Duration.ofSeconds(5));
        return call;
    }

    /**
     * A connection comes back just after its call has ended. The janitor hears of it
     * after the pool, in the same task of the event loop.
     */
    void awaitIdle(int connections) {
        await(() -> this.pools.idle() == connections);
        for (EventLoop loop : this.loops) {
            Future<?> tasksBefore = loop.submit(() -> {
            });
            await(tasksBefore::isDone);
        }
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("It did not happen within 5 s");
            }
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    @Override
    public void close() {
        this.gate.close();
        this.pools.disposeLater().block(Duration.ofSeconds(5));
        this.janitor.closeAll().block(Duration.ofSeconds(10));
    }

}
