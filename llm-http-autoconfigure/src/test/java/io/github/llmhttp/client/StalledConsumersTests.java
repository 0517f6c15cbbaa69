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

package io.github.llmhttp.client;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.ChannelOption;
import io.netty.util.ResourceLeakDetector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Subscribers that want nothing for a while, of a server that would never stop: memory
 * stays flat, the server's silence is not blamed, and no token is lost.
 */
class StalledConsumersTests {

    private static final Log logger = LogFactory.getLog(StalledConsumersTests.class);

    private static final Duration LONG = Duration.ofSeconds(60);

    /**
     * For so long nothing is written, until all buffers on the way are known to be full.
     */
    private static final Duration STILL = Duration.ofMillis(1500);

    private static final long MEGABYTE = 1024 * 1024;

    private final AtomicLong written = new AtomicLong();

    private final DisposableServer server = HttpServer.create()
        .port(0)
        .childOption(ChannelOption.SO_SNDBUF, 64 * 1024)
        .handle((request, response) -> response.header("Content-Type", "text/event-stream").sendString(endless()))
        .bindNow();

    private final TestClients clients = new TestClients();

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    @AfterEach
    void close() {
        ResourceLeakDetector.setLevel(this.level);
        this.clients.close();
        this.server.disposeNow();
    }

    private Flux<String> endless() {
        return Flux.generate(() -> 0, (number, sink) -> {
            this.written.incrementAndGet();
            sink.next("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%d\"}}]}\n\n".formatted(number));
            return number + 1;
        });
    }

    @Test
    @Covers(FaultRow.SLOW_CONSUMER)
    void stalledStreamHoldsLessThanTwoMegabytes() {
        assertThat(stalled(1)).isLessThan(2 * MEGABYTE);
    }

    @Test
    @Covers(FaultRow.SLOW_CONSUMER)
    void twoHundredStalledStreamsHoldLessThanAMegabyteEach() {
        assertThat(stalled(200)).isLessThan(200 * MEGABYTE);
    }

    /**
     * What streams hold, the server's side of them included.
     */
    private long stalled(int streams) {
        // The records of the detector would be counted too
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        LlmWebClient client = this.clients.open("http://127.0.0.1:" + this.server.port(), (settings) -> {
            settings.setProvider("vllm");
            settings.getPool().setMaxConnections(10 + streams * 2);
            settings.getTimeout().setTokenGap(Duration.ofSeconds(1));
        });
        // Classes, event loops and caches of buffers
        take(client, 5, 100);
        long before = memory();
        List<Consumer> stalled = Stream.generate(Consumer::new).limit(streams).toList();
        stalled.forEach((consumer) -> client.stream("Hi").subscribe(consumer));
        Awaitility.await().atMost(LONG).until(() -> stalled.stream().allMatch((consumer) -> consumer.received() >= 1));
        Awaitility.await().atMost(LONG).during(STILL).until(this.written::get, new Unchanged()::test);
        long held = memory() - before;
        logger.info("%d stalled streams hold %d KiB".formatted(streams, held / 1024));
        assertThat(stalled).allSatisfy((consumer) -> {
            assertThat(consumer.error).isNull();
            assertThat(consumer.items).hasSize(1);
        });
        // They go on where they stood
        stalled.forEach((consumer) -> consumer.request(200));
        List<String> expected = IntStream.rangeClosed(0, 200).mapToObj(Integer::toString).toList();
        Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(stalled).allSatisfy((consumer) -> {
            assertThat(consumer.error).isNull();
            assertThat(consumer.received()).isEqualTo(expected.size());
        }));
        assertThat(stalled).extracting((consumer) -> consumer.items).containsOnly(expected);
        stalled.forEach(BaseSubscriber::cancel);
        Awaitility.await().atMost(LONG).until(() -> client.poolStats().acquired() == 0);
        return held;
    }

    private static void take(LlmWebClient client, int streams, int tokens) {
        Flux.range(0, streams).flatMap((stream) -> client.stream("Hi").take(tokens)).blockLast(LONG);
    }

    /** The least of a few measurements, on the heap and beside it. */
    private static long memory() {
        return Stream.generate(() -> {
            System.gc();
            long direct = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + direct;
        }).limit(5).mapToLong(Long::longValue).min().orElseThrow();
    }

    /** Whether a number is the one that it was when it was looked at before. */
    private static final class Unchanged {

        private long last = -1;

        boolean test(long number) {
            boolean unchanged = number == this.last;
            this.last = number;
            return unchanged;
        }

    }

    /** Wants one token, and no more until it is told. */
    private static final class Consumer extends BaseSubscriber<String> {

        private final List<String> items = new ArrayList<>();

        private volatile int received;

        private volatile @Nullable Throwable error;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(1);
        }

        @Override
        protected void hookOnNext(String item) {
            this.items.add(item);
            this.received = this.items.size();
        }

        @Override
        protected void hookOnError(Throwable error) {
            this.error = error;
        }

        int received() {
            return this.received;
        }

    }

}
