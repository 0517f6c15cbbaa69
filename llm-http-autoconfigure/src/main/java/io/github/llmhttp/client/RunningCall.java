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

import io.github.llmhttp.CallStage;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.WholeCall;
import org.jspecify.annotations.Nullable;

/**
 * A call that is under way, and what it waits for.
 *
 * @param id number of the call, by which it can be cancelled
 * @param operation what it asks for
 * @param model the model that it asks for; empty if it names none
 * @param age time since it began
 * @param client name of the client that is asked now, another one if a fallback is
 * @param endpoint host and port that is asked now, {@code null} before the first attempt
 * @param attempt number of its attempt, 0 before the first one
 * @param maxAttempts how many it may have
 * @param stage the stage of its attempt; {@code wait} before the first one and between
 * two
 * @param stageAge time since it entered the stage
 * @param delivered items (texts, events) of this attempt that its subscriber received
 */
public record RunningCall(long id, String operation, String model, Duration age, String client,
        @Nullable String endpoint, int attempt, int maxAttempts, String stage, Duration stageAge, long delivered) {

    private static final String WAIT = "wait";

    static RunningCall of(WholeCall call) {
        CallContext now = call.attempt();
        if (now == null) {
            return new RunningCall(call.id(), call.operation().id(), call.model(), call.elapsed(), call.client(), null,
                    0, 0, WAIT, call.elapsed(), 0);
        }
        CallStage stage = now.stage();
        return new RunningCall(call.id(), call.operation().id(), call.model(), call.elapsed(), now.client(),
                now.endpoint(), now.attempt(), now.maxAttempts(), now.isEnded() ? WAIT : stage.id(), now.timeIn(stage),
                now.deliveredCount());
    }

}
