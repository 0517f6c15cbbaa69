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
import java.util.function.DoubleSupplier;

import org.jspecify.annotations.Nullable;

/**
 * How long to wait before an attempt is repeated.
 *
 * @param initial wait before the first repetition
 * @param max longest wait
 * @param jitter share by which it is changed at random, 0 to 1
 * @param random gives numbers from 0 to 1
 */
record Backoff(Duration initial, Duration max, double jitter, DoubleSupplier random) {

    /**
     * The wait before a repetition.
     * @param repetition its number, from 1
     * @param retryAfter the wait that the server asks for, which is never shortened
     * @return the wait
     */
    Duration wait(int repetition, @Nullable Duration retryAfter) {
        double doubled = this.initial.toNanos() * Math.pow(2, repetition - 1.0);
        double nanos = Math.min(doubled, this.max.toNanos());
        if (retryAfter != null) {
            return retryAfter.plusNanos(Math.round(nanos * this.jitter * this.random.getAsDouble()));
        }
        return Duration.ofNanos(Math.round(nanos * (1 + this.jitter * (2 * this.random.getAsDouble() - 1))));
    }

}
