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

package io.github.llmhttp.client;

import java.time.Duration;
import java.util.function.DoubleSupplier;

import io.github.llmhttp.EndpointHealth;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Checks an endpoint again and again, one check after the other. The first one comes one
 * interval after the start, and no two clients keep step.
 */
final class BackgroundProbes {

    /** How much earlier than the interval says a check may come. */
    private static final double SPREAD = 0.1;

    private final Mono<EndpointHealth> probe;

    private final Duration interval;

    private final Scheduler scheduler;

    private final DoubleSupplier random;

    /**
     * Create the checks.
     * @param probe one check; does not fail
     * @param interval time from the end of one to the next
     * @param scheduler measures the interval
     * @param random gives numbers from 0 to 1
     */
    BackgroundProbes(Mono<EndpointHealth> probe, Duration interval, Scheduler scheduler, DoubleSupplier random) {
        this.probe = probe;
        this.interval = interval;
        this.scheduler = scheduler;
        this.random = random;
    }

    Disposable start() {
        return Mono.defer(() -> Mono.delay(pause(), this.scheduler)).then(this.probe).repeat().subscribe();
    }

    private Duration pause() {
        double early = SPREAD * this.random.getAsDouble();
        return this.interval.minusNanos(Math.round(this.interval.toNanos() * early));
    }

}
