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

package io.github.llmhttp.circuitbreaker;

import java.time.Duration;

import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker of one endpoint.
 */
public interface EndpointBreaker {

    /**
     * Ask for an attempt.
     * @param call the attempt
     * @return the permission, to be told how the attempt went
     * @throws LlmHttpException of kind {@code CIRCUIT_OPEN} if it is not let through
     */
    default Permission ask(CallContext call) {
        Permission permission = tryAsk(call);
        if (permission == null) {
            throw refusal(call);
        }
        return permission;
    }

    /**
     * Ask for an attempt that may go elsewhere.
     * @param call the attempt
     * @return the permission, {@code null} if it is not let through
     */
    @Nullable Permission tryAsk(CallContext call);

    /**
     * Why an attempt is not let through.
     * @param call the attempt
     * @return a failure of kind {@code CIRCUIT_OPEN}
     */
    LlmHttpException refusal(CallContext call);

    /**
     * Whether it is pointless to ask for now. False as soon as a probe is due.
     * @return whether the endpoint gets no call
     */
    boolean isOpen();

    /**
     * Whether the next attempts decide if the endpoint gets calls again.
     * @return whether a probe is due, or some are under way
     */
    boolean awaitsProbe();

    /**
     * Time until an open breaker lets a probe through.
     * @return the time; as long as can be if nobody knows
     */
    Duration untilProbe();

    /**
     * The state at this moment.
     * @return {@code DISABLED} if breakers are switched off
     */
    CircuitBreaker.State state();

    /**
     * Close it and forget what it has counted.
     */
    void reset();

}
