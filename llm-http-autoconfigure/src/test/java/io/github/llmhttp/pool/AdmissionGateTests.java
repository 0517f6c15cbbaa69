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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmPoolException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class AdmissionGateTests {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

    private final List<String> events = new ArrayList<>();

    @AfterEach
    void disposeTime() {
        this.time.dispose();
    }

    private AdmissionGate gate(int total, int perHost, int streams, int pending) {
        return new AdmissionGate("chat", new PoolLimits(total, perHost, streams, streams, total, pending),
                Duration.ofSeconds(5), this.time, () -> 7);
    }

    private static CallContext call(String host, Lane lane) {
        return new CallContext("chat", host, "POST https://" + host + "/v1", lane, System::nanoTime);
    }

    private static CallContext call() {
        return call("a:443", Lane.CALL);
    }

    /** Enter the gate with an exchange that lasts until the returned sink says so. */
    private Sinks.Empty<String> enter(AdmissionGate gate, String name, CallContext call) {
        Sinks.Empty<String> end = Sinks.empty();
        gate.admitOne(call, (permit) -> Mono.defer(() -> {
            this.events.add(name);
            return end.asMono();
        }))
            .subscribe(null, (error) -> this.events.add(name + " " + kind(error)),
                    () -> this.events.add(name + " done"));
        return end;
    }

    private static FailureKind kind(Throwable error) {
        return ((LlmHttpException) error).failure().kind();
    }

    @Test
    @Covers(FaultRow.POOL_EXHAUSTED)
    void twentyConnectionsServeSixtyOfHundredCallsOfTwoSecondsWithinFiveSeconds() {
        AdmissionGate gate = gate(20, 20, 18, 80);
        List<Integer> served = new ArrayList<>();
        List<Failure> refused = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            gate.admitOne(call(), (permit) -> Mono.delay(Duration.ofSeconds(2), this.time))
                .subscribe((done) -> served.add(number), (error) -> refused.add(((LlmHttpException) error).failure()));
        }
        assertThat(gate.inUse()).isEqualTo(20);
        assertThat(gate.pending()).isEqualTo(80);

        this.time.advanceTimeBy(Duration.ofMillis(4999));
        assertThat(refused).isEmpty();
        this.time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(refused).hasSize(40).allSatisfy((failure) -> {
            assertThat(failure.kind()).isEqualTo(FailureKind.POOL_TIMEOUT);
            assertThat(failure.limit()).isEqualTo(Duration.ofSeconds(5));
            assertThat(failure.key()).isEqualTo("pool.max-connections");
            assertThat(failure.stage()).isEqualTo(CallStage.ACQUIRE);
            assertThat(failure.notProcessed()).isTrue();
        });
        assertThat(refused.get(0).detail()).isEqualTo("no connection became free within 5 s: "
                + "20 of 20 in use (0 by streams, limit 18), 40 waiting, 7 idle; to this host 20 of 20");

        this.time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(served).hasSize(60).isSorted();
        assertThat(gate.inUse()).isZero();
        assertThat(gate.pending()).isZero();
    }

    @Test
    void limitOfHostHoldsForTheCallAfterTheOneThatWaited() {
        AdmissionGate gate = gate(10, 1, 9, 100);
        Sinks.Empty<String> first = enter(gate, "first", call());
        Sinks.Empty<String> second = enter(gate, "second", call());
        first.tryEmitEmpty();
        assertThat(this.events).contains("second");
        Sinks.Empty<String> third = enter(gate, "third", call());
        assertThat(this.events).doesNotContain("third");
        assertThat(gate.pending()).isEqualTo(1);
        second.tryEmitEmpty();
        third.tryEmitEmpty();
        assertThat(this.events).endsWith("third", "third done");
        assertThat(gate.inUse()).isZero();
    }

    @Test
    void needsNoTimerWhenConnectionIsFree() {
        AdmissionGate gate = gate(1, 1, 1, 10);
        gate.admitOne(call(), (permit) -> Mono.never()).subscribe();
        assertThat(this.time.getScheduledTaskCount()).isZero();
        gate.admitOne(call(), (permit) -> Mono.never()).subscribe();
        assertThat(this.time.getScheduledTaskCount()).isEqualTo(1);
    }

    @Test
    @Covers(FaultRow.FAIRNESS)
    void letsCallsThroughInOrder() {
        AdmissionGate gate = gate(1, 1, 1, 10);
        Sinks.Empty<String> first = enter(gate, "1", call());
        Sinks.Empty<String> second = enter(gate, "2", call());
        enter(gate, "3", call());
        assertThat(this.events).containsExactly("1");
        first.tryEmitEmpty();
        assertThat(this.events).containsExactly("1", "1 done", "2");
        second.tryEmitEmpty();
        assertThat(this.events).containsExactly("1", "1 done", "2", "2 done", "3");
    }

    @Test
    void callKeptBackByItsHostDoesNotHoldUpOthers() {
        AdmissionGate gate = gate(3, 1, 3, 10);
        Sinks.Empty<String> first = enter(gate, "a1", call("a:443", Lane.CALL));
        enter(gate, "a2", call("a:443", Lane.CALL));
        enter(gate, "b1", call("b:443", Lane.CALL));
        assertThat(this.events).containsExactly("a1", "b1");
        first.tryEmitEmpty();
        assertThat(this.events).containsExactly("a1", "b1", "a1 done", "a2");
    }

    @Test
    @Covers(FaultRow.STREAMS_HOLD_ALL)
    void streamsLeaveConnectionsToCalls() {
        AdmissionGate gate = gate(3, 3, 2, 10);
        Sinks.Empty<String> first = enter(gate, "s1", call("a:443", Lane.STREAM));
        enter(gate, "s2", call("a:443", Lane.STREAM));
        enter(gate, "s3", call("a:443", Lane.STREAM));
        enter(gate, "c1", call("a:443", Lane.CALL));
        enter(gate, "c2", call("a:443", Lane.CALL));
        assertThat(this.events).containsExactly("s1", "s2", "c1");
        assertThat(gate.inUse(Lane.STREAM)).isEqualTo(2);
        assertThat(gate.inUse(Lane.CALL)).isEqualTo(1);
        first.tryEmitEmpty();
        assertThat(this.events).containsExactly("s1", "s2", "c1", "s1 done", "s3");
    }

    @Test
    void onePermitCanLetTwoCallsThrough() {
        AdmissionGate gate = gate(10, 2, 2, 10);
        Sinks.Empty<String> first = enter(gate, "a-stream", call("a:443", Lane.STREAM));
        enter(gate, "a-stream-2", call("a:443", Lane.STREAM));
        enter(gate, "a-call", call("a:443", Lane.CALL));
        enter(gate, "b-stream", call("b:443", Lane.STREAM));
        first.tryEmitEmpty();
        assertThat(this.events).containsExactly("a-stream", "a-stream-2", "a-stream done", "a-call", "b-stream");
    }

    @Test
    void namesTheLimitThatKeepsCallBack() {
        assertThat(keyOfTimeout(gate(2, 1, 2, 10), call("a:443", Lane.CALL)))
            .isEqualTo("pool.max-connections-per-host");
        assertThat(keyOfTimeout(gate(2, 2, 1, 10), call("a:443", Lane.STREAM))).isEqualTo("pool.max-streams");
        assertThat(keyOfTimeout(gate(1, 1, 1, 10), call("b:443", Lane.STREAM))).isEqualTo("pool.max-connections");
    }

    private String keyOfTimeout(AdmissionGate gate, CallContext call) {
        gate.admitOne(call("a:443", Lane.STREAM), (permit) -> Mono.never()).subscribe();
        AtomicReference<Throwable> error = new AtomicReference<>();
        gate.admitOne(call, (permit) -> Mono.never()).subscribe(null, error::set);
        this.time.advanceTimeBy(Duration.ofSeconds(5));
        return ((LlmHttpException) error.get()).failure().key();
    }

    @Test
    @Covers(value = FaultRow.LINE_FULL, kinds = FailureKind.POOL_FULL)
    void refusesAtOnceWhenLineIsFull() {
        AdmissionGate gate = gate(1, 1, 1, 1);
        enter(gate, "1", call());
        enter(gate, "2", call());
        List<LlmHttpException> refused = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            gate.admitOne(call(), (permit) -> Mono.never())
                .subscribe(null, (error) -> refused.add((LlmHttpException) error));
        }
        assertThat(refused).hasSize(20)
            .allSatisfy((error) -> assertThat(error).isInstanceOf(LlmPoolException.class)
                .hasMessageContaining("1 calls wait for a connection already, limit 1: 1 of 1 in use")
                .hasMessageContaining("llm.http.clients.chat.pool.max-pending-acquires"))
            .extracting((error) -> error.failure().kind())
            .containsOnly(FailureKind.POOL_FULL);
        // The first ones may have loaded classes
        assertThat(refused.get(19).failure().elapsed()).isLessThan(Duration.ofMillis(10));
        assertThat(gate.pending()).isEqualTo(1);
    }

    @Test
    @Covers(FaultRow.FAIRNESS)
    void deadWaiterIsPassedOver() {
        AdmissionGate gate = gate(1, 1, 1, 10);
        Sinks.Empty<String> first = enter(gate, "1", call());
        Disposable second = gate.admitOne(call(), (permit) -> Mono.fromRunnable(() -> this.events.add("2")))
            .subscribe();
        enter(gate, "3", call());
        second.dispose();
        assertThat(gate.pending()).isEqualTo(1);
        first.tryEmitEmpty();
        assertThat(this.events).containsExactly("1", "1 done", "3");
        this.time.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(this.events).containsExactly("1", "1 done", "3");
    }

    @Test
    void cancelEndsTheExchangeAndGivesThePermitBack() {
        AdmissionGate gate = gate(1, 1, 1, 10);
        TestPublisher<String> exchange = TestPublisher.create();
        Disposable running = gate.admit(call(), (permit) -> exchange).subscribe();
        assertThat(gate.inUse()).isEqualTo(1);
        running.dispose();
        exchange.assertCancelled();
        assertThat(gate.inUse()).isZero();
        assertThat(gate.pending()).isZero();
    }

    @Test
    void failedExchangeGivesThePermitBack() {
        AdmissionGate gate = gate(1, 1, 1, 10);
        StepVerifier.create(gate.admitOne(call(), (permit) -> Mono.error(new IllegalStateException("broken"))))
            .expectErrorMessage("broken")
            .verify(SOON);
        StepVerifier.create(gate.admitOne(call(), (permit) -> {
            throw new IllegalStateException("not even made");
        })).expectErrorMessage("not even made").verify(SOON);
        assertThat(gate.inUse()).isZero();
    }

    @Test
    void permitIsFreeWhenTheSubscriberHearsTheEnd() {
        AdmissionGate gate = gate(1, 1, 1, 10);
        List<Integer> inUse = new ArrayList<>();
        gate.admitOne(call(), (permit) -> Mono.empty()).subscribe(null, null, () -> inUse.add(gate.inUse()));
        assertThat(inUse).containsExactly(0);
    }

    @Test
    void keptPermitGoesBackWithItsLastHandle() {
        AdmissionGate gate = gate(1, 1, 1, 10);
        AtomicReference<Permit> permit = new AtomicReference<>();
        AtomicReference<Disposable> kept = new AtomicReference<>();
        gate.admit(call(), (given) -> {
            permit.set(given);
            kept.set(given.keep());
            return Flux.just("a");
        }).subscribe();
        enter(gate, "2", call());
        assertThat(gate.inUse()).isEqualTo(1);
        assertThat(this.events).isEmpty();
        kept.get().dispose();
        assertThat(this.events).containsExactly("2");
        kept.get().dispose();
        permit.get().keep().dispose();
        assertThat(gate.inUse()).isEqualTo(1);
    }

    @Test
    void demandReachesTheExchange() {
        AdmissionGate gate = gate(1, 1, 1, 10);
        Sinks.Empty<String> first = enter(gate, "1", call());
        AtomicInteger sent = new AtomicInteger();
        BaseSubscriber<Integer> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // Nothing is asked for yet
            }
        };
        gate.admit(call(), (permit) -> Flux.range(1, 10).doOnNext((item) -> sent.incrementAndGet()))
            .subscribe(subscriber);
        subscriber.request(2);
        assertThat(sent).hasValue(0);
        first.tryEmitEmpty();
        assertThat(sent).hasValue(2);
        subscriber.request(3);
        assertThat(sent).hasValue(5);
        subscriber.cancel();
        assertThat(gate.inUse()).isZero();
    }

    @Test
    void subscriberWithoutDemandHoldsItsPermitUntilItCancels() {
        AdmissionGate gate = gate(1, 1, 1, 10);
        StepVerifier.create(gate.admit(call(), (permit) -> Flux.just("a")), 0)
            .expectSubscription()
            .then(() -> assertThat(gate.inUse()).isEqualTo(1))
            .thenCancel()
            .verify(SOON);
        assertThat(gate.inUse()).isZero();
    }

    @Test
    void tenThousandWaitersDoNotNest() {
        AdmissionGate gate = gate(1, 1, 1, 10_000);
        Sinks.Empty<String> first = enter(gate, "first", call());
        AtomicInteger served = new AtomicInteger();
        for (int i = 0; i < 10_000; i++) {
            gate.admitOne(call(), (permit) -> Mono.just("done")).subscribe((done) -> served.incrementAndGet());
        }
        first.tryEmitEmpty();
        assertThat(served).hasValue(10_000);
        assertThat(gate.inUse()).isZero();
    }

    @Test
    void runsNoExchangeUnderItsLock() {
        AdmissionGate gate = gate(1, 1, 1, 10);
        Sinks.Empty<String> first = enter(gate, "1", call());
        gate.admitOne(call(), (permit) -> Mono.fromCallable(gate::inUse).subscribeOn(this.time)).subscribe();
        gate.admitOne(call(), (permit) -> Mono.fromCallable(() -> inOtherThread(gate::inUse)))
            .subscribe((inUse) -> this.events.add("in use " + inUse));
        first.tryEmitEmpty();
        this.time.advanceTime();
        assertThat(this.events).contains("in use 1");
    }

    private static int inOtherThread(Callable<Integer> question) throws Exception {
        FutureTask<Integer> task = new FutureTask<>(question);
        new Thread(task).start();
        return task.get(5, TimeUnit.SECONDS);
    }

    @Test
    void closingRefusesWhoWaitsAndWhoComes() {
        AdmissionGate gate = gate(1, 1, 1, 10);
        Sinks.Empty<String> first = enter(gate, "1", call());
        enter(gate, "2", call());
        gate.close();
        enter(gate, "3", call());
        assertThat(this.events).containsExactly("1", "2 SHUTDOWN", "3 SHUTDOWN");
        assertThat(gate.pending()).isZero();
        StepVerifier.create(gate.idle())
            .expectSubscription()
            .then(() -> assertThat(gate.inUse()).isEqualTo(1))
            .then(first::tryEmitEmpty)
            .expectComplete()
            .verify(SOON);
        StepVerifier.create(gate.idle()).expectComplete().verify(SOON);
    }

    @Test
    void schedulerThatIsClosedMeansShutdown() {
        AdmissionGate gate = gate(1, 1, 1, 10);
        enter(gate, "1", call());
        this.time.dispose();
        enter(gate, "2", call());
        assertThat(this.events).containsExactly("1", "2 SHUTDOWN");
        assertThat(gate.pending()).isZero();
    }

}
