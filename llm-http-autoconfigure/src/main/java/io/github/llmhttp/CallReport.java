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

package io.github.llmhttp;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How a whole call went, with all its attempts and fallbacks. Holds no key, no prompt and
 * no answer.
 *
 * @param client name of the client that was called
 * @param provider whose wire format it speaks
 * @param operation what the call asks for
 * @param model the model that was asked for; empty if the call names none
 * @param outcome how it ended
 * @param failure why it failed, {@code null} if it did not
 * @param attempts its attempts in their order, those of fallbacks included; empty if it
 * ended before the first one
 * @param fallbacks how many others were asked after the first one
 * @param firstToken time from the call's begin to the first content of a stream, waits
 * and earlier attempts included; {@code null} if none came
 * @param elapsed time from its begin to its end, waits included
 * @param delivered items (texts, events) that the subscriber received
 */
public record CallReport(String client, String provider, CallOperation operation, String model, CallOutcome outcome,
        @Nullable Failure failure, List<AttemptReport> attempts, int fallbacks, @Nullable Duration firstToken,
        Duration elapsed, long delivered) {

    public CallReport {
        attempts = List.copyOf(attempts);
    }

    /**
     * The attempt that ended the call.
     * @return the last one, {@code null} if there was none
     */
    public @Nullable AttemptReport lastAttempt() {
        return this.attempts.isEmpty() ? null : this.attempts.get(this.attempts.size() - 1);
    }

}
