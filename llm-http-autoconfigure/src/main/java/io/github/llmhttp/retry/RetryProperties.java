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

/**
 * Whether and when calls are repeated. Bound to {@code llm.http.retry}.
 */
public class RetryProperties {

    /**
     * Whether calls are repeated at all.
     */
    private boolean enabled = true;

    /**
     * Maximum number of attempts of a call, the first included.
     */
    private int maxAttempts = 3;

    /**
     * Wait before the first repetition; it doubles with each further one.
     */
    private Duration initialBackoff = Duration.ofMillis(500);

    /**
     * Longest wait between two attempts that the server did not ask for.
     */
    private Duration maxBackoff = Duration.ofSeconds(30);

    /**
     * Share by which a wait is lengthened or shortened at random. A wait that the server
     * asked for is only lengthened.
     */
    private double jitter = 0.5;

    /**
     * Longest wait that a server may ask for. A call that would have to wait longer fails
     * at once.
     */
    private Duration maxRetryAfter = Duration.ofSeconds(60);

    /**
     * Whether a call is repeated that the server may have processed, and billed, without
     * an answer.
     */
    private DoubtfulRetry doubtful = DoubtfulRetry.ONCE;

    /**
     * Whether a call that got no connection in time waits once more.
     */
    private boolean onPoolTimeout;

    /**
     * Most repetitions as a share of the calls of the last ten seconds; three are always
     * allowed.
     */
    private double budget = 0.1;

    public boolean isEnabled() {
        return this.enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public int getMaxAttempts() {
        return this.maxAttempts;
    }

    public void setMaxAttempts(int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    public Duration getInitialBackoff() {
        return this.initialBackoff;
    }

    public void setInitialBackoff(Duration initialBackoff) {
        this.initialBackoff = initialBackoff;
    }

    public Duration getMaxBackoff() {
        return this.maxBackoff;
    }

    public void setMaxBackoff(Duration maxBackoff) {
        this.maxBackoff = maxBackoff;
    }

    public double getJitter() {
        return this.jitter;
    }

    public void setJitter(double jitter) {
        this.jitter = jitter;
    }

    public Duration getMaxRetryAfter() {
        return this.maxRetryAfter;
    }

    public void setMaxRetryAfter(Duration maxRetryAfter) {
        this.maxRetryAfter = maxRetryAfter;
    }

    public DoubtfulRetry getDoubtful() {
        return this.doubtful;
    }

    public void setDoubtful(DoubtfulRetry doubtful) {
        this.doubtful = doubtful;
    }

    public boolean isOnPoolTimeout() {
        return this.onPoolTimeout;
    }

    public void setOnPoolTimeout(boolean onPoolTimeout) {
        this.onPoolTimeout = onPoolTimeout;
    }

    public double getBudget() {
        return this.budget;
    }

    public void setBudget(double budget) {
        this.budget = budget;
    }

}
