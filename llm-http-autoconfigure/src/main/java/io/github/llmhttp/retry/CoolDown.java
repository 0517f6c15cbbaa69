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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The time for which a provider asked all calls of a client to wait.
 */
final class CoolDown {

    private final LongSupplier nanoClock;

    private final AtomicLong until;

    /**
     * Create one that is over.
     * @param nanoClock monotonic nanoseconds
     */
    CoolDown(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.until = new AtomicLong(nanoClock.getAsLong());
    }

    /**
     * The provider asked to wait.
     * @param wait for how long, from now on
     */
    void begin(Duration wait) {
        long end = this.nanoClock.getAsLong() + wait.toNanos();
        this.until.accumulateAndGet(end, (one, other) -> (one - other > 0) ? one : other);
    }

    /**
     * What is left.
     * @return nanoseconds, not above zero if it is over
     */
    long leftNanos() {
        return this.until.get() - this.nanoClock.getAsLong();
    }

}
