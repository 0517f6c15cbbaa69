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
import java.util.HashMap;
import java.util.Map;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.CallReport;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.RetryDecision;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;

/**
 * Meters of a client's calls, found once and written once for each call and attempt.
 */
final class CallMeters {

    private final Map<CallOutcome, Timer> calls = new EnumMap<>(CallOutcome.class);

    private final Map<FailureKind, Counter> failed = new EnumMap<>(FailureKind.class);

    private final Map<FailureKind, Counter> retries = new EnumMap<>(FailureKind.class);

    private final Map<RetryDecision, Counter> suppressed = new EnumMap<>(RetryDecision.class);

    private final Counter fallbacks;

    private final DistributionSummary cancelled;

    private final Counter delivered;

    private final Counter events;

    private final TokenMeters tokens;

    private final Map<String, AttemptMeters> endpoints = new HashMap<>();

    private final AttemptMeters otherEndpoints;

    CallMeters(ClientRegistrar meters) {
        for (CallOutcome outcome : CallOutcome.values()) {
            this.calls.put(outcome, meters.timer(LlmMeters.CALLS, outcome.id()));
        }
        for (FailureKind kind : FailureKind.values()) {
            this.failed.put(kind, meters.counter(LlmMeters.CALLS_FAILED, kind.name()));
            this.retries.put(kind, meters.counter(LlmMeters.RETRIES, kind.name()));
        }
        for (RetryDecision decision : RetryDecision.values()) {
            if (decision.isSuppressed()) {
                this.suppressed.put(decision, meters.counter(LlmMeters.RETRIES_SUPPRESSED, decision.id()));
            }
        }
        this.fallbacks = meters.counter(LlmMeters.FALLBACKS);
        this.cancelled = meters.summary(LlmMeters.CANCELLED);
        this.delivered = meters.counter(LlmMeters.DELIVERED);
        this.events = meters.counter(LlmMeters.EVENTS);
        this.tokens = new TokenMeters(meters);
        meters.client().endpoints().forEach((name) -> this.endpoints.put(name, new AttemptMeters(meters, name)));
        this.otherEndpoints = new AttemptMeters(meters, "other");
    }

    void record(CallReport call) {
        find(this.calls, call.outcome()).record(call.elapsed());
        if (call.failure() != null) {
            find(this.failed, call.failure().kind()).increment();
        }
        if (call.fallbacks() > 0) {
            this.fallbacks.increment(call.fallbacks());
        }
        if (call.outcome() == CallOutcome.CANCELLED) {
            this.cancelled.record(call.delivered());
        }
    }

    void record(AttemptReport attempt) {
        this.endpoints.getOrDefault(attempt.endpoint(), this.otherEndpoints).record(attempt);
        this.delivered.increment(attempt.delivered());
        this.events.increment(attempt.events());
        if (attempt.usage() != null) {
            this.tokens.record(attempt.model(), attempt.usage());
        }
        RetryDecision decision = attempt.decision();
        if (attempt.failure() == null || decision == null) {
            return;
        }
        if (decision == RetryDecision.RETRIED) {
            find(this.retries, attempt.failure().kind()).increment();
        }
        else if (decision.isSuppressed()) {
            find(this.suppressed, decision).increment();
        }
    }

    /** All are there since the client opened. */
    static <K, M> M find(Map<K, M> meters, K key) {
        M meter = meters.get(key);
        if (meter == null) {
            throw new IllegalStateException("There is no meter for " + key);
        }
        return meter;
    }

}
