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

package io.github.llmhttp.benchmarks;

import java.time.Duration;
import java.util.Locale;

/**
 * What clients are made to do. The name of the model that is asked for tells the server.
 */
enum Workload {

    /** Whole answers of 2.2 KB, 64 in flight. */
    W1(64, 0, Duration.ZERO),

    /** Streams of 512 tokens, one event a write: the price of the kernel. */
    W2A(32, 1, Duration.ZERO),

    /** The same, eight events a write: the price of the decoder. */
    W2B(32, 8, Duration.ZERO),

    /** A thousand streams of 20 tokens a second. */
    W3A(1000, 1, Duration.ofMillis(50)),

    /** Five thousand streams of 5 tokens a second. */
    W3B(5000, 1, Duration.ofMillis(200)),

    /** Five thousand streams that say nothing after their headers. */
    W3IDLE(5000, 0, Duration.ofDays(1));

    private final int inFlight;

    private final int eventsPerWrite;

    private final Duration pace;

    Workload(int inFlight, int eventsPerWrite, Duration pace) {
        this.inFlight = inFlight;
        this.eventsPerWrite = eventsPerWrite;
        this.pace = pace;
    }

    int inFlight() {
        return this.inFlight;
    }

    int eventsPerWrite() {
        return this.eventsPerWrite;
    }

    /** Time from one token to the next, zero if they come as fast as they can. */
    Duration pace() {
        return this.pace;
    }

    boolean isPaced() {
        return !this.pace.isZero();
    }

    String model() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Workload of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

}
