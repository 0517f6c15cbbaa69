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

package io.github.llmhttp.monitoring;

import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

import io.github.llmhttp.CallListener;
import io.github.llmhttp.CallReport;
import io.github.llmhttp.CallStage;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import org.jspecify.annotations.Nullable;

/**
 * Remembers of each kind of failure how often and when it last ended a call.
 */
public final class LastErrors implements CallListener {

    private final Clock clock;

    private final Map<FailureKind, LastError> errors = new EnumMap<>(FailureKind.class);

    /**
     * Remember nothing yet.
     * @param clock tells when a call failed
     */
    public LastErrors(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void callEnded(CallReport call) {
        Failure failure = call.failure();
        if (failure != null) {
            synchronized (this.errors) {
                LastError before = this.errors.get(failure.kind());
                long count = (before != null) ? before.count() + 1 : 1;
                this.errors.put(failure.kind(), new LastError(count, this.clock.instant(), failure.endpoint(),
                        failure.stage(), failure.detail(), failure.requestId()));
            }
        }
    }

    /**
     * What is remembered.
     * @return a copy, by kind
     */
    public Map<FailureKind, LastError> asMap() {
        synchronized (this.errors) {
            return new EnumMap<>(this.errors);
        }
    }

    /**
     * The last failure of a kind.
     *
     * @param count how many calls failed so
     * @param at when the last one did
     * @param endpoint host and port that was asked
     * @param stage the stage in which it failed
     * @param detail one sentence on what happened
     * @param requestId the provider's id of the request
     */
    public record LastError(long count, Instant at, String endpoint, CallStage stage, String detail,
            @Nullable String requestId) {
    }

}
