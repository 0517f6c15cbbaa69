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

import org.jspecify.annotations.Nullable;

/**
 * The limit of a whole call, waits included.
 *
 * @param client name of the client whose limit it is
 * @param startNanos when the call began, by the monotonic clock of all clients
 * @param nanos longest whole call, {@code Long.MAX_VALUE} for no limit
 * @param key the property that sets it, {@code null} if the request does
 */
public record Deadline(String client, long startNanos, long nanos, @Nullable String key) {

    /**
     * What is left.
     * @param now the time by the same clock
     * @return nanoseconds, not above zero if the limit is reached, {@code Long.MAX_VALUE}
     * for no limit
     */
    public long leftNanos(long now) {
        return (this.nanos == Long.MAX_VALUE) ? Long.MAX_VALUE : this.nanos - (now - this.startNanos);
    }

    /**
     * The one of two that ends first.
     * @param other the other one
     * @return this one if they end together
     */
    public Deadline earlier(Deadline other) {
        return (other.leftNanos(this.startNanos) < leftNanos(this.startNanos)) ? other : this;
    }

}
