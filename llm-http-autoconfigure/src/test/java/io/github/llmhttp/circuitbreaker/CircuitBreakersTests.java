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

package io.github.llmhttp.circuitbreaker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmUnavailableException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * The clock stands still unless a test moves it.
 */
class CircuitBreakersTests {

    private static final Set<FailureKind> COUNTED = EnumSet.of(FailureKind.CONNECT, FailureKind.TLS, FailureKind.DNS,
            FailureKind.WRITE, FailureKind.RESPONSE_TIMEOUT, FailureKind.FIRST_TOKEN_TIMEOUT,
            FailureKind.TOKEN_GAP_TIMEOUT, FailureKind.CALL_TIMEOUT, FailureKind.TRUNCATED, FailureKind.PROTOCOL,
            FailureKind.SERVER, FailureKind.OVERLOADED);

    private static final FailureKind FAULT = FailureKind.SERVER;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

    private final CircuitBreakerProperties properties = new CircuitBreakerProperties();

    private final CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();

    private CircuitBreakers breakers() {
        return breakers("chat", 1);
    }

    private CircuitBreakers breakers(String client, int endpoints) {
        return new CircuitBreakers(client, this.properties, this.registry, endpoints, this.clock::get);
    }

    private CallContext call(Lane lane) {
        return new CallContext("chat", "a:443", "POST https://a/v1", lane, this.clock::get);
    }

    private Permission ask(CircuitBreakers breakers) {
        return breakers.endpoint(0).ask(call(Lane.STREAM));
    }

    private CircuitBreaker breaker(String name) {
        return this.registry.find(name).orElseThrow();
    }

    private State state() {
        return breaker("chat").getState();
    }

    private CircuitBreaker.Metrics metrics() {
        return breaker("chat").getMetrics();
    }

    private void pass(Duration time) {
        this.clock.addAndGet(time.toNanos());
    }

    private static LlmHttpException failure(FailureKind kind, int effectiveStatus) {
        return Failure.of(kind, "chat").effectiveStatus(effectiveStatus).toException();
    }

    private void fail(CircuitBreakers breakers, int times) {
        for (int i = 0; i < times; i++) {
            ask(breakers).failed(failure(FAULT, 500));
        }
    }

    private CircuitBreakers opened() {
        CircuitBreakers breakers = breakers();
        fail(breakers, 10);
        assertThat(state()).isEqualTo(State.OPEN);
        return breakers;
    }

    private CircuitBreakers halfOpenSoon() {
        CircuitBreakers breakers = opened();
        pass(Duration.ofSeconds(15).plusNanos(1));
        return breakers;
    }

    private LlmHttpException refusal(CircuitBreakers breakers) {
        LlmHttpException refusal = catchThrowableOfType(LlmUnavailableException.class, () -> ask(breakers));
        assertThat(refusal).as("must be refused").isNotNull();
        assertThat(refusal.kind()).isEqualTo(FailureKind.CIRCUIT_OPEN);
        return refusal;
    }

    @Test
    void opensAtHalfOfAtLeastTenCalls() {
        CircuitBreakers breakers = breakers();
        for (int i = 0; i < 5; i++) {
            ask(breakers).completed();
        }
        fail(breakers, 4);
        assertThat(state()).isEqualTo(State.CLOSED);
        fail(breakers, 1);
        assertThat(state()).isEqualTo(State.OPEN);
        refusal(breakers);
    }

    @Test
    void fewerThanTheMinimumDoNotOpenIt() {
        fail(breakers(), 9);
        assertThat(state()).isEqualTo(State.CLOSED);
    }

    @Test
    void callsThatLeftTheWindowAreForgotten() {
        this.properties.setWindow(10);
        CircuitBreakers breakers = breakers();
        fail(breakers, 4);
        for (int i = 0; i < 10; i++) {
            ask(breakers).completed();
        }
        assertThat(metrics().getNumberOfFailedCalls()).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UPSTREAM_ERROR")
    void onlyFailuresOfTheEndpointCount(FailureKind kind) {
        ask(breakers()).failed(failure(kind, 0));
        assertThat(metrics().getNumberOfFailedCalls()).isEqualTo(COUNTED.contains(kind) ? 1 : 0);
        assertThat(metrics().getNumberOfBufferedCalls()).isEqualTo(COUNTED.contains(kind) ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({ "400, 0", "401, 0", "402, 0", "408, 1", "409, 0", "429, 0", "500, 1", "503, 1", "504, 1", "529, 1" })
    void errorInsideAResponseCountsByItsEffectiveStatus(int status, int counted) {
        ask(breakers()).failed(failure(FailureKind.UPSTREAM_ERROR, status));
        assertThat(metrics().getNumberOfBufferedCalls()).isEqualTo(counted);
    }

    @ParameterizedTest
    @EnumSource
    void failureThatDoesNotCountLeavesAProbeToOthers(FailureKind kind) {
        CircuitBreakers breakers = halfOpenSoon();
        ask(breakers);
        ask(breakers);
        ask(breakers).failed(failure(kind, 429));
        if (COUNTED.contains(kind)) {
            refusal(breakers);
        }
        else {
            ask(breakers);
            refusal(breakers);
        }
    }

    @Test
    void successIsRecordedAtTheFirstContentWithItsTime() {
        List<Duration> durations = new ArrayList<>();
        Permission permission = ask(breakers());
        breaker("chat").getEventPublisher().onSuccess((event) -> durations.add(event.getElapsedDuration()));
        pass(Duration.ofSeconds(2));
        permission.firstContent();
        assertThat(metrics().getNumberOfSuccessfulCalls()).isOne();
        pass(Duration.ofMinutes(2));
        permission.completed();
        assertThat(metrics().getNumberOfBufferedCalls()).isOne();
        assertThat(durations).containsExactly(Duration.ofSeconds(2));
    }

    @Test
    void waitForAConnectionIsNoTimeOfTheEndpoint() {
        List<Duration> durations = new ArrayList<>();
        Permission permission = ask(breakers());
        breaker("chat").getEventPublisher().onSuccess((event) -> durations.add(event.getElapsedDuration()));
        pass(Duration.ofSeconds(4));
        permission.recheck(call(Lane.STREAM));
        pass(Duration.ofSeconds(1));
        permission.firstContent();
        assertThat(durations).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void breakAfterTheFirstContentIsOneMoreFailure() {
        Permission permission = ask(breakers());
        permission.firstContent();
        permission.failed(failure(FailureKind.TRUNCATED, 0));
        assertThat(metrics().getNumberOfSuccessfulCalls()).isOne();
        assertThat(metrics().getNumberOfFailedCalls()).isOne();
    }

    @ParameterizedTest
    @EnumSource(names = { "TOO_LARGE", "DEADLINE", "SHUTDOWN" })
    void otherEndsAfterTheFirstContentChangeNothing(FailureKind kind) {
        CircuitBreakers breakers = halfOpenSoon();
        Permission permission = ask(breakers);
        permission.firstContent();
        permission.failed(failure(kind, 0));
        assertThat(metrics().getNumberOfBufferedCalls()).isOne();
        ask(breakers);
        ask(breakers);
        refusal(breakers);
    }

    @Test
    void whatWasSaidFirstCounts() {
        CircuitBreakers breakers = breakers();
        List<Consumer<Permission>> ends = List.of((permission) -> permission.failed(failure(FAULT, 500)),
                Permission::completed, Permission::cancelled);
        for (Consumer<Permission> first : ends) {
            Permission permission = ask(breakers);
            first.accept(permission);
            ends.forEach((end) -> end.accept(permission));
            permission.firstContent();
            permission.recheck(call(Lane.STREAM));
        }
        assertThat(metrics().getNumberOfFailedCalls()).isOne();
        assertThat(metrics().getNumberOfSuccessfulCalls()).isOne();
    }

    @Test
    void openBreakerTellsTheTimeToTheNextProbe() {
        CircuitBreakers breakers = opened();
        pass(Duration.ofMillis(2700));
        LlmHttpException refusal = refusal(breakers);
        assertThat(refusal).hasMessage("[chat] CIRCUIT_OPEN POST https://a/v1: circuit breaker 'chat' is open; "
                + "next probe in 12.3 s; retry after 12.3 s; "
                + "set llm.http.clients.chat.circuit-breaker.open-time to change");
        assertThat(refusal.failure().retryAfter()).isEqualTo(Duration.ofMillis(12_300));
        assertThat(refusal.failure().notProcessed()).isTrue();
        assertThat(refusal.isRetryable()).isFalse();
    }

    @Test
    void timeToTheNextProbeBeginsAgainWhenAProbeFails() {
        CircuitBreakers breakers = halfOpenSoon();
        fail(breakers, 3);
        pass(Duration.ofSeconds(5));
        assertThat(refusal(breakers).failure().retryAfter()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whoWaitsAsLongAsToldIsLetThrough() {
        CircuitBreakers breakers = opened();
        pass(Duration.ofNanos(1_234_567));
        pass(refusal(breakers).failure().retryAfter());
        ask(breakers).completed();
    }

    @Test
    @Covers(FaultRow.CLOCK_JUMP)
    void changesOfTheSystemClockDoNotMatter() {
        CircuitBreakers breakers = opened();
        assertThat(breaker("chat").getCircuitBreakerConfig().getClock()).isInstanceOf(NanoClock.class);
        pass(Duration.ofSeconds(15));
        refusal(breakers);
        pass(Duration.ofNanos(1));
        ask(breakers);
    }

    @Test
    void halfOpenBreakerLetsThreeProbesThrough() {
        CircuitBreakers breakers = halfOpenSoon();
        List<Permission> probes = List.of(ask(breakers), ask(breakers), ask(breakers));
        LlmHttpException refusal = refusal(breakers);
        assertThat(refusal).hasMessageContaining("circuit breaker 'chat' is half-open, and 3 probes are under way")
            .hasMessageContaining("circuit-breaker.half-open-calls");
        assertThat(refusal.failure().retryAfter()).isNull();
        probes.forEach(Permission::firstContent);
        assertThat(state()).isEqualTo(State.CLOSED);
    }

    @Test
    void probesThatStreamAreDecidedAtTheirFirstContent() {
        CircuitBreakers breakers = halfOpenSoon();
        List<Permission> probes = List.of(ask(breakers), ask(breakers), ask(breakers));
        pass(Duration.ofSeconds(1));
        probes.forEach(Permission::firstContent);
        assertThat(state()).as("120 s before the streams end").isEqualTo(State.CLOSED);
        ask(breakers).completed();
        pass(Duration.ofSeconds(120));
        probes.forEach(Permission::completed);
        assertThat(metrics().getNumberOfBufferedCalls()).isOne();
    }

    @Test
    void probesThatFailOpenItAgain() {
        CircuitBreakers breakers = halfOpenSoon();
        fail(breakers, 3);
        assertThat(state()).isEqualTo(State.OPEN);
        refusal(breakers);
    }

    @Test
    void cancelledProbesLeaveTheirPlaceToOthers() {
        CircuitBreakers breakers = halfOpenSoon();
        for (int i = 0; i < 20; i++) {
            List<Permission> probes = List.of(ask(breakers), ask(breakers), ask(breakers));
            refusal(breakers);
            probes.forEach(Permission::cancelled);
            probes.forEach(Permission::cancelled);
        }
        for (int i = 0; i < 3; i++) {
            ask(breakers).firstContent();
        }
        assertThat(state()).isEqualTo(State.CLOSED);
    }

    @Test
    void cancelAfterTheFirstContentChangesNothing() {
        CircuitBreakers breakers = halfOpenSoon();
        Permission probe = ask(breakers);
        probe.firstContent();
        probe.cancelled();
        ask(breakers);
        ask(breakers);
        refusal(breakers);
    }

    @Test
    void callsFromBeforeTheOpeningDecideNothingInItsHalfOpenState() {
        CircuitBreakers breakers = breakers();
        List<Permission> old = List.of(ask(breakers), ask(breakers), ask(breakers), ask(breakers), ask(breakers));
        fail(breakers, 10);
        pass(Duration.ofSeconds(16));
        Permission probe = ask(breakers);
        old.get(0).cancelled();
        old.get(1).failed(failure(FailureKind.RATE_LIMITED, 429));
        old.get(2).failed(failure(FailureKind.FIRST_TOKEN_TIMEOUT, 0));
        old.get(3).firstContent();
        old.get(4).completed();
        assertThat(metrics().getNumberOfBufferedCalls()).isZero();
        probe.firstContent();
        ask(breakers).firstContent();
        Permission last = ask(breakers);
        refusal(breakers);
        last.firstContent();
        assertThat(state()).isEqualTo(State.CLOSED);
    }

    @Test
    void streamThatBreaksAfterTheBreakerClosedAgainIsAFailure() {
        CircuitBreakers breakers = halfOpenSoon();
        List<Permission> probes = List.of(ask(breakers), ask(breakers), ask(breakers));
        probes.forEach(Permission::firstContent);
        probes.get(0).failed(failure(FailureKind.TOKEN_GAP_TIMEOUT, 0));
        assertThat(metrics().getNumberOfFailedCalls()).isOne();
    }

    @Test
    void callThatWaitedWhileTheBreakerOpenedIsRefused() {
        CircuitBreakers breakers = breakers();
        Permission waiting = ask(breakers);
        waiting.recheck(call(Lane.STREAM));
        fail(breakers, 10);
        assertThatThrownBy(() -> waiting.recheck(call(Lane.STREAM))).isInstanceOf(LlmUnavailableException.class)
            .hasMessageContaining("next probe in 15 s");
        waiting.failed(failure(FAULT, 500));
        assertThat(metrics().getNumberOfFailedCalls()).isEqualTo(10);
    }

    @Test
    void callThatWaitedUntilAProbeIsDueBecomesOne() {
        CircuitBreakers breakers = breakers();
        Permission waiting = ask(breakers);
        fail(breakers, 10);
        pass(Duration.ofSeconds(16));
        waiting.recheck(call(Lane.STREAM));
        waiting.recheck(call(Lane.STREAM));
        assertThat(state()).isEqualTo(State.HALF_OPEN);
        ask(breakers);
        ask(breakers);
        refusal(breakers);
        waiting.cancelled();
        ask(breakers);
        refusal(breakers);
    }

    @Test
    void probeThatWaitsKeepsItsPlace() {
        CircuitBreakers breakers = halfOpenSoon();
        Permission probe = ask(breakers);
        ask(breakers);
        ask(breakers);
        probe.recheck(call(Lane.STREAM));
        probe.firstContent();
        assertThat(metrics().getNumberOfSuccessfulCalls()).isOne();
    }

    @Test
    void failuresInARowOpenIt() {
        this.properties.setConsecutiveFailures(3);
        CircuitBreakers breakers = breakers();
        fail(breakers, 2);
        ask(breakers).completed();
        fail(breakers, 2);
        assertThat(state()).isEqualTo(State.CLOSED);
        fail(breakers, 1);
        assertThat(state()).isEqualTo(State.OPEN);
    }

    @Test
    void firstFailureCanOpenIt() {
        this.properties.setConsecutiveFailures(1);
        fail(breakers(), 1);
        assertThat(state()).isEqualTo(State.OPEN);
    }

    @Test
    void slowFirstContentsOpenItAsFailuresDo() {
        this.properties.setSlowFirstToken(Duration.ofSeconds(5));
        CircuitBreakers breakers = breakers();
        for (int i = 0; i < 10; i++) {
            Permission permission = ask(breakers);
            pass(Duration.ofSeconds((i < 5) ? 5 : 6));
            permission.firstContent();
        }
        assertThat(metrics().getNumberOfSlowCalls()).isEqualTo(5);
        assertThat(state()).isEqualTo(State.OPEN);
    }

    @Test
    void wholeAnswersAreNeverSlow() {
        this.properties.setSlowFirstToken(Duration.ofSeconds(5));
        CircuitBreakers breakers = breakers();
        for (int i = 0; i < 10; i++) {
            Permission permission = breakers.endpoint(0).ask(call(Lane.CALL));
            pass(Duration.ofMinutes(2));
            permission.completed();
        }
        assertThat(metrics().getNumberOfSlowCalls()).isZero();
        assertThat(metrics().getNumberOfSuccessfulCalls()).isEqualTo(10);
    }

    @Test
    void nothingIsSlowUnlessAskedFor() {
        CircuitBreakers breakers = breakers();
        for (int i = 0; i < 10; i++) {
            Permission permission = ask(breakers);
            pass(Duration.ofMinutes(20));
            permission.firstContent();
        }
        assertThat(state()).isEqualTo(State.CLOSED);
    }

    @Test
    void settingsReachTheBreaker() {
        this.properties.setFailureRate(30);
        this.properties.setWindow(20);
        this.properties.setMinCalls(4);
        this.properties.setOpenTime(Duration.ofMillis(500));
        this.properties.setHalfOpenCalls(2);
        breakers();
        CircuitBreakerConfig config = breaker("chat").getCircuitBreakerConfig();
        assertThat(config.getFailureRateThreshold()).isEqualTo(30);
        assertThat(config.getSlidingWindowSize()).isEqualTo(20);
        assertThat(config.getMinimumNumberOfCalls()).isEqualTo(4);
        assertThat(config.getWaitIntervalFunctionInOpenState().apply(1)).isEqualTo(500);
        assertThat(config.getPermittedNumberOfCallsInHalfOpenState()).isEqualTo(2);
        assertThat(config.isAutomaticTransitionFromOpenToHalfOpenEnabled()).isFalse();
    }

    @Test
    void eachEndpointHasItsOwn() {
        CircuitBreakers breakers = breakers("chat", 3);
        assertThat(this.registry.getAllCircuitBreakers()).extracting(CircuitBreaker::getName)
            .containsExactlyInAnyOrder("chat-1", "chat-2", "chat-3");
        for (int i = 0; i < 10; i++) {
            breakers.endpoint(1).ask(call(Lane.CALL)).failed(failure(FAULT, 500));
        }
        assertThat(breaker("chat-2").getState()).isEqualTo(State.OPEN);
        assertThat(breakers.endpoint(1).isOpen()).isTrue();
        assertThat(breakers.endpoint(0).isOpen()).isFalse();
        breakers.endpoint(0).ask(call(Lane.CALL)).completed();
        assertThat(breaker("chat-1").getMetrics().getNumberOfBufferedCalls()).isOne();
    }

    @Test
    void isNotOpenAnyMoreAsSoonAsAProbeIsDue() {
        CircuitBreakers breakers = opened();
        assertThat(breakers.endpoint(0).isOpen()).isTrue();
        pass(Duration.ofSeconds(15));
        assertThat(breakers.endpoint(0).isOpen()).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(breakers.endpoint(0).isOpen()).isFalse();
        assertThat(state()).as("unchanged by looking").isEqualTo(State.OPEN);
    }

    @Test
    void applicationCanForceItOpen() {
        CircuitBreakers breakers = breakers();
        breaker("chat").transitionToForcedOpenState();
        assertThat(breakers.endpoint(0).isOpen()).isTrue();
        LlmHttpException refusal = refusal(breakers);
        assertThat(refusal).hasMessageContaining("circuit breaker 'chat' was opened by the application");
        assertThat(refusal.failure().key()).isNull();
    }

    @Test
    void applicationCanOpenIt() {
        CircuitBreakers breakers = breakers();
        breaker("chat").transitionToOpenState();
        assertThat(refusal(breakers).failure().retryAfter()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void ownInstanceOfTheApplicationWins() {
        CircuitBreaker own = this.registry.circuitBreaker("chat",
                CircuitBreakerConfig.custom()
                    .slidingWindowSize(2)
                    .minimumNumberOfCalls(2)
                    .waitIntervalFunctionInOpenState(IntervalFunction.ofExponentialBackoff(Duration.ofHours(1), 2))
                    .build());
        CircuitBreakers breakers = breakers();
        fail(breakers, 2);
        assertThat(own.getState()).isEqualTo(State.OPEN);
        LlmHttpException refusal = refusal(breakers);
        assertThat(refusal.failure().retryAfter()).isEqualTo(Duration.ofHours(1));
        assertThat(refusal.failure().key()).as("our key has no say").isNull();
        own.transitionToHalfOpenState();
        fail(breakers, 2);
        assertThat(refusal(breakers).failure().retryAfter()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void ownConfigurationOfTheApplicationWins() {
        this.registry.addConfiguration("chat", CircuitBreakerConfig.custom().slidingWindowSize(7).build());
        breakers();
        assertThat(breaker("chat").getCircuitBreakerConfig().getSlidingWindowSize()).isEqualTo(7);
    }

    @Test
    void configurationNamedDefaultIsNotThatOfTheDefaultClient() {
        breakers("default", 1);
        assertThat(breaker("default").getCircuitBreakerConfig().getSlidingWindowSize()).isEqualTo(50);
    }

    @Test
    void clientThatIsCreatedAgainStartsAfresh() {
        opened().close();
        assertThat(this.registry.getAllCircuitBreakers()).isEmpty();
        ask(breakers()).completed();
    }

    @Test
    void ownInstanceOfTheApplicationSurvivesTheClient() {
        CircuitBreaker own = this.registry.circuitBreaker("chat");
        breakers().close();
        assertThat(this.registry.find("chat")).containsSame(own);
    }

    @Test
    void clientThatClosesLateLeavesItsSuccessorAlone() {
        CircuitBreakers closing = opened();
        CircuitBreakers successor = breakers();
        ask(successor).completed();
        closing.close();
        assertThat(state()).isEqualTo(State.CLOSED);
        assertThat(metrics().getNumberOfBufferedCalls()).isOne();
        successor.close();
        assertThat(this.registry.find("chat")).isEmpty();
    }

    @Test
    void eventsOfTheRegistryMove() {
        List<String> events = new ArrayList<>();
        this.registry.getEventPublisher()
            .onEntryAdded((added) -> added.getAddedEntry()
                .getEventPublisher()
                .onEvent((event) -> events.add(event.getEventType().name())));
        this.registry.getEventPublisher().onEntryRemoved((removed) -> events.add("REMOVED"));
        this.properties.setConsecutiveFailures(1);
        CircuitBreakers breakers = breakers();
        ask(breakers).firstContent();
        fail(breakers, 1);
        refusal(breakers);
        breakers.close();
        assertThat(events).containsExactly("SUCCESS", "ERROR", "FAILURE_RATE_EXCEEDED", "STATE_TRANSITION",
                "NOT_PERMITTED", "REMOVED");
    }

    @Test
    void switchedOffItLetsEverythingThrough() {
        this.properties.setEnabled(false);
        CircuitBreakers breakers = breakers("chat", 2);
        Permission permission = ask(breakers);
        for (int i = 0; i < 100; i++) {
            assertThat(ask(breakers)).as("nothing is allocated").isSameAs(permission);
            permission.recheck(call(Lane.STREAM));
            permission.firstContent();
            permission.failed(failure(FAULT, 500));
            permission.cancelled();
            permission.completed();
        }
        assertThat(breakers.endpoint(1).isOpen()).isFalse();
        assertThat(this.registry.getAllCircuitBreakers()).isEmpty();
        breakers.close();
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3 })
    void noPlaceIsLostOrWonInARace(int halfOpenCalls) throws ExecutionException, InterruptedException {
        this.properties.setHalfOpenCalls(halfOpenCalls);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 2000; round++) {
                CircuitBreakers breakers = breakers("race" + round, 1);
                Permission waiting = ask(breakers);
                fail(breakers, 10);
                pass(Duration.ofSeconds(16));
                Callable<Void> recheck = () -> {
                    waiting.recheck(call(Lane.STREAM));
                    return null;
                };
                Future<Void> rechecked = threads.submit(recheck);
                threads.submit(waiting::cancelled).get();
                rechecked.get();
                for (int i = 0; i < halfOpenCalls; i++) {
                    ask(breakers);
                }
                refusal(breakers);
                breakers.close();
            }
        }
        finally {
            threads.shutdownNow();
        }
    }

}
