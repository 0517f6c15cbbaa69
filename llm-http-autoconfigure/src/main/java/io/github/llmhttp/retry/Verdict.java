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

import io.github.llmhttp.RetryDecision;
import org.jspecify.annotations.Nullable;

/**
 * What follows an attempt that failed.
 *
 * @param decision whether another attempt does, and why not
 * @param pause the wait before it, {@code null} if none follows
 * @param obstacle why the request cannot be sent again, {@code null} if it can
 */
record Verdict(RetryDecision decision, @Nullable Duration pause, @Nullable String obstacle) {

    static Verdict after(Duration pause) {
        return new Verdict(RetryDecision.RETRIED, pause, null);
    }

    static Verdict no(RetryDecision decision) {
        return new Verdict(decision, null, null);
    }

    static Verdict body(String obstacle) {
        return new Verdict(RetryDecision.BODY, null, obstacle);
    }

}
