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

package io.github.llmhttp.janitor;

import java.time.Duration;

/**
 * What connections to one host have taught: after how much silence its server closes, and
 * since when its unused connections cannot be trusted.
 */
final class HostMemory {

    /** Closes that come within this time have one cause, such as a restart. */
    private static final long SAME_EVENT = Duration.ofSeconds(1).toNanos();

    /** A close this soon is not an idle limit. */
    private static final long SHORTEST = Duration.ofMillis(250).toNanos();

    private static final long MEMORY = Duration.ofMinutes(10).toNanos();

    private static final long NONE = -1;

    private long closedAt;

    private long closedAfter = NONE;

    private long learned = NONE;

    private long learnedAt;

    private long distrustedAt;

    private boolean distrusted;

    /**
     * The server closed an unused connection. One close teaches nothing, because every
     * restart closes all connections; a second one after the same silence does.
     */
    synchronized void closed(long idleNanos, long now) {
        if (idleNanos < SHORTEST) {
            return;
        }
        if (this.closedAfter != NONE) {
            if (now - this.closedAt < SAME_EVENT) {
                return;
            }
            if (agree(idleNanos, this.closedAfter)) {
                this.learned = Math.min(idleNanos, this.closedAfter);
                this.learnedAt = now;
            }
        }
        this.closedAt = now;
        this.closedAfter = idleNanos;
    }

    private static boolean agree(long one, long other) {
        return Math.abs(one - other) <= Math.max(one, other) / 5;
    }

    /**
     * The longest silence after which a connection is still reused.
     * @return nanoseconds, {@link Long#MAX_VALUE} if nothing is known
     */
    synchronized long idleLimit(long now) {
        if (this.learned == NONE || now - this.learnedAt >= MEMORY) {
            return Long.MAX_VALUE;
        }
        return this.learned - Math.min(this.learned / 5, IdleMargin.MAX);
    }

    /**
     * Whether nothing was learned for so long that all of it can be forgotten.
     */
    synchronized boolean isOld(long now) {
        return isPast(this.closedAfter != NONE, this.closedAt, now) && isPast(this.distrusted, this.distrustedAt, now);
    }

    private static boolean isPast(boolean happened, long at, long now) {
        return !happened || now - at >= MEMORY;
    }

    synchronized void distrust(long now) {
        this.distrustedAt = now;
        this.distrusted = true;
    }

    synchronized boolean distrusts(long idleSince) {
        return this.distrusted && idleSince - this.distrustedAt <= 0;
    }

}
