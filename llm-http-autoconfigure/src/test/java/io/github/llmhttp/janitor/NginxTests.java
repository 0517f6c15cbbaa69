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

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.pool.PoolProperties;
import io.github.llmhttp.testing.Nginx;
import io.netty.channel.Channel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Against a real server that closes connections after two seconds of silence and after
 * five requests.
 */
class NginxTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final int WAVES = 5;

    private static final int CALLS = 200;

    @TempDir
    Path directory;

    private final JanitorProperties properties = new JanitorProperties();

    private final PoolProperties pool = new PoolProperties();

    private final AtomicInteger reused = new AtomicInteger();

    private Nginx nginx;

    @BeforeEach
    void start() {
        this.nginx = Nginx.start(this.directory, """
                keepalive_timeout 2s;
                keepalive_requests 5;
                location / { return 200 'ok'; }
                """);
    }

    @AfterEach
    void stop() {
        this.nginx.close();
    }

    @Test
    void thousandCallsAtTheWorstMomentDoNotFail() {
        // What the janitor learns would end the race that this is about
        this.properties.setLearnServerIdle(false);
        this.pool.setMaxConnections(CALLS);
        try (TestClient client = new TestClient(this.pool, this.properties, System::nanoTime)) {
            List<String> answers = Flux.range(0, CALLS)
                .flatMap((number) -> waves(client, number), CALLS)
                .collectList()
                .block(LIMIT);
            assertThat(answers).hasSize(WAVES * CALLS).containsOnly("ok");
            assertThat(this.reused).hasPositiveValue();
            // Mono.then() ends with the last item, a moment before the exchange does
            client.gate.idle().block(LIMIT);
        }
    }

    /** One call in each wave; its pause ends within 15 ms of the server's limit. */
    private Flux<String> waves(TestClient client, int number) {
        Duration pause = Duration.ofMillis(1985).plus(Duration.ofNanos(number * 150_000L));
        return Flux.range(0, WAVES)
            .concatMap((wave) -> ((wave > 0) ? Mono.delay(pause) : Mono.empty()).then(call(client, true)));
    }

    private Mono<String> call(TestClient client, boolean retry) {
        return Mono.defer(() -> {
            CallContext call = client.call(this.nginx.port());
            return client.get(call, "/").doFinally((signal) -> {
                if (call.isConnectionReused()) {
                    this.reused.incrementAndGet();
                }
            }).onErrorResume((error) -> retry && client.janitor.isStale(call, error), (error) -> {
                client.janitor.distrustIdle(call.endpoint());
                return call(client, false);
            });
        });
    }

    @Test
    void learnsTheLimitFromTwoCloses() {
        List<Channel> channels = new CopyOnWriteArrayList<>();
        try (TestClient client = new TestClient(this.pool, this.properties, System::nanoTime,
                (http) -> http.doOnConnected((connection) -> channels.add(connection.channel())))) {
            String endpoint = client.call(this.nginx.port()).endpoint();
            call(client, true).block(LIMIT);
            assertThat(channels.get(0).closeFuture().awaitUninterruptibly(10_000)).isTrue();
            assertThat(client.janitor.learnedIdle(endpoint)).isNull();
            call(client, true).block(LIMIT);
            TestClient.await(() -> client.janitor.learnedIdle(endpoint) != null);
            assertThat(channels).hasSize(2);
            assertThat(client.janitor.learnedIdle(endpoint)).isBetween(Duration.ofMillis(1400), Duration.ofSeconds(2));
        }
    }

}
