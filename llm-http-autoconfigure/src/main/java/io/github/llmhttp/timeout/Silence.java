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

package io.github.llmhttp.timeout;

import java.util.function.LongSupplier;

/**
 * Since when a server has been silent: without a byte, and without content. Time in which
 * the subscriber wants nothing, or is busy with what it got, is not the server's. Written
 * by the thread that reads, but for {@link #reading}; read by the clock.
 */
final class Silence {

    private final LongSupplier nanos;

    private volatile long byteAt;

    private volatile long contentAt;

    private volatile long pausedAt;

    private volatile boolean content;

    private volatile boolean reading = true;

    private volatile boolean delivering;

    /** Written and read by the thread that reads. */
    private long deliveringSince;

    Silence(LongSupplier nanos, long startNanos) {
        this.nanos = nanos;
        this.byteAt = startNanos;
        this.contentAt = startNanos;
    }

    void byteArrived() {
        this.byteAt = this.nanos.getAsLong();
    }

    void reading(boolean reading) {
        if (reading == this.reading) {
            return;
        }
        long now = this.nanos.getAsLong();
        if (reading) {
            this.byteAt = now;
            this.contentAt = this.contentAt + (now - this.pausedAt);
        }
        else {
            this.pausedAt = now;
        }
        this.reading = reading;
    }

    void deliveryBegins() {
        this.deliveringSince = this.nanos.getAsLong();
        this.delivering = true;
    }

    void deliveryEnds(boolean content) {
        long now = this.nanos.getAsLong();
        this.byteAt = now;
        if (content) {
            this.contentAt = now;
            this.content = true;
        }
        this.delivering = false;
    }

    /** When the bytes came that are delivered now. */
    long deliveringSince() {
        return this.deliveringSince;
    }

    /** The silence before what is delivered now. */
    long gapNanos() {
        return this.deliveringSince - this.contentAt;
    }

    /** When the last byte came. */
    long byteAt() {
        return this.byteAt;
    }

    /** When the last content came, or the attempt began. */
    long contentAt() {
        return this.contentAt;
    }

    boolean hasContent() {
        return this.content;
    }

    /** Whether it is the server that everybody waits for. */
    boolean isServers() {
        return this.reading && !this.delivering;
    }

    boolean isDelivering() {
        return this.delivering;
    }

}
