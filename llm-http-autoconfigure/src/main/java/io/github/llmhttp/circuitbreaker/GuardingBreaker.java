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
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import org.jspecify.annotations.Nullable;

/**
 * A Resilience4j circuit breaker that remembers which of its states let an attempt
 * through: the metrics, of which each state has its own, stand for the state. Only probes
 * decide while it is half-open, and only what a probe took goes back to it; Resilience4j
 * alone would take both from attempts that began long before.
 */
final class GuardingBreaker implements EndpointBreaker {

    private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

    private final CircuitBreaker breaker;

    private final boolean configuredHere;

    private final LongSupplier nanos;

    private final Openings openings;

    /**
     * Create a guard.
     * @param breaker the breaker
     * @param configuredHere whether our own keys set its limits
     * @param nanos monotonic nanoseconds
     */
    GuardingBreaker(CircuitBreaker breaker, boolean configuredHere, LongSupplier nanos) {
        this.breaker = breaker;
        this.configuredHere = configuredHere;
        this.nanos = nanos;
        this.openings = new Openings(breaker, nanos);
    }

    @Override
    public @Nullable Permission tryAsk(CallContext call) {
        CircuitBreaker.Metrics grant = tryAcquire();
        return (grant != null) ? new GrantedPermission(this, grant, call.lane()) : null;
    }

    @Override
    public boolean isOpen() {
        State state = this.breaker.getState();
        if (state == State.OPEN) {
            this.openings.look();
            return !this.openings.isProbeDue();
        }
        return state == State.FORCED_OPEN;
    }

    @Override
    public boolean awaitsProbe() {
        return switch (this.breaker.getState()) {
            case OPEN -> !isOpen();
            case HALF_OPEN -> true;
            case CLOSED, FORCED_OPEN, DISABLED, METRICS_ONLY -> false;
        };
    }

    @Override
    public Duration untilProbe() {
        if (this.breaker.getState() == State.FORCED_OPEN) {
            return NEVER;
        }
        this.openings.look();
        return this.openings.untilProbe();
    }

    @Override
    public State state() {
        return this.breaker.getState();
    }

    @Override
    public void reset() {
        this.breaker.reset();
        this.openings.look();
    }

    long now() {
        return this.nanos.getAsLong();
    }

    CircuitBreaker.@Nullable Metrics tryAcquire() {
        return this.breaker.tryAcquirePermission() ? this.breaker.getMetrics() : null;
    }

    boolean honours(CircuitBreaker.Metrics grant) {
        return switch (this.breaker.getState()) {
            case OPEN, FORCED_OPEN -> false;
            case HALF_OPEN -> grant == this.breaker.getMetrics();
            case CLOSED, DISABLED, METRICS_ONLY -> true;
        };
    }

    void release(CircuitBreaker.Metrics grant) {
        // An open one shares its metrics with the state before, and may become half-open
        // here
        if (this.breaker.getState() == State.HALF_OPEN && grant == this.breaker.getMetrics()) {
            this.breaker.releasePermission();
        }
    }

    void succeeded(CircuitBreaker.@Nullable Metrics grant, long nanos) {
        if (mayDecide(grant)) {
            this.breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            this.openings.look();
        }
    }

    void failed(CircuitBreaker.@Nullable Metrics grant, long nanos, LlmHttpException failure) {
        if (mayDecide(grant)) {
            this.breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
            this.openings.look();
        }
    }

    private boolean mayDecide(CircuitBreaker.@Nullable Metrics grant) {
        return this.breaker.getState() != State.HALF_OPEN || grant == this.breaker.getMetrics();
    }

    /**
     * The longest time that is not slow, for what has no first content before its end.
     */
    long neverSlow(long nanos) {
        return Math.min(nanos, this.breaker.getCircuitBreakerConfig().getSlowCallDurationThreshold().toNanos());
    }

    @Override
    public LlmHttpException refusal(CallContext call) {
        Failure.Builder failure = call.failure(FailureKind.CIRCUIT_OPEN).notProcessed(true);
        switch (this.breaker.getState()) {
            case HALF_OPEN -> refused(failure,
                    "is half-open, and %d probes are under way"
                        .formatted(this.breaker.getCircuitBreakerConfig().getPermittedNumberOfCallsInHalfOpenState()),
                    "half-open-calls");
            case FORCED_OPEN -> refused(failure, "was opened by the application", null);
            // Closed: opened just now, or closed again since it refused
            case OPEN, CLOSED, DISABLED, METRICS_ONLY -> {
                this.openings.look();
                Duration left = this.openings.untilProbe();
                refused(failure, "is open; next probe in " + Failure.seconds(left), "open-time").retryAfter(left);
            }
        }
        return failure.toException();
    }

    private Failure.Builder refused(Failure.Builder failure, String why, @Nullable String key) {
        return failure.detail("circuit breaker '%s' %s".formatted(this.breaker.getName(), why))
            .key((this.configuredHere && key != null) ? "circuit-breaker." + key : null);
    }

}
