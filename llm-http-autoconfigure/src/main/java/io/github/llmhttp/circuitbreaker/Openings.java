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

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import org.jspecify.annotations.Nullable;

/**
 * Remembers since when a breaker is open, which it does not tell. Looks at it rather than
 * listens: a listener can never be taken off a breaker of the application, and costs
 * every call an event.
 */
final class Openings {

    private final CircuitBreaker breaker;

    private final LongSupplier nanos;

    // Each state has its own, except that an open one keeps those of the state before
    private CircuitBreaker.@Nullable Metrics seen;

    private volatile int inARow;

    private volatile long probeAt;

    Openings(CircuitBreaker breaker, LongSupplier nanos) {
        this.breaker = breaker;
        this.nanos = nanos;
        this.probeAt = nanos.getAsLong();
    }

    void look() {
        CircuitBreaker.Metrics metrics = this.breaker.getMetrics();
        State state = this.breaker.getState();
        if (state == State.CLOSED) {
            this.inARow = 0;
        }
        else if (state == State.OPEN) {
            isOpenWith(metrics);
        }
    }

    private synchronized void isOpenWith(CircuitBreaker.Metrics metrics) {
        if (metrics != this.seen) {
            this.seen = metrics;
            int opening = this.inARow + 1;
            this.inARow = opening;
            long millis = this.breaker.getCircuitBreakerConfig().getWaitIntervalFunctionInOpenState().apply(opening);
            this.probeAt = this.nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
        }
    }

    boolean isProbeDue() {
        return this.probeAt - this.nanos.getAsLong() < 0;
    }

    /**
     * Time until the open breaker lets a probe through, rounded up, so that whoever waits
     * for it does not come too early.
     */
    Duration untilProbe() {
        long left = this.probeAt - this.nanos.getAsLong();
        return Duration.ofMillis(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left + 999_999)));
    }

}
