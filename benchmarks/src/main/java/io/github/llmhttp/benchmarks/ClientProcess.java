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

package io.github.llmhttp.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One client under one workload. Prints what it measures, a line each:
 * {@code metric value}.
 */
final class ClientProcess {

    private final LoadClient client;

    private final Workload workload;

    private final Effort effort;

    private final LongAdder units = new LongAdder();

    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private ClientProcess(LoadClient client, Workload workload, Effort effort) {
        this.client = client;
        this.workload = workload;
        this.effort = effort;
    }

    /**
     * Run one.
     * @param args contestant, workload, address of the server, effort
     */
    public static void main(String[] args) throws InterruptedException {
        Workload workload = Workload.of(args[1]);
        try (LoadClient client = Contestant.valueOf(args[0]).open(args[2])) {
            ClientProcess process = new ClientProcess(client, workload, Effort.valueOf(args[3]));
            process.run();
        }
        // Some clients leave threads that would keep the process
        System.exit(0);
    }

    private void run() throws InterruptedException {
        switch (this.workload) {
            case W1, W2A, W2B -> asFastAsPossible();
            case W3A, W3B -> paced();
            case W3IDLE -> idle();
        }
        Throwable error = this.failure.get();
        if (error != null) {
            print("failed", 1);
            Benchmarks.print("# " + error);
        }
    }

    private void asFastAsPossible() throws InterruptedException {
        Sample begin = Sample.take(0);
        Disposable load = Flux.range(0, this.workload.inFlight())
            .flatMap((number) -> Mono.defer(this::once).repeat().then(), this.workload.inFlight())
            .subscribe((done) -> {
            }, this.failure::set);
        TimeUnit.MILLISECONDS.sleep(this.effort.cold().toMillis());
        Sample cold = Sample.take(this.units.sum());
        print("cold-cpu-micros", cold.cpuMicrosPerUnit(begin));
        long warm = begin.cpuNanos() + this.effort.warmCpu().toNanos();
        while (this.failure.get() == null && Sample.take(0).cpuNanos() < warm) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        Sample before = Sample.take(this.units.sum());
        TimeUnit.MILLISECONDS.sleep(this.effort.measure().toMillis());
        Sample after = Sample.take(this.units.sum());
        print("cpu-micros", after.cpuMicrosPerUnit(before));
        print("bytes", after.bytesPerUnit(before));
        print("per-second", (after.units() - before.units()) / after.seconds(before));
        print("threads", ManagementFactory.getThreadMXBean().getThreadCount());
        load.dispose();
    }

    private Mono<Void> once() {
        if (this.workload == Workload.W1) {
            return this.client.chat(this.workload.model()).doOnNext((length) -> this.units.increment()).then();
        }
        AtomicInteger tokens = new AtomicInteger();
        return this.client.stream(this.workload.model(), tokens::addAndGet).doOnSuccess((done) -> {
            if (tokens.get() != Replies.TOKENS) {
                throw new IllegalStateException("%d tokens instead of %d".formatted(tokens.get(), Replies.TOKENS));
            }
            this.units.add(tokens.get());
        });
    }

    private void paced() throws InterruptedException {
        int streams = this.workload.inFlight();
        Lateness lateness = new Lateness(streams, this.workload.pace());
        Disposable load = open(streams, lateness);
        TimeUnit.MILLISECONDS.sleep(this.effort.settle().toMillis());
        lateness.measure(true);
        Sample before = Sample.take(this.units.sum());
        TimeUnit.MILLISECONDS.sleep(this.effort.measure().toMillis());
        Sample after = Sample.take(this.units.sum());
        lateness.measure(false);
        double expected = streams * after.seconds(before) / (this.workload.pace().toNanos() / 1e9);
        print("percent-of-a-core", after.percentOfACore(before));
        print("cpu-micros", after.cpuMicrosPerUnit(before));
        print("bytes", after.bytesPerUnit(before));
        print("delivered-percent", 100 * (after.units() - before.units()) / expected);
        print("late-p99-millis", lateness.p99Millis());
        print("threads", ManagementFactory.getThreadMXBean().getThreadCount());
        print("rss-mb", Sample.residentBytes() / 1e6);
        load.dispose();
    }

    private Disposable open(int streams, Lateness lateness) {
        // A few at a time, so that no backlog of the server overflows
        return Flux.range(0, streams)
            .delayElements(Duration.ofNanos(this.effort.ramp().toNanos() / streams))
            .flatMap((stream) -> this.client.stream(this.workload.model(), (tokens) -> {
                this.units.add(tokens);
                lateness.arrived(stream, tokens);
            }), streams)
            .subscribe((done) -> {
            }, this.failure::set);
    }

    private void idle() throws InterruptedException {
        // What is loaded for the first stream is no stream's
        Disposable first = this.client.stream(this.workload.model(), (tokens) -> {
        }).subscribe((done) -> {
        }, this.failure::set);
        TimeUnit.SECONDS.sleep(2);
        long heap = Sample.liveHeap();
        long resident = Sample.residentBytes();
        int streams = this.workload.inFlight();
        Disposable load = open(streams, new Lateness(streams, this.workload.pace()));
        TimeUnit.MILLISECONDS.sleep(this.effort.settle().toMillis());
        print("heap-kib", (Sample.liveHeap() - heap) / 1024.0 / streams);
        print("rss-kib", (Sample.residentBytes() - resident) / 1024.0 / streams);
        Sample before = Sample.take(0);
        TimeUnit.MILLISECONDS.sleep(this.effort.measure().toMillis());
        print("percent-of-a-core", Sample.take(0).percentOfACore(before));
        print("threads", ManagementFactory.getThreadMXBean().getThreadCount());
        print("rss-mb", Sample.residentBytes() / 1e6);
        load.dispose();
        first.dispose();
    }

    private static void print(String metric, double value) {
        Benchmarks.print("%s %s".formatted(metric, String.format(Locale.ROOT, "%.3f", value)));
    }

    /**
     * How much later than its pace a token comes. The server keeps its pace, so that the
     * token of a stream that came soonest shows when all of them were due.
     */
    private static final class Lateness {

        private final long pace;

        private final long[] first;

        private final int[] counts;

        private final int[][] late;

        private volatile boolean measuring;

        Lateness(int streams, Duration pace) {
            this.pace = pace.toNanos();
            this.first = new long[streams];
            this.counts = new int[streams];
            this.late = new int[streams][1000];
        }

        void measure(boolean measuring) {
            this.measuring = measuring;
        }

        void arrived(int stream, int tokens) {
            if (!this.measuring) {
                return;
            }
            long now = System.nanoTime();
            int count = this.counts[stream];
            if (count == 0) {
                this.first[stream] = now;
            }
            if (count < this.late[stream].length) {
                this.late[stream][count] = (int) ((now - this.first[stream] - count * this.pace) / 1000);
                this.counts[stream] = count + tokens;
            }
        }

        double p99Millis() {
            int[] all = new int[Arrays.stream(this.counts).sum()];
            int size = 0;
            for (int stream = 0; stream < this.counts.length; stream++) {
                int count = Math.min(this.counts[stream], this.late[stream].length);
                int soonest = Arrays.stream(this.late[stream], 0, count).min().orElse(0);
                for (int i = 0; i < count && size < all.length; i++) {
                    all[size++] = this.late[stream][i] - soonest;
                }
            }
            Arrays.sort(all, 0, size);
            return (size == 0) ? 0 : all[(int) Math.ceil(0.99 * size) - 1] / 1000.0;
        }

    }

    /**
     * How long it takes.
     */
    enum Effort {

        /** For a first look. */
        QUICK(3, 8, 3, 4),

        /** For the results that are published. */
        FULL(10, 45, 10, 15);

        private final Duration cold;

        private final Duration warmCpu;

        private final Duration measure;

        private final Duration ramp;

        Effort(int cold, int warmCpu, int measure, int ramp) {
            this.cold = Duration.ofSeconds(cold);
            this.warmCpu = Duration.ofSeconds(warmCpu);
            this.measure = Duration.ofSeconds(measure);
            this.ramp = Duration.ofSeconds(ramp);
        }

        Duration cold() {
            return this.cold;
        }

        Duration warmCpu() {
            return this.warmCpu;
        }

        Duration measure() {
            return this.measure;
        }

        /** Time in which all streams are opened. */
        Duration ramp() {
            return this.ramp;
        }

        /** Time until a load that is paced is steady. */
        Duration settle() {
            return this.ramp.multipliedBy(2);
        }

    }

}
