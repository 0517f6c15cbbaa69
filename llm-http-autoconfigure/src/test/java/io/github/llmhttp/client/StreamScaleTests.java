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

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import com.sun.management.ThreadMXBean;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.pool.AdmissionGate;
import io.github.llmhttp.pool.PoolLimits;
import io.github.llmhttp.pool.PoolProperties;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Reply;
import io.netty.util.ResourceLeakDetector;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.core.io.buffer.DataBuffer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What must not grow: with the tokens of a stream, the size of what is sent or comes, the
 * slowness of who reads, the number of those who wait.
 */
class StreamScaleTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private static final StackWalker STACK = StackWalker.getInstance();

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        ResourceLeakDetector.setLevel(this.level);
        this.clients.close();
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "anthropic", "ollama", "openai-responses" })
    void eachTokenIsDeliveredWithinTheNetworkReadThatBroughtIt(String provider) {
        try (MockLlmServer server = MockLlmServer.start()) {
            String[] tokens = IntStream.range(0, 2000).mapToObj((i) -> " t" + i).toArray(String[]::new);
            server.otherwise(Reply.text(tokens));
            LlmWebClient client = this.clients.open(server.url(), (settings) -> settings.setProvider(provider));
            Set<String> threads = ConcurrentHashMap.newKeySet();
            AtomicInteger elsewhere = new AtomicInteger();
            StepVerifier.create(client.stream("Hi").doOnNext((token) -> {
                threads.add(Thread.currentThread().getName());
                if (!STACK.walk((frames) -> frames.anyMatch((frame) -> frame.getMethodName().equals("channelRead")))) {
                    elsewhere.incrementAndGet();
                }
            })).expectNextCount(2000).expectComplete().verify(LONG);
            assertThat(threads).as("threads").singleElement().asString().startsWith("test-http");
            assertThat(elsewhere).as("tokens that came by a task of their own").hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 8192, 256 })
    void largeEventCostsTimeAndMemoryInProportionToItsSize(int slice) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        readEvent(1 << 20, slice);
        Cost small = best(() -> readEvent(1 << 19, slice));
        Cost large = best(() -> readEvent(1 << 21, slice));
        assertThat(large.bytes()).as("bytes allocated for four times as much").isLessThan(6 * small.bytes());
        assertThat(large.bytes()).as("bytes allocated").isLessThan(16L << 21);
        // Were each slice to look at all before it, it would be sixteen times as much
        assertThat(large.nanos()).as("CPU time for four times as much").isLessThan(10 * small.nanos());
    }

    private static Cost readEvent(int size, int slice) {
        ReaderFixture fixture = new ReaderFixture(CallTime.of(VirtualTimeScheduler.create()));
        String text = "wörld \\\" \\n and on ".repeat(size / 20);
        byte[] bytes = (ReaderFixture.token(text) + ReaderFixture.DONE).getBytes(StandardCharsets.UTF_8);
        Flux<DataBuffer> slices = Flux.range(0, (bytes.length + slice - 1) / slice).map((number) -> {
            DataBuffer buffer = ReaderFixture.BUFFERS.allocateBuffer(slice);
            int from = number * slice;
            return buffer.write(bytes, from, Math.min(slice, bytes.length - from));
        });
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        AtomicInteger length = new AtomicInteger();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long cpu = threads.getCurrentThreadCpuTime();
        fixture.text(slices).subscribe((token) -> length.addAndGet(token.length()));
        Cost cost = new Cost(threads.getCurrentThreadCpuTime() - cpu,
                threads.getCurrentThreadAllocatedBytes() - allocated);
        assertThat(length.get()).isEqualTo(text.length() - text.length() / "wörld \\\" \\n and on ".length() * 2);
        return cost;
    }

    private static Cost best(Supplier<Cost> work) {
        Cost best = work.get();
        for (int i = 0; i < 4; i++) {
            Cost next = work.get();
            best = new Cost(Math.min(best.nanos(), next.nanos()), Math.min(best.bytes(), next.bytes()));
        }
        return best;
    }

    @Test
    void largePromptCostsMemoryInProportionToItsSize() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        try (MockLlmServer server = MockLlmServer.start()) {
            server.otherwise(Reply.text("ok"));
            LlmWebClient client = this.clients.open(server.url(), (settings) -> settings.setProvider("openai"));
            long none = allocatedBy(client, 0);
            long some = allocatedBy(client, 200_000) - none;
            long more = allocatedBy(client, 800_000) - none;
            assertThat(more).as("bytes allocated for four times as much").isLessThan(6 * some);
            assertThat(server.calls().get(server.calls().size() - 1).body().length()).isGreaterThan(800_000);
        }
    }

    /** The mock server's share is in it, too. */
    private static long allocatedBy(LlmWebClient client, int promptSize) {
        String prompt = "a prompt ".repeat(promptSize / 9 + 1);
        return LongStream.generate(() -> {
            long before = allocatedByAllThreads();
            StepVerifier.create(client.chat(ChatRequest.of(prompt))).expectNextCount(1).expectComplete().verify(LONG);
            return allocatedByAllThreads() - before;
        }).limit(3).min().orElseThrow();
    }

    private static long allocatedByAllThreads() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return LongStream.of(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
            .filter((bytes) -> bytes > 0)
            .sum();
    }

    @Test
    void whoDoesNotReadHoldsUpTheServerBeforeMuchIsKept() throws IOException {
        try (EndlessServer server = new EndlessServer()) {
            LlmWebClient client = this.clients.open("http://127.0.0.1:" + server.port(),
                    (settings) -> settings.setProvider("openai"));
            StepVerifier.create(client.stream("Hi"), 1).expectNextCount(1).then(() -> {
                server.awaitStill();
                // Both sockets' buffers included
                assertThat(server.written()).as("bytes that the server got rid of").isLessThan(2_000_000);
            }).thenRequest(50_000).expectNextCount(50_000).thenCancel().verify(LONG);
        }
    }

    @Test
    void thousandsThatWaitForAPlaceAreNotLookedAfter() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        PoolProperties properties = new PoolProperties();
        properties.setMaxConnections(1);
        properties.setMaxPendingAcquires(5000);
        AdmissionGate gate = new AdmissionGate("test", PoolLimits.of(properties), Duration.ofMinutes(1), time);
        Disposable.Composite all = Disposables.composite();
        for (int i = 0; i < 5001; i++) {
            CallContext call = new CallContext("test", "localhost:1", "POST http://localhost:1/v1", Lane.CALL,
                    System::nanoTime);
            all.add(gate.admit(call, (permit) -> Flux.never()).subscribe());
        }
        assertThat(gate.pending()).isEqualTo(5000);
        long scheduled = time.getScheduledTaskCount();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        time.advanceTimeBy(Duration.ofSeconds(59));
        assertThat(time.getScheduledTaskCount()).as("timers").isEqualTo(scheduled).isLessThanOrEqualTo(5001);
        assertThat(threads.getCurrentThreadAllocatedBytes() - allocated).as("bytes allocated").isLessThan(100_000);
        all.dispose();
        assertThat(gate.pending()).isZero();
        time.dispose();
    }

    /**
     * What something took.
     *
     * @param nanos CPU time
     * @param bytes bytes allocated
     */
    private record Cost(long nanos, long bytes) {
    }

    /**
     * Writes events as fast as they are taken, until the client has gone.
     */
    private static final class EndlessServer implements AutoCloseable {

        private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

        private final AtomicLong written = new AtomicLong();

        private final Thread thread = new Thread(this::serve, "endless-server");

        EndlessServer() throws IOException {
            this.thread.start();
        }

        int port() {
            return this.socket.getLocalPort();
        }

        long written() {
            return this.written.get();
        }

        void awaitStill() {
            AtomicLong seen = new AtomicLong(-1);
            Awaitility.await()
                .pollInterval(Duration.ofMillis(300))
                .atMost(LONG)
                .until(() -> seen.getAndSet(this.written.get()) == this.written.get());
        }

        private void serve() {
            byte[] event = ReaderFixture.token(" token").getBytes(StandardCharsets.UTF_8);
            try (Socket client = this.socket.accept()) {
                client.setSendBufferSize(64 * 1024);
                client.getInputStream().read(new byte[4096]);
                OutputStream output = client.getOutputStream();
                output.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
                while (true) {
                    output.write(event);
                    this.written.addAndGet(event.length);
                }
            }
            catch (IOException ex) {
                // The client has gone, or the test is over
                return;
            }
        }

        @Override
        public void close() {
            try {
                this.socket.close();
                this.thread.join(LONG.toMillis());
            }
            catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
            catch (InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        }

    }

}
