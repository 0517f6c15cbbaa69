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

import org.jspecify.annotations.Nullable;

/**
 * When an endpoint that fails is left alone. Bound to {@code llm.http.circuit-breaker}.
 */
public class CircuitBreakerProperties {

    /**
     * Whether calls to an endpoint that fails too often are refused for a while.
     */
    private boolean enabled = true;

    /**
     * Percentage of failed calls in the window from which on calls are refused.
     */
    private int failureRate = 50;

    /**
     * Number of latest calls that the percentage is taken of.
     */
    private int window = 50;

    /**
     * Minimum number of calls in the window before the percentage counts.
     */
    private int minCalls = 10;

    /**
     * Time for which calls are refused before some are let through as probes.
     */
    private Duration openTime = Duration.ofSeconds(15);

    /**
     * Number of calls that are let through as probes; together they decide whether all
     * are let through again.
     */
    private int halfOpenCalls = 3;

    /**
     * Number of failures in a row from which on calls are refused, in place of a
     * percentage. Not looked at when unset.
     */
    private @Nullable Integer consecutiveFailures;

    /**
     * Wait for the first content of a stream from which on it counts as slow. Slow
     * streams are judged by the same percentage as failed calls. None is slow when unset.
     */
    private @Nullable Duration slowFirstToken;

    public boolean isEnabled() {
        return this.enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public int getFailureRate() {
        return this.failureRate;
    }

    public void setFailureRate(int failureRate) {
        this.failureRate = failureRate;
    }

    public int getWindow() {
        return this.window;
    }

    public void setWindow(int window) {
        this.window = window;
    }

    public int getMinCalls() {
        return this.minCalls;
    }

    public void setMinCalls(int minCalls) {
        this.minCalls = minCalls;
    }

    public Duration getOpenTime() {
        return this.openTime;
    }

    public void setOpenTime(Duration openTime) {
        this.openTime = openTime;
    }

    public int getHalfOpenCalls() {
        return this.halfOpenCalls;
    }

    public void setHalfOpenCalls(int halfOpenCalls) {
        this.halfOpenCalls = halfOpenCalls;
    }

    public @Nullable Integer getConsecutiveFailures() {
        return this.consecutiveFailures;
    }

    public void setConsecutiveFailures(@Nullable Integer consecutiveFailures) {
        this.consecutiveFailures = consecutiveFailures;
    }

    public @Nullable Duration getSlowFirstToken() {
        return this.slowFirstToken;
    }

    public void setSlowFirstToken(@Nullable Duration slowFirstToken) {
        this.slowFirstToken = slowFirstToken;
    }

}
