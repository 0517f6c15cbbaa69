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

/**
 * What an attempt needs of its endpoint's circuit breaker, and tells it. Every method may
 * be called more than once and by any thread; what was said first counts.
 */
public interface Permission {

    /**
     * Look again after a wait, such as that for a connection: the breaker may have opened
     * meanwhile. The time to the first content begins anew.
     * @param call the attempt
     * @throws LlmHttpException if the breaker does not let it through any more; the
     * permission has gone back then
     */
    void recheck(CallContext call);

    /**
     * The first content has come: a success, however long the rest takes.
     */
    void firstContent();

    /**
     * The attempt failed, perhaps after its first content.
     * @param failure why; some failures say nothing of the endpoint
     */
    void failed(LlmHttpException failure);

    /**
     * The attempt came to its end.
     */
    void completed();

    /**
     * Nobody waits for the attempt any more. Says nothing of the endpoint.
     */
    void cancelled();

}
