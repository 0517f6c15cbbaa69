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

import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;

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
    Permission ask(CallContext call);

    /**
     * Whether it is pointless to ask for now. False as soon as a probe is due.
     * @return whether the endpoint gets no call
     */
    boolean isOpen();

    /**
     * The state at this moment.
     * @return {@code DISABLED} if breakers are switched off
     */
    CircuitBreaker.State state();

}
