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

package io.github.llmhttp.retry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether and when attempts are repeated, in virtual time.
 */
class RetriesTests {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();

    private final CallTime time = CallTime.of(this.scheduler);

    private final RetryProperties properties = new RetryProperties();

    private final RetryRegistry registry = RetryRegistry.ofDefaults();

    private final Sinks.Empty<Void> closing = Sinks.empty();

    private final List<Long> attemptedAt = new ArrayList<>();

    @AfterEach
    void dispose() {
        this.scheduler.dispose();
    }

    @Test
    void overloadedServerIsAskedAgainWithDoublingWaits() {
        StepVerifier.create(run(call(), failing(FailureKind.OVERLOADED, 2)))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(10)))
            .expectNext("answer of attempt 3")
            .expectComplete()
            .verify(LIMIT);
        assertThat(this.attemptedAt).containsExactly(0L, 500L, 1500L);
        assertThat(metrics().getNumberOfSuccessfulCallsWithRetryAttempt()).isEqualTo(1);
    }

    @Test
    void lastFailureTellsHowManyAttemptsThereWere() {
        StepVerifier.create(run(call(), failing(FailureKind.OVERLOADED, 9)))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(10)))
            .expectErrorSatisfies((error) -> {
                assertThat(((LlmHttpException) error).failure().attempt()).isEqualTo(3);
                assertThat(error).hasMessageContaining("(attempt 3/3)");
            })
            .verify(LIMIT);
        assertThat(this.attemptedAt).hasSize(3);
        assertThat(metrics().getNumberOfFailedCallsWithRetryAttempt()).isEqualTo(1);
    }

    @Test
    void lastFailureHoldsThoseBefore() {
        StepVerifier.create(run(call(), failing(FailureKind.OVERLOADED, 9)))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(10)))
            .expectErrorSatisfies((error) -> assertThat(error.getSuppressed())
                .extracting((before) -> ((LlmHttpException) before).failure().attempt())
                .containsExactly(2, 1))
            .verify(LIMIT);
    }

    @Test
    void refusalOfOursHoldsTheFailureThatWasToBeRepeated() {
        StepVerifier.create(run(call(), failing(FailureKind.OVERLOADED, 1)))
            .then(() -> this.closing.tryEmitEmpty())
            .expectErrorSatisfies((error) -> {
                assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.SHUTDOWN);
                assertThat(error.getSuppressed()).singleElement()
                    .isInstanceOfSatisfying(LlmHttpException.class,
                            (before) -> assertThat(before.kind()).isEqualTo(FailureKind.OVERLOADED));
            })
            .verify(LIMIT);
    }

    @Test
    void failureThatComesAgainIsNotPutIntoItself() {
        LlmHttpException always = call().failure(FailureKind.OVERLOADED)
            .effectiveStatus(503)
            .detail("of the test")
            .toException();
        StepVerifier.create(run(call(), (call) -> Flux.error(always)))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(10)))
            .expectErrorSatisfies((error) -> assertThat(error).isSameAs(always).hasNoSuppressedExceptions())
            .verify(LIMIT);
        assertThat(this.attemptedAt).hasSize(3);
    }

    @Test
    void callThatNobodyHasSeenGoesElsewhereAtOnceAndForNothing() {
        this.properties.setBudget(0);
        Retries retries = retries();
        for (int call = 0; call < 10; call++) {
            StepVerifier.create(elsewhere(retries, failing(FailureKind.CONNECT, 1)))
                .expectNext("answer of attempt 2")
                .expectComplete()
                .verify(LIMIT);
        }
        assertThat(this.attemptedAt).hasSize(20).containsOnly(0L);
    }

    @Test
    void callThatWasRefusedGoesElsewhereAtOnceFromTheBudget() {
        this.properties.setBudget(0);
        Retries retries = retries();
        for (int call = 0; call < 3; call++) {
            StepVerifier.create(elsewhere(retries, failing(FailureKind.OVERLOADED, 1)))
                .expectNext("answer of attempt 2")
                .expectComplete()
                .verify(LIMIT);
        }
        StepVerifier.create(elsewhere(retries, failing(FailureKind.OVERLOADED, 1)))
            .expectError(LlmHttpException.class)
            .verify(LIMIT);
        assertThat(this.attemptedAt).hasSize(7).containsOnly(0L);
    }

    @Test
    void limitOfTheKeyIsSatOutWhereverTheCallGoes() {
        StepVerifier.create(elsewhere(retries(), failing(FailureKind.RATE_LIMITED, 1, Duration.ofSeconds(20))))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(19)))
            .then(() -> assertThat(this.attemptedAt).hasSize(1))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(2)))
            .expectNext("answer of attempt 2")
            .expectComplete()
            .verify(LIMIT);
    }

    @Test
    void doubtfulCallIsRepeatedOnce() {
        StepVerifier.create(run(call(), failing(FailureKind.TRUNCATED, 9)))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(10)))
            .expectError(LlmHttpException.class)
            .verify(LIMIT);
        assertThat(this.attemptedAt).hasSize(2);
    }

    @Test
    void doubtfulCallIsNotRepeatedWhereThatIsNotWanted() {
        this.properties.setDoubtful(DoubtfulRetry.NEVER);
        StepVerifier.create(run(call(), failing(FailureKind.TRUNCATED, 9)))
            .expectError(LlmHttpException.class)
            .verify(LIMIT);
        assertThat(this.attemptedAt).hasSize(1);
        assertThat(metrics().getNumberOfFailedCallsWithoutRetryAttempt()).isEqualTo(1);
    }

    @Test
    void nothingIsRepeatedOnceContentCame() {
        StepVerifier.create(run(call(), (call) -> {
            call.contentArrived(0);
            return Flux.error(call.failure(FailureKind.OVERLOADED).detail("late").toException());
        })).expectError(LlmHttpException.class).verify(LIMIT);
        assertThat(this.attemptedAt).hasSize(1);
    }

    @Test
    void waitThatTheServerAsksForIsKept() {
        StepVerifier.create(run(call(), failing(FailureKind.RATE_LIMITED, 1, Duration.ofSeconds(20))))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofMillis(19_999)))
            .then(() -> assertThat(this.attemptedAt).hasSize(1))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(1)))
            .expectNext("answer of attempt 2")
            .expectComplete()
            .verify(LIMIT);
        assertThat(this.attemptedAt.get(1)).isBetween(20_000L, 20_250L);
    }

    @Test
    void waitOverTheLimitFailsAtOnceAndTellsIt() {
        StepVerifier.create(run(call(), failing(FailureKind.RATE_LIMITED, 1, Duration.ofSeconds(61))))
            .expectErrorSatisfies((error) -> assertThat(((LlmHttpException) error).failure().retryAfter())
                .isEqualTo(Duration.ofSeconds(61)))
            .verify(LIMIT);
        assertThat(this.attemptedAt).hasSize(1);
    }

    @Test
    void waitOverWhatIsLeftOfTheCallFailsAtOnce() {
        StepVerifier
            .create(run(call(Duration.ofSeconds(19)), failing(FailureKind.RATE_LIMITED, 1, Duration.ofSeconds(20))))
            .expectErrorSatisfies(
                    (error) -> assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.RATE_LIMITED))
            .verify(LIMIT);
        assertThat(this.attemptedAt).hasSize(1);
    }

    @Test
    void allCallsWaitUntilTheProviderIsReady() {
        Retries retries = retries();
        StepVerifier.create(run(retries, call(), failing(FailureKind.RATE_LIMITED, 1, Duration.ofSeconds(20))))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(5)))
            .thenCancel()
            .verify(LIMIT);
        StepVerifier.create(run(retries, call(), failing(FailureKind.OVERLOADED, 0)))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofMillis(14_999)))
            .then(() -> assertThat(this.attemptedAt).hasSize(1))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(1)))
            .expectNext("answer of attempt 1")
            .expectComplete()
            .verify(LIMIT);
        StepVerifier.create(run(retries, call(), failing(FailureKind.OVERLOADED, 0)))
            .expectNext("answer of attempt 1")
            .expectComplete()
            .verify(LIMIT);
    }

    @Test
    void waitForTheProviderIsNoTimeOfTheAttempt() {
        Retries retries = retries();
        retries.coolDown("", 429, Duration.ofSeconds(20));
        StepVerifier.create(run(retries, call(), failing(FailureKind.AUTH, 1)))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(21)))
            .expectErrorSatisfies((error) -> {
                assertThat(((LlmHttpException) error).failure().elapsed()).isZero();
                assertThat(error).message().doesNotContain("after");
            })
            .verify(LIMIT);
        assertThat(this.attemptedAt).hasSize(1);
    }

    @Test
    void limitOfTheWholeCallTellsOfAllWaits() {
        Retries retries = retries();
        retries.coolDown("", 429, Duration.ofSeconds(20));
        StepVerifier
            .create(run(retries, call(Duration.ofSeconds(30)), (call) -> Flux.error(call.deadline().toException())))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(21)))
            .expectErrorSatisfies((error) -> assertThat(((LlmHttpException) error).failure().elapsed())
                .isGreaterThanOrEqualTo(Duration.ofSeconds(20)))
            .verify(LIMIT);
    }

    @Test
    void callThatCannotWaitUntilThenFailsAtOnce() {
        Retries retries = retries();
        StepVerifier.create(run(retries, call(), failing(FailureKind.RATE_LIMITED, 1, Duration.ofSeconds(20))))
            .thenCancel()
            .verify(LIMIT);
        StepVerifier.create(run(retries, call(Duration.ofSeconds(10)), failing(FailureKind.OVERLOADED, 0)))
            .expectErrorSatisfies((error) -> {
                LlmHttpException failure = (LlmHttpException) error;
                assertThat(failure.kind()).isEqualTo(FailureKind.RATE_LIMITED);
                assertThat(failure.failure().retryAfter()).isEqualTo(Duration.ofSeconds(20));
                assertThat(failure.failure().notProcessed()).isTrue();
            })
            .verify(LIMIT);
        assertThat(this.attemptedAt).hasSize(1);
    }

    @Test
    void waitIsNotSatOutWhereSomebodyElseAnswersAtOnce() {
        Retries retries = retries();
        for (int number = 1; number <= 2; number++) {
            CallContext call = call();
            call.elsewhere((failure) -> failure.kind() == FailureKind.RATE_LIMITED);
            StepVerifier.create(run(retries, call, failing(FailureKind.RATE_LIMITED, 1, Duration.ofSeconds(20))))
                .expectErrorSatisfies((error) -> assertThat(((LlmHttpException) error).failure().retryAfter())
                    .isEqualTo(Duration.ofSeconds(20)))
                .verify(LIMIT);
        }
        assertThat(this.attemptedAt).hasSize(1);
    }

    @Test
    void backoffIsSatOutEvenThen() {
        CallContext call = call();
        call.elsewhere((failure) -> true);
        StepVerifier.create(run(call, failing(FailureKind.RATE_LIMITED, 1)))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofSeconds(1)))
            .expectNext("answer of attempt 2")
            .expectComplete()
            .verify(LIMIT);
    }

    @Test
    void rateLimitOfAModelHoldsUpNoOther() {
        Retries retries = retries();
        CallContext limited = call();
        limited.rateLimit("m-1");
        StepVerifier.create(run(retries, limited, failing(FailureKind.RATE_LIMITED, 1, Duration.ofSeconds(20))))
            .thenCancel()
            .verify(LIMIT);
        assertThat(retries.isCoolingDown("m-1")).isTrue();
        assertThat(retries.isCoolingDown("")).isFalse();
        StepVerifier.create(run(retries, call(), failing(FailureKind.OVERLOADED, 0)))
            .expectNext("answer of attempt 1")
            .expectComplete()
            .verify(LIMIT);
        this.scheduler.advanceTimeBy(Duration.ofSeconds(20));
        assertThat(retries.isCoolingDown("m-1")).isFalse();
    }

    @Test
    void budgetBoundsWhatAllCallsRepeat() {
        Retries retries = retries();
        for (int call = 0; call < 10; call++) {
            StepVerifier.create(run(retries, call(), failing(FailureKind.OVERLOADED, 9)))
                .then(() -> this.scheduler.advanceTimeBy(Duration.ofMillis(1)))
                .thenCancel()
                .verify(LIMIT);
        }
        // Three repetitions wait, and were cancelled with their calls
        assertThat(metrics().getNumberOfFailedCallsWithoutRetryAttempt()).isEqualTo(7);
    }

    @Test
    @Covers(FaultRow.CANCEL)
    void cancelEndsTheWait() {
        StepVerifier.create(run(call(), failing(FailureKind.OVERLOADED, 1)))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofMillis(100)))
            .thenCancel()
            .verify(LIMIT);
        this.scheduler.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(this.attemptedAt).hasSize(1);
    }

    @Test
    void closingClientEndsTheWait() {
        StepVerifier.create(run(call(), failing(FailureKind.OVERLOADED, 1)))
            .then(() -> this.closing.tryEmitEmpty())
            .expectErrorSatisfies(
                    (error) -> assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.SHUTDOWN))
            .verify(LIMIT);
        assertThat(this.attemptedAt).hasSize(1);
    }

    @Test
    void instanceOfTheApplicationDecidesToo() {
        this.registry.retry("test", RetryConfig.custom().maxAttempts(2).waitDuration(Duration.ofSeconds(7)).build());
        StepVerifier.create(run(call(), failing(FailureKind.OVERLOADED, 9)))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofMinutes(1)))
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("(attempt 2/2)"))
            .verify(LIMIT);
        assertThat(this.attemptedAt).containsExactly(0L, 7000L);
        StepVerifier.create(run(call(), failing(FailureKind.AUTH, 9)))
            .expectError(LlmHttpException.class)
            .verify(LIMIT);
        assertThat(this.attemptedAt).hasSize(3);
    }

    @Test
    void clientThatIsOpenedAgainHasItsOwnNumbers() {
        assertThat(retries().maxAttempts()).isEqualTo(3);
        this.properties.setMaxAttempts(5);
        assertThat(retries().maxAttempts()).isEqualTo(5);
    }

    @Test
    void closedClientLeavesTheRegistry() {
        Retries first = retries();
        Retries second = retries();
        first.close();
        assertThat(this.registry.find("test")).as("of the second one").isPresent();
        second.close();
        assertThat(this.registry.find("test")).isEmpty();
    }

    @Test
    void instanceOfTheApplicationStaysInTheRegistry() {
        Retry own = this.registry.retry("test", RetryConfig.custom().maxAttempts(2).build());
        retries().close();
        assertThat(this.registry.find("test")).containsSame(own);
    }

    @Test
    void requestMayHaveFewerAttempts() {
        Retries retries = retries();
        CallContext call = call();
        call.limitAttempts(2);
        StepVerifier.create(run(retries, call, failing(FailureKind.OVERLOADED, 9)))
            .then(() -> this.scheduler.advanceTimeBy(Duration.ofMinutes(1)))
            .expectError(LlmHttpException.class)
            .verify(LIMIT);
        assertThat(this.attemptedAt).hasSize(2);
    }

    @Test
    void nothingIsRepeatedWhereThatIsSwitchedOff() {
        this.properties.setEnabled(false);
        assertThat(retries().maxAttempts()).isEqualTo(1);
        StepVerifier.create(run(call(), failing(FailureKind.OVERLOADED, 1)))
            .expectError(LlmHttpException.class)
            .verify(LIMIT);
    }

    private Retries retries() {
        return new Retries("test", this.properties, this.registry, this.time, this.closing.asMono(), () -> 0.5);
    }

    private Retry.Metrics metrics() {
        return this.registry.retry("test").getMetrics();
    }

    private CallContext call() {
        return call(Duration.ofHours(1));
    }

    private CallContext call(Duration total) {
        CallContext call = new CallContext("test", "localhost:1", "POST http://localhost:1/v1", Lane.CALL,
                this.time.nanos(), total.toNanos(), "timeout.total");
        int attempts = this.registry.find("test")
            .map((retry) -> retry.getRetryConfig().getMaxAttempts())
            .orElse(this.properties.getMaxAttempts());
        call.limitAttempts(attempts);
        return call;
    }

    private Flux<String> run(CallContext call, Function<CallContext, Flux<String>> attempt) {
        return run(retries(), call, attempt);
    }

    private Flux<String> run(Retries retries, CallContext first, Function<CallContext, Flux<String>> attempt) {
        return run(retries, first, attempt, Repetition.plain());
    }

    /** Each attempt has an endpoint that was not asked yet. */
    private Flux<String> elsewhere(Retries retries, Function<CallContext, Flux<String>> attempt) {
        return run(retries, call(), attempt, new Repetition<>(() -> null, () -> true, null, false));
    }

    private Flux<String> run(Retries retries, CallContext first, Function<CallContext, Flux<String>> attempt,
            Repetition<String> repetition) {
        return retries.run(first, (call) -> {
            this.attemptedAt.add(this.scheduler.now(TimeUnit.MILLISECONDS));
            return attempt.apply(call);
        }, repetition);
    }

    private static Function<CallContext, Flux<String>> failing(FailureKind kind, int times) {
        return failing(kind, times, null);
    }

    private static Function<CallContext, Flux<String>> failing(FailureKind kind, int times, Duration retryAfter) {
        AtomicInteger failed = new AtomicInteger();
        return (call) -> {
            if (failed.getAndIncrement() < times) {
                return Flux.error(call.failure(kind)
                    .effectiveStatus((kind == FailureKind.OVERLOADED) ? 503 : 0)
                    .retryAfter(retryAfter)
                    .notProcessed(kind == FailureKind.CONNECT)
                    .detail("of the test")
                    .toException());
            }
            return Flux.just("answer of attempt " + call.attempt());
        };
    }

}
