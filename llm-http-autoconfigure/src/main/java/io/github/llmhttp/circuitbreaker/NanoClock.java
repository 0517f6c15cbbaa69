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

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * Monotonic time in the form that Resilience4j asks for: a change of the system's clock
 * opens or closes no breaker.
 */
final class NanoClock extends Clock {

    private final LongSupplier nanos;

    private final Instant start;

    private final long startNanos;

    private final ZoneId zone;

    NanoClock(LongSupplier nanos) {
        this(nanos, Instant.now(), nanos.getAsLong(), ZoneOffset.UTC);
    }

    private NanoClock(LongSupplier nanos, Instant start, long startNanos, ZoneId zone) {
        this.nanos = nanos;
        this.start = start;
        this.startNanos = startNanos;
        this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
        return this.zone;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new NanoClock(this.nanos, this.start, this.startNanos, zone);
    }

    @Override
    public Instant instant() {
        return this.start.plusNanos(this.nanos.getAsLong() - this.startNanos);
    }

}
