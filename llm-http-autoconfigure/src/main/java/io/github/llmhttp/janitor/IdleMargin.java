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
 * How much earlier than the server we stop to reuse a connection: a request that is sent
 * just before the server's limit arrives after it.
 */
final class IdleMargin {

    static final long MAX = Duration.ofSeconds(2).toNanos();

    private static final long MIN = Duration.ofSeconds(1).toNanos();

    private IdleMargin() {
    }

    /**
     * The idle limit for what a server announces in whole seconds.
     * @param seconds the announced limit
     * @return nanoseconds; 0, no reuse at all, for up to two seconds, which leave no room
     * for a margin
     */
    static long limit(int seconds) {
        long announced = Duration.ofSeconds(seconds).toNanos();
        return (seconds <= 2) ? 0 : announced - Math.max(MIN, Math.min(announced / 5, MAX));
    }

}
