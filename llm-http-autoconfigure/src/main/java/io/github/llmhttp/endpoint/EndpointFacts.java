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

package io.github.llmhttp.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.EndpointHealth.State;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import org.jspecify.annotations.Nullable;

/**
 * Remembers how an endpoint did last, from calls and probes. Asking it calls nobody.
 *
 * <p>
 * An endpoint that cannot be reached, or refuses the key, is down at once. Other failures
 * may be a matter of the single call: {@link #FAILURES_IN_A_ROW} of them without an
 * answer in between make it down.
 */
public final class EndpointFacts {

    /** Number of failed calls in a row that make an endpoint down. */
    public static final int FAILURES_IN_A_ROW = 3;

    private final String client;

    private final String endpoint;

    private final AtomicInteger failures = new AtomicInteger();

    private volatile EndpointHealth latest;

    private volatile @Nullable EndpointHealth lastProbe;

    private volatile @Nullable LastFailure lastFailure;

    /**
     * Create the memory of an endpoint of which nothing is known.
     * @param client name of the client
     * @param endpoint host and port
     */
    public EndpointFacts(String client, String endpoint) {
        this.client = client;
        this.endpoint = endpoint;
        this.latest = new EndpointHealth(client, endpoint, State.UNKNOWN, null, null, "nothing was asked yet");
    }

    /**
     * What is known.
     * @return the latest fact
     */
    public EndpointHealth health() {
        return this.latest;
    }

    /**
     * What the latest probe saw.
     * @return the fact, {@code null} if there was no probe
     */
    public @Nullable EndpointHealth lastProbe() {
        return this.lastProbe;
    }

    /**
     * The latest failure of a call that tells something about the endpoint.
     * @return the failure, {@code null} if there was none
     */
    public @Nullable LastFailure lastFailure() {
        return this.lastFailure;
    }

    /**
     * A call was answered to its end.
     * @param status HTTP status
     * @param latency time from the start of the call to the end of the answer
     */
    public void answered(int status, Duration latency) {
        this.failures.set(0);
        this.latest = fact(State.UP, latency, "last call was answered with status " + status);
    }

    /**
     * A response has come whose status nobody judged yet, as of a generic call.
     * @param status HTTP status
     * @param latency time from the start of the call
     */
    public void status(int status, Duration latency) {
        if (status == 401 || status == 403) {
            this.failures.incrementAndGet();
            broke("status " + status);
            this.latest = fact(State.DOWN, latency, "last call was answered with status " + status);
        }
        else if (status >= 500) {
            int inARow = this.failures.incrementAndGet();
            broke("status " + status);
            State state = (inARow >= FAILURES_IN_A_ROW) ? State.DOWN : this.latest.state();
            this.latest = fact(state, latency,
                    "last call was answered with status %d, %d in a row".formatted(status, inARow));
        }
        else {
            answered(status, latency);
        }
    }

    /**
     * A call failed. Only failures that tell something about the endpoint are remembered.
     * @param failure the failure
     */
    public void failed(LlmHttpException failure) {
        FailureKind kind = failure.kind();
        Duration elapsed = failure.failure().elapsed();
        switch (kind) {
            case DNS, CONNECT, TLS, AUTH, QUOTA -> {
                this.failures.incrementAndGet();
                broke(kind.name());
                this.latest = fact(State.DOWN, elapsed, "last call failed with " + kind);
            }
            case WRITE, RESPONSE_TIMEOUT, FIRST_TOKEN_TIMEOUT, TOKEN_GAP_TIMEOUT, CALL_TIMEOUT, OVERLOADED, SERVER,
                    UPSTREAM_ERROR, TRUNCATED, PROTOCOL -> {
                int inARow = this.failures.incrementAndGet();
                broke(kind.name());
                State state = (inARow >= FAILURES_IN_A_ROW) ? State.DOWN : this.latest.state();
                this.latest = fact(state, elapsed, "last call failed with %s, %d in a row".formatted(kind, inARow));
            }
            case RATE_LIMITED, BAD_REQUEST, TOO_LARGE -> {
                this.failures.set(0);
                broke(kind.name());
                this.latest = fact(State.UP, elapsed, "last call was answered with " + kind);
            }
            case CONFIG, POOL_TIMEOUT, POOL_FULL, DEADLINE, CIRCUIT_OPEN, CANCELLED, SHUTDOWN -> {
                // Tells nothing about the endpoint
            }
        }
    }

    /**
     * A probe came back.
     * @param state what it says
     * @param latency how long it took
     * @param detail one sentence on what was seen
     * @return the same as a fact
     */
    public EndpointHealth probed(State state, Duration latency, String detail) {
        EndpointHealth fact = fact(state, latency, detail);
        if (state == State.UP) {
            this.failures.set(0);
        }
        this.lastProbe = fact;
        this.latest = fact;
        return fact;
    }

    private void broke(String reason) {
        this.lastFailure = new LastFailure(reason, Instant.now());
    }

    private EndpointHealth fact(State state, Duration latency, String detail) {
        return new EndpointHealth(this.client, this.endpoint, state, Instant.now(), latency, detail);
    }

}
