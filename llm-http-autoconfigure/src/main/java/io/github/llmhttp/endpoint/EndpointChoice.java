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

import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;

/**
 * Who is asked by the attempts of one call.
 */
public interface EndpointChoice {

    /**
     * Choose for an attempt.
     * @param call the attempt, which gets to know where it goes
     * @return the right to ask an endpoint, to be ended with the attempt
     * @throws LlmHttpException of kind {@code CIRCUIT_OPEN} if nobody may be asked
     */
    Grant next(CallContext call);

    /**
     * Whether the next attempt would ask somebody whom this call has not asked yet.
     * @return whether there is such an endpoint, and it may be asked now
     */
    boolean hasOther();

    /**
     * Always the same one.
     * @param endpoint who is asked
     * @return asks nobody else
     */
    static EndpointChoice only(Endpoint endpoint) {
        return new EndpointChoice() {

            @Override
            public Grant next(CallContext call) {
                return endpoint.grant(endpoint.breaker().ask(call));
            }

            @Override
            public boolean hasOther() {
                return false;
            }

        };
    }

}
