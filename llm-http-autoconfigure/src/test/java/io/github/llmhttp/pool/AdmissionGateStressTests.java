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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that subscribe, cancel, run into the acquire timeout and end exchanges at the
 * same time.
 */
class AdmissionGateStressTests {

    private static final int CALLS = 20_000;

    private static final int THREADS = 4;

    private final AtomicInteger running = new AtomicInteger();

    private final AtomicBoolean overrun = new AtomicBoolean();

    private final Map<FailureKind, Integer> failures = new ConcurrentHashMap<>();

    private final AtomicInteger cancelledInLine = new AtomicInteger();

    @Test
    @Covers(FaultRow.FAIRNESS)
    void twentyThousandRandomEndsLeaveNothingBehind() throws Exception {
        Scheduler scheduler = Schedulers.newParallel("gate", THREADS);
        AdmissionGate gate = new AdmissionGate("chat", new PoolLimits(8, 5, 6, 3, 8, 500), Duration.ofMillis(2),
                scheduler);
        ConcurrentLinkedQueue<Disposable> open = new ConcurrentLinkedQueue<>();
        CountDownLatch ended = new CountDownLatch(CALLS);
        List<Thread> threads = IntStream.range(0, THREADS)
            .mapToObj((seed) -> new Thread(() -> load(gate, scheduler, new Random(seed), open, ended)))
            .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        gate.idle().block(Duration.ofSeconds(5));
        assertThat(gate.inUse()).isZero();
        assertThat(gate.inUse(Lane.STREAM)).isZero();
        assertThat(gate.pending()).isZero();
        assertThat(this.running).hasValue(0);
        assertThat(this.overrun).isFalse();
        assertThat(this.failures).containsOnlyKeys(FailureKind.POOL_TIMEOUT, FailureKind.POOL_FULL);
        assertThat(this.cancelledInLine).hasPositiveValue();
        scheduler.dispose();
    }

    private void load(AdmissionGate gate, Scheduler scheduler, Random random, ConcurrentLinkedQueue<Disposable> open,
            CountDownLatch ended) {
        for (int i = 0; i < CALLS / THREADS; i++) {
            CallContext call = new CallContext("chat", "host-" + random.nextInt(3), "POST /",
                    random.nextBoolean() ? Lane.STREAM : Lane.CALL, System::nanoTime);
            int micros = random.nextInt(400);
            boolean keep = random.nextInt(4) == 0;
            AtomicBoolean admitted = new AtomicBoolean();
            open.add(gate.admitOne(call, (permit) -> {
                admitted.set(true);
                return exchange(scheduler, micros, keep ? permit.keep() : null);
            }).doOnCancel(() -> {
                if (!admitted.get()) {
                    this.cancelledInLine.incrementAndGet();
                }
            })
                .doFinally((signal) -> ended.countDown())
                .subscribe(null, (error) -> this.failures.merge(((LlmHttpException) error).kind(), 1, Integer::sum)));
            if (random.nextInt(3) == 0) {
                Disposable victim = open.poll();
                if (victim != null) {
                    victim.dispose();
                }
            }
        }
    }

    private Mono<Long> exchange(Scheduler scheduler, int micros, @Nullable Disposable kept) {
        if (this.running.incrementAndGet() > 8) {
            this.overrun.set(true);
        }
        // A cancellation may race with the end
        AtomicBoolean ended = new AtomicBoolean();
        Runnable end = () -> {
            if (ended.compareAndSet(false, true)) {
                end(scheduler, kept);
            }
        };
        return ((micros < 40) ? Mono.just(0L) : Mono.delay(Duration.ofNanos(micros * 1000L), scheduler))
            .doOnTerminate(end)
            .doOnCancel(end);
    }

    private void end(Scheduler scheduler, @Nullable Disposable kept) {
        this.running.decrementAndGet();
        if (kept != null) {
            scheduler.schedule(kept::dispose);
        }
    }

}
