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

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bounds the repetitions of a client to a share of its calls, so that an outage is not
 * answered with a multiple of the usual load (Google's SRE book, chapter "Handling
 * Overload"). Counts by the second over the last ten.
 */
final class RetryBudget {

    private static final int SECONDS = 10;

    private static final int FLOOR = 3;

    private final double share;

    private final LongSupplier nanoClock;

    private final long startNanos;

    private final int[] calls = new int[SECONDS];

    private final int[] repetitions = new int[SECONDS];

    private long second;

    /**
     * Create a budget.
     * @param share repetitions for each call
     * @param nanoClock monotonic nanoseconds
     */
    RetryBudget(double share, LongSupplier nanoClock) {
        this.share = share;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
    }

    /** A call begins. */
    synchronized void call() {
        this.calls[slot()]++;
    }

    /**
     * Take one repetition.
     * @return whether there was one
     */
    synchronized boolean take() {
        int slot = slot();
        int allowed = (int) Math.max(FLOOR, this.share * Arrays.stream(this.calls).sum());
        if (Arrays.stream(this.repetitions).sum() >= allowed) {
            return false;
        }
        this.repetitions[slot]++;
        return true;
    }

    private int slot() {
        long now = TimeUnit.NANOSECONDS.toSeconds(this.nanoClock.getAsLong() - this.startNanos);
        for (long passed = Math.max(this.second, now - SECONDS) + 1; passed <= now; passed++) {
            int slot = (int) (passed % SECONDS);
            this.calls[slot] = 0;
            this.repetitions[slot] = 0;
        }
        this.second = Math.max(this.second, now);
        return (int) (this.second % SECONDS);
    }

}
