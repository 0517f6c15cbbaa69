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

package io.github.llmhttp.call;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import reactor.core.scheduler.Scheduler;

/**
 * The time that limits are measured by. Monotonic: a change of the system's clock moves
 * no limit.
 *
 * @param scheduler runs what is due
 * @param nanos monotonic nanoseconds
 */
public record CallTime(Scheduler scheduler, LongSupplier nanos) {

    /**
     * Real time.
     * @param scheduler runs what is due
     * @return the time of the JVM's monotonic clock
     */
    public static CallTime real(Scheduler scheduler) {
        return new CallTime(scheduler, System::nanoTime);
    }

    /**
     * The scheduler's own time, such as virtual time.
     * @param scheduler tells the time and runs what is due
     * @return the scheduler's time
     */
    public static CallTime of(Scheduler scheduler) {
        return new CallTime(scheduler, () -> scheduler.now(TimeUnit.NANOSECONDS));
    }

}
