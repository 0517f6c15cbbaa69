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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallOperation;
import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.CallReport;
import io.github.llmhttp.CallStage;
import io.github.llmhttp.PoolStats;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.monitoring.ClientMeters;
import io.github.llmhttp.monitoring.MonitoredClient;
import io.github.llmhttp.monitoring.MonitoringProperties;
import io.github.llmhttp.websocket.WebSocketNumbers;
import io.github.llmhttp.pool.AdmissionGate;
import io.github.llmhttp.pool.PoolLimits;
import io.github.llmhttp.pool.PoolProperties;
import io.github.llmhttp.timeout.AttemptClock;
import io.github.llmhttp.timeout.AttemptLimits;
import io.github.llmhttp.timeout.TimeoutProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What surrounds a call, without a network: the gate, the clock of an attempt, what the
 * clock does for a network read, and the meters of a call that has ended.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CallBenchmarks {

    private final Scheduler scheduler = Schedulers.newSingle("clock", true);

    private final CallTime time = CallTime.real(this.scheduler);

    private final AttemptLimits limits = AttemptLimits.of(new TimeoutProperties(), Lane.STREAM, null);

    private final Set<AttemptClock> running = ConcurrentHashMap.newKeySet();

    private final AdmissionGate gate = new AdmissionGate("bench", PoolLimits.of(new PoolProperties()),
            Duration.ofSeconds(5), this.scheduler);

    private final AttemptClock reads = new AttemptClock(call(), this.limits, this.time, this.running);

    private final ClientMeters meters = new ClientMeters(new SimpleMeterRegistry());

    private final AttemptReport attempt = new AttemptReport("bench", "openai", "localhost:1", CallOperation.STREAM, "m",
            1, 3, CallOutcome.SUCCESS, null, null, 200, "req_1", true,
            Map.of(CallStage.HEADERS, Duration.ofMillis(300), CallStage.BODY, Duration.ofSeconds(5)),
            Duration.ofMillis(400), Duration.ofMillis(50), Duration.ofSeconds(6), 512, 512, 2000, 170_000, null);

    private final CallReport report = new CallReport("bench", "openai", CallOperation.STREAM, "m", CallOutcome.SUCCESS,
            null, List.of(this.attempt), 0, Duration.ofMillis(400), Duration.ofSeconds(6), 512);

    public CallBenchmarks() {
        PoolStats pool = new PoolStats("bench", 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, Map.of());
        this.meters.open(
                new MonitoredClient("bench", "openai", List.of("localhost:1"), Set.of("m"), new MonitoringProperties(),
                        () -> pool, List::of, () -> new WebSocketNumbers(0, 0, 0, 0, 0), () -> Duration.ZERO));
    }

    private CallContext call() {
        return new CallContext("bench", "localhost:1", "POST http://localhost:1/v1", Lane.STREAM, this.time.nanos());
    }

    @TearDown
    public void stop() {
        this.scheduler.dispose();
    }

    /** A permit taken and given back. */
    @Benchmark
    public @Nullable Object gate() {
        return this.gate.admit(call(), (permit) -> Flux.just(1)).blockLast();
    }

    /** An attempt guarded by a clock. */
    @Benchmark
    public @Nullable Object clock() {
        return new AttemptClock(call(), this.limits, this.time, this.running).guard(Flux.just(1)).blockLast();
    }

    /** What the clock does for a network read with content. */
    @Benchmark
    public void read() {
        this.reads.deliveryBegins();
        this.reads.contentArrives();
        this.reads.deliveryEnds(true);
    }

    /** All meters of a call with one attempt. */
    @Benchmark
    public void meters() {
        this.meters.attemptEnded(this.attempt);
        this.meters.callEnded(this.report);
    }

}
