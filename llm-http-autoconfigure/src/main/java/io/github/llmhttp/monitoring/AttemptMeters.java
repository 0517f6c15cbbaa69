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

import java.util.EnumMap;
import java.util.Map;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.CallStage;
import io.github.llmhttp.FailureKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;

/**
 * Meters of the attempts that go to one endpoint.
 */
final class AttemptMeters {

    private final Map<CallOutcome, Timer> attempts = new EnumMap<>(CallOutcome.class);

    private final Map<FailureKind, Counter> failed = new EnumMap<>(FailureKind.class);

    private final Map<CallStage, Timer> stages = new EnumMap<>(CallStage.class);

    private final Timer firstToken;

    private final Timer tokenGap;

    private final Counter newConnections;

    private final Counter reusedConnections;

    private final Counter bytesSent;

    private final Counter bytesReceived;

    AttemptMeters(ClientRegistrar meters, String endpoint) {
        for (CallOutcome outcome : CallOutcome.values()) {
            this.attempts.put(outcome, meters.timer(LlmMeters.ATTEMPTS, endpoint, outcome.id()));
        }
        for (FailureKind kind : FailureKind.values()) {
            this.failed.put(kind, meters.counter(LlmMeters.ATTEMPTS_FAILED, endpoint, kind.name()));
        }
        for (CallStage stage : CallStage.values()) {
            if (stage != CallStage.START && stage != CallStage.DONE) {
                this.stages.put(stage, meters.timer(LlmMeters.STAGE, endpoint, stage.id()));
            }
        }
        this.firstToken = meters.timer(LlmMeters.FIRST_TOKEN, endpoint);
        this.tokenGap = meters.timer(LlmMeters.TOKEN_GAP, endpoint);
        this.newConnections = meters.counter(LlmMeters.CONNECTIONS, endpoint, "false");
        this.reusedConnections = meters.counter(LlmMeters.CONNECTIONS, endpoint, "true");
        this.bytesSent = meters.counter(LlmMeters.BYTES, endpoint, "sent");
        this.bytesReceived = meters.counter(LlmMeters.BYTES, endpoint, "received");
    }

    void record(AttemptReport attempt) {
        CallMeters.find(this.attempts, attempt.outcome()).record(attempt.elapsed());
        if (attempt.failure() != null) {
            CallMeters.find(this.failed, attempt.failure().kind()).increment();
        }
        attempt.stages().forEach((stage, time) -> {
            Timer timer = this.stages.get(stage);
            if (timer != null) {
                timer.record(time);
            }
        });
        if (attempt.firstToken() != null) {
            this.firstToken.record(attempt.firstToken());
        }
        if (attempt.tokenGap() != null) {
            this.tokenGap.record(attempt.tokenGap());
        }
        if (attempt.connectionReused() != null) {
            (attempt.connectionReused() ? this.reusedConnections : this.newConnections).increment();
        }
        this.bytesSent.increment(attempt.bytesSent());
        this.bytesReceived.increment(attempt.bytesReceived());
    }

}
