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

package io.github.llmhttp;

import java.time.Duration;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks that a limit fires when it should: never early, and at most 10 % and 50 ms late.
 */
public final class TimeLimits {

    private static final int MAX_ATTEMPTS = 5;

    private TimeLimits() {
    }

    /**
     * Assert that something fails at its limit. A busy machine or a class that is loaded
     * for the first time delays an attempt, so one in time is enough.
     * @param limit the limit
     * @param attempt fails at the limit and gives the time that it took
     */
    public static void assertFiresAt(Duration limit, Supplier<Duration> attempt) {
        assertBetween(limit, limit.multipliedBy(11).dividedBy(10).plusMillis(50), attempt);
    }

    /**
     * Assert that something takes some time.
     * @param min shortest time, for each attempt
     * @param max longest time, for one attempt
     * @param attempt gives the time that it took
     */
    public static void assertBetween(Duration min, Duration max, Supplier<Duration> attempt) {
        Duration elapsed = attempt.get();
        assertThat(elapsed).isGreaterThanOrEqualTo(min);
        for (int i = 1; i < MAX_ATTEMPTS && elapsed.compareTo(max) > 0; i++) {
            elapsed = attempt.get();
            assertThat(elapsed).isGreaterThanOrEqualTo(min);
        }
        assertThat(elapsed).isLessThanOrEqualTo(max);
    }

}
