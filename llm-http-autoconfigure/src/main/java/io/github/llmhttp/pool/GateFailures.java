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

package io.github.llmhttp.pool;

import java.time.Duration;
import java.util.function.IntSupplier;

import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;

/**
 * Says why the gate let a call not through, with the numbers of that moment and the key
 * that would have helped.
 */
final class GateFailures {

    private final PoolLimits limits;

    private final Duration acquireTimeout;

    private final IntSupplier idleConnections;

    GateFailures(PoolLimits limits, Duration acquireTimeout, IntSupplier idleConnections) {
        this.limits = limits;
        this.acquireTimeout = acquireTimeout;
        this.idleConnections = idleConnections;
    }

    LlmHttpException of(FailureKind kind, CallContext call, AdmissionGate.Usage usage) {
        Failure.Builder failure = call.failure(kind).notProcessed(true);
        return switch (kind) {
            case POOL_TIMEOUT ->
                failure
                    .detail("no connection became free within " + Failure.seconds(this.acquireTimeout) + ": "
                            + describe(usage))
                    .limit(this.acquireTimeout, helpfulKey(call, usage))
                    .toException();
            case POOL_FULL -> failure
                .detail("%d calls wait for a connection already, limit %d: %s".formatted(usage.pending(),
                        this.limits.maxPendingAcquires(), describe(usage)))
                .key("pool.max-pending-acquires")
                .toException();
            case DEADLINE -> call.deadline().notProcessed(true).toException();
            default -> failure.detail("the client is closed").toException();
        };
    }

    private String describe(AdmissionGate.Usage usage) {
        String sessions = (usage.sessions() == 0) ? ""
                : "; %d of them by WebSocket sessions, limit %d".formatted(usage.sessions(), this.limits.maxSessions());
        return "%d of %d in use (%d by streams, limit %d%s), %d waiting, %d idle; to this host %d of %d".formatted(
                usage.inUse(), this.limits.maxConnections(), usage.streams(), this.limits.maxStreams(), sessions,
                usage.pending(), this.idleConnections.getAsInt(), usage.host(), this.limits.maxConnectionsPerHost());
    }

    /**
     * The key of the limit that kept the call back.
     */
    private String helpfulKey(CallContext call, AdmissionGate.Usage usage) {
        if (usage.inUse() >= this.limits.maxConnections()) {
            return "pool.max-connections";
        }
        if (usage.host() >= this.limits.maxConnectionsPerHost()) {
            return "pool.max-connections-per-host";
        }
        if (call.lane() == Lane.SESSION && usage.sessions() >= this.limits.maxSessions()) {
            return "websocket.max-sessions";
        }
        if (call.lane() != Lane.CALL && usage.streams() >= this.limits.maxStreams()) {
            return "pool.max-streams";
        }
        return "timeout.acquire";
    }

}
