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

package io.github.llmhttp.timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmConnectionException;
import io.github.llmhttp.LlmTimeoutException;
import io.github.llmhttp.LlmUnavailableException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.call.Lane;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class AttemptClockTests {

    private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();

    private final CallTime time = CallTime.of(this.scheduler);

    private final Set<AttemptClock> running = ConcurrentHashMap.newKeySet();

    private final TimeoutProperties timeouts = withoutLimitsOfContent();

    private final CallContext call = new CallContext("test", "localhost:1", "POST http://localhost:1/v1", Lane.STREAM,
            this.time.nanos());

    private final AtomicInteger cancelled = new AtomicInteger();

    private static TimeoutProperties withoutLimitsOfContent() {
        TimeoutProperties timeouts = new TimeoutProperties();
        timeouts.setFirstToken(Duration.ofHours(10));
        timeouts.setTokenGap(Duration.ofHours(10));
        return timeouts;
    }

    @AfterEach
    void dispose() {
        this.scheduler.dispose();
    }

    private AttemptClock clock() {
        return new AttemptClock(this.call, AttemptLimits.of(this.timeouts, Lane.STREAM, null), this.time, this.running);
    }

    private Flux<String> never() {
        return Flux.<String>never().doOnCancel(this.cancelled::incrementAndGet);
    }

    private void expectFailure(AttemptClock clock, Duration limit, FailureKind kind, String key) {
        StepVerifier.create(clock.guard(never())).then(() -> {
            this.scheduler.advanceTimeBy(limit.minusMillis(1));
            assertThat(this.cancelled).hasValue(0);
            this.scheduler.advanceTimeBy(Duration.ofMillis(1));
        }).expectErrorSatisfies((error) -> {
            assertThat(error).isInstanceOfAny(LlmTimeoutException.class, LlmConnectionException.class);
            assertThat(error).hasMessageContaining(kind.name()).hasMessageContaining("llm.http.clients.test." + key);
        }).verify(Duration.ofSeconds(5));
        assertThat(this.cancelled).hasValue(1);
        assertThat(this.running).isEmpty();
    }

    @Test
    void attemptEndsAtItsLimit() {
        expectFailure(clock(), Duration.ofMinutes(15), FailureKind.CALL_TIMEOUT, "timeout.stream");
    }

    @Test
    void wholeCallEndsAtItsLimitAndNotLater() {
        CallContext limited = new CallContext("test", "localhost:1", "POST http://localhost:1/v1", Lane.STREAM,
                this.time.nanos(), Duration.ofSeconds(20).toNanos(), "timeout.total");
        this.scheduler.advanceTimeBy(Duration.ofSeconds(5));
        AttemptClock clock = new AttemptClock(limited, AttemptLimits.of(this.timeouts, Lane.STREAM, null), this.time,
                this.running);
        expectFailure(clock, Duration.ofSeconds(15), FailureKind.DEADLINE, "timeout.total");
    }

    @Test
    void limitBeyondWhatNanosecondsCanCountIsNone() {
        Duration longest = Duration.ofNanos(Long.MAX_VALUE);
        assertThat(AttemptLimits.nanos(longest.minusNanos(1))).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(AttemptLimits.nanos(longest.plusNanos(1))).isEqualTo(AttemptLimits.NONE);
        ChatRequest request = ChatRequest.of("Hi").mutate().attemptTimeout(Duration.ofSeconds(Long.MAX_VALUE)).build();
        assertThat(AttemptLimits.of(this.timeouts, Lane.CALL, request).attempt().nanos()).isEqualTo(AttemptLimits.NONE);
    }

    @Test
    void requestIsWrittenWithinItsLimit() {
        this.call.enter(CallStage.WRITE);
        expectFailure(clock(), Duration.ofSeconds(30), FailureKind.WRITE, "timeout.write");
    }

    @Test
    void headersAreAwaitedFromTheMomentTheRequestIsWritten() {
        this.timeouts.setHeaders(Duration.ofSeconds(7));
        AttemptClock clock = clock();
        StepVerifier.create(clock.guard(never())).then(() -> {
            this.scheduler.advanceTimeBy(Duration.ofSeconds(4));
            this.call.enter(CallStage.HEADERS);
            this.scheduler.advanceTimeBy(Duration.ofMillis(6999));
            assertThat(this.cancelled).hasValue(0);
            this.scheduler.advanceTimeBy(Duration.ofMillis(1));
        })
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("RESPONSE_TIMEOUT")
                .hasMessageContaining("timeout.headers")
                .hasMessageContaining("stage headers"))
            .verify(Duration.ofSeconds(5));
    }

    @Test
    void silenceOnTheWireEndsTheBody() {
        this.timeouts.setByteIdle(Duration.ofSeconds(10));
        AttemptClock clock = clock();
        this.call.enter(CallStage.BODY);
        StepVerifier.create(clock.guard(never())).then(() -> {
            for (int i = 0; i < 5; i++) {
                this.scheduler.advanceTimeBy(Duration.ofSeconds(9));
                clock.bytesArrived();
            }
            this.scheduler.advanceTimeBy(Duration.ofMillis(9999));
            assertThat(this.cancelled).hasValue(0);
            this.scheduler.advanceTimeBy(Duration.ofMillis(1));
        })
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("timeout.byte-idle"))
            .verify(Duration.ofSeconds(5));
    }

    @Test
    void silenceOfASubscriberThatWantsNothingIsNotTheServers() {
        this.timeouts.setByteIdle(Duration.ofSeconds(10));
        AttemptClock clock = clock();
        this.call.enter(CallStage.BODY);
        StepVerifier.create(clock.guard(never())).then(() -> {
            clock.reading(false);
            this.scheduler.advanceTimeBy(Duration.ofMinutes(5));
            clock.reading(true);
            this.scheduler.advanceTimeBy(Duration.ofMillis(9999));
            assertThat(this.cancelled).hasValue(0);
            this.scheduler.advanceTimeBy(Duration.ofMillis(1));
        })
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("timeout.byte-idle"))
            .verify(Duration.ofSeconds(5));
    }

    @Test
    void firstContentIsAwaitedFromTheGateOnWhateverTheStage() {
        this.timeouts.setFirstToken(Duration.ofSeconds(15));
        expectFailure(clock(), Duration.ofSeconds(15), FailureKind.FIRST_TOKEN_TIMEOUT, "timeout.first-token");
    }

    @Test
    void heartbeatsAreNoContent() {
        this.timeouts.setFirstToken(Duration.ofSeconds(60));
        this.timeouts.setTokenGap(Duration.ofSeconds(10));
        AttemptClock clock = clock();
        this.call.enter(CallStage.BODY);
        StepVerifier.create(clock.guard(never())).then(() -> {
            beats(clock, 14);
            deliver(clock, true);
            beats(clock, 9);
            deliver(clock, true);
            beats(clock, 9);
            this.scheduler.advanceTimeBy(Duration.ofMillis(999));
            assertThat(this.cancelled).hasValue(0);
            this.scheduler.advanceTimeBy(Duration.ofMillis(1));
        })
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("TOKEN_GAP_TIMEOUT")
                .hasMessageContaining("timeout.token-gap"))
            .verify(Duration.ofSeconds(5));
    }

    @Test
    void firstContentIsAwaitedInSpiteOfHeartbeats() {
        this.timeouts.setFirstToken(Duration.ofSeconds(15));
        AttemptClock clock = clock();
        this.call.enter(CallStage.BODY);
        StepVerifier.create(clock.guard(never())).then(() -> {
            beats(clock, 14);
            this.scheduler.advanceTimeBy(Duration.ofMillis(999));
            assertThat(this.cancelled).hasValue(0);
            this.scheduler.advanceTimeBy(Duration.ofMillis(1));
        })
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("FIRST_TOKEN_TIMEOUT"))
            .verify(Duration.ofSeconds(5));
    }

    @Test
    void contentIsNotAwaitedWhileTheSubscriberWantsNothingOrIsBusy() {
        this.timeouts.setFirstToken(Duration.ofSeconds(15));
        this.timeouts.setTokenGap(Duration.ofSeconds(10));
        this.timeouts.setByteIdle(Duration.ofSeconds(20));
        AttemptClock clock = clock();
        this.call.enter(CallStage.BODY);
        StepVerifier.create(clock.guard(never())).then(() -> {
            this.scheduler.advanceTimeBy(Duration.ofSeconds(14));
            clock.reading(false);
            this.scheduler.advanceTimeBy(Duration.ofMinutes(5));
            clock.reading(true);
            this.scheduler.advanceTimeBy(Duration.ofMillis(900));
            clock.deliveryBegins();
            this.scheduler.advanceTimeBy(Duration.ofMinutes(5));
            clock.deliveryEnds(true);
            this.scheduler.advanceTimeBy(Duration.ofSeconds(9));
            clock.reading(false);
            this.scheduler.advanceTimeBy(Duration.ofMinutes(3));
            clock.reading(true);
            this.scheduler.advanceTimeBy(Duration.ofMillis(999));
            assertThat(this.cancelled).hasValue(0);
            this.scheduler.advanceTimeBy(Duration.ofMillis(1));
        })
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("TOKEN_GAP_TIMEOUT"))
            .verify(Duration.ofSeconds(5));
    }

    @Test
    void requestsOwnLimitsOfContentComeFirstAndNameNoKey() {
        ChatRequest request = ChatRequest.builder()
            .user("Hi")
            .firstTokenTimeout(Duration.ofSeconds(2))
            .tokenGapTimeout(Duration.ofSeconds(3))
            .build();
        AttemptLimits limits = AttemptLimits.of(this.timeouts, Lane.STREAM, request);
        assertThat(limits.tokenGap().nanos()).isEqualTo(Duration.ofSeconds(3).toNanos());
        AttemptClock clock = new AttemptClock(this.call, limits, this.time, this.running);
        StepVerifier.create(clock.guard(never()))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(2)))
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("the request's own limit")
                .hasMessageNotContaining("timeout."))
            .verify(Duration.ofSeconds(5));
    }

    private void beats(AttemptClock clock, int seconds) {
        for (int second = 0; second < seconds; second++) {
            this.scheduler.advanceTimeBy(Duration.ofSeconds(1));
            deliver(clock, false);
        }
    }

    private static void deliver(AttemptClock clock, boolean content) {
        clock.deliveryBegins();
        clock.deliveryEnds(content);
    }

    @Test
    void oneTimerServesAStreamOfAnyLength() {
        AttemptClock clock = clock();
        this.call.enter(CallStage.BODY);
        TestPublisher<Integer> items = TestPublisher.create();
        StepVerifier.create(clock.guard(items.flux())).then(() -> {
            for (int i = 0; i < 1000; i++) {
                clock.bytesArrived();
                items.next(i);
            }
            assertThat(this.scheduler.getScheduledTaskCount()).isEqualTo(1);
            items.complete();
        }).expectNextCount(1000).expectComplete().verify(Duration.ofSeconds(5));
        assertThat(this.running).isEmpty();
    }

    @Test
    void closingClientFailsWhatRuns() {
        AttemptClock clock = clock();
        StepVerifier.create(clock.guard(never()))
            .then(() -> clock.expire(clock.failure(FailureKind.SHUTDOWN).detail("closing")))
            .expectError(LlmUnavailableException.class)
            .verify(Duration.ofSeconds(5));
        assertThat(this.cancelled).hasValue(1);
    }

    @Test
    void itemAfterTheEndReachesTheReadersHook() {
        AtomicReference<Subscriber<? super AtomicInteger>> upstream = new AtomicReference<>();
        Flux<AtomicInteger> items = Flux.from((subscriber) -> {
            upstream.set(subscriber);
            subscriber.onSubscribe(Operators.emptySubscription());
        });
        clock().guard(items).doOnDiscard(AtomicInteger.class, AtomicInteger::incrementAndGet).subscribe().dispose();
        AtomicInteger hooks = new AtomicInteger();
        upstream.get().onNext(hooks);
        assertThat(hooks).hasValue(1);
    }

    @Test
    void itemAfterTheEndIsDiscardedOnceWhateverTheReaderDiscards() {
        AtomicReference<Subscriber<? super AtomicInteger>> upstream = new AtomicReference<>();
        Flux<AtomicInteger> items = Flux.from((subscriber) -> {
            upstream.set(subscriber);
            subscriber.onSubscribe(Operators.emptySubscription());
        });
        clock().guard(items, (item, context) -> item.incrementAndGet())
            .doOnDiscard(AtomicInteger.class, AtomicInteger::incrementAndGet)
            .doOnDiscard(AtomicInteger.class, AtomicInteger::incrementAndGet)
            .subscribe()
            .dispose();
        AtomicInteger releases = new AtomicInteger();
        upstream.get().onNext(releases);
        assertThat(releases).hasValue(1);
    }

    @Test
    void failureWaitsForAnItemThatIsBeingDelivered() {
        AttemptClock clock = clock();
        Sinks.Many<String> items = Sinks.many().unicast().onBackpressureBuffer();
        StepVerifier
            .create(clock.guard(items.asFlux())
                .doOnNext((item) -> this.scheduler.advanceTimeBy(Duration.ofMinutes(16))))
            .then(() -> items.tryEmitNext("last"))
            .expectNext("last")
            .expectError(LlmTimeoutException.class)
            .verify(Duration.ofSeconds(5));
    }

    @Test
    void failureTellsOfAnItemThatGotThroughJustBefore() {
        TestPublisher<String> items = TestPublisher.create();
        // Between the decision and the signal another thread delivers an item
        Set<AttemptClock> interrupting = new AbstractSet<>() {

            @Override
            public boolean add(AttemptClock clock) {
                return true;
            }

            @Override
            public boolean remove(Object clock) {
                if (AttemptClockTests.this.call.deliveredCount() == 0) {
                    AttemptClockTests.this.call.delivered();
                    items.next("late");
                }
                return true;
            }

            @Override
            public Iterator<AttemptClock> iterator() {
                return Collections.emptyIterator();
            }

            @Override
            public int size() {
                return 0;
            }

        };
        AttemptClock clock = new AttemptClock(this.call, AttemptLimits.of(this.timeouts, Lane.STREAM, null), this.time,
                interrupting);
        StepVerifier.create(clock.guard(items.flux()))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofMinutes(15)))
            .expectNext("late")
            .expectErrorSatisfies((error) -> {
                LlmHttpException failure = (LlmHttpException) error;
                assertThat(failure.failure().delivered()).isEqualTo(1);
                assertThat(failure.isRetryable()).isFalse();
            })
            .verify(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @EnumSource
    void errorThatComesOfClosingTheConnectionHidesNoLimitAndIsNotLogged(Closing closing) {
        TestPublisher<String> response = TestPublisher.createNoncompliant(TestPublisher.Violation.DEFER_CANCELLATION);
        Runnable fail = () -> response.error(new IOException("closed"));
        Flux<String> attempt = response.flux().doOnCancel(closing == Closing.FAILS_WHILE_CANCELLED ? fail : () -> {
        });
        StepVerifier.create(clock().guard(attempt)).then(() -> {
            this.scheduler.advanceTimeBy(Duration.ofMinutes(15));
            if (closing == Closing.FAILS_LATER) {
                fail.run();
            }
        }).expectError(LlmTimeoutException.class).verifyThenAssertThat(Duration.ofSeconds(5)).hasNotDroppedErrors();
    }

    private enum Closing {

        FAILS_WHILE_CANCELLED, FAILS_LATER

    }

    @Test
    void requestThatIsSentAgainIsWrittenWithinItsLimitToo() {
        AttemptClock clock = clock();
        this.call.enter(CallStage.WRITE);
        StepVerifier.create(clock.guard(never())).then(() -> {
            this.scheduler.advanceTimeBy(Duration.ofMillis(100));
            this.call.enter(CallStage.HEADERS);
            this.scheduler.advanceTimeBy(Duration.ofSeconds(2));
            this.call.again();
            this.call.enter(CallStage.WRITE);
            this.scheduler.advanceTimeBy(Duration.ofMillis(29_999));
            assertThat(this.cancelled).hasValue(0);
            this.scheduler.advanceTimeBy(Duration.ofMillis(1));
        })
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("timeout.write"))
            .verify(Duration.ofSeconds(5));
    }

    @Test
    void cancelStopsTheTimer() {
        AttemptClock clock = clock();
        StepVerifier.create(clock.guard(never())).thenCancel().verify(Duration.ofSeconds(5));
        this.scheduler.advanceTimeBy(Duration.ofHours(1));
        assertThat(this.cancelled).hasValue(1);
        assertThat(this.running).isEmpty();
    }

}
