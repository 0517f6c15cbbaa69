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
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How one attempt of a call went. Holds no key, no prompt and no answer.
 *
 * @param client name of the client that was asked
 * @param provider whose wire format it speaks
 * @param endpoint host and port
 * @param operation what the call asks for
 * @param model the model that was asked for; empty if the call names none
 * @param number number of the attempt, from 1
 * @param maxAttempts how many attempts the call may have
 * @param outcome how it ended
 * @param failure why it failed, {@code null} if it did not
 * @param decision what followed a failure, {@code null} if there is none
 * @param status HTTP status, 0 if no response came
 * @param requestId the provider's id of the request
 * @param connectionReused whether its connection carried a request before, {@code null}
 * if it had none
 * @param stages time spent in each stage that was entered
 * @param firstToken time from the admission gate to the first content of a stream,
 * {@code null} if none came
 * @param tokenGap longest silence between two contents of a stream, {@code null} if there
 * were less than two
 * @param elapsed time from its begin to its end
 * @param events events that were read of a stream
 * @param delivered items (texts, events) that the subscriber received
 * @param bytesSent bytes of HTTP that were written, before TLS
 * @param bytesReceived bytes of HTTP that were read, after TLS
 * @param usage tokens that it is billed for, if the provider told
 */
public record AttemptReport(String client, String provider, String endpoint, CallOperation operation, String model,
        int number, int maxAttempts, CallOutcome outcome, @Nullable Failure failure, @Nullable RetryDecision decision,
        int status, @Nullable String requestId, @Nullable Boolean connectionReused, Map<CallStage, Duration> stages,
        @Nullable Duration firstToken, @Nullable Duration tokenGap, Duration elapsed, long events, long delivered,
        long bytesSent, long bytesReceived, @Nullable Usage usage) {

    public AttemptReport {
        Map<CallStage, Duration> copy = new EnumMap<>(CallStage.class);
        copy.putAll(stages);
        stages = Collections.unmodifiableMap(copy);
    }

}
