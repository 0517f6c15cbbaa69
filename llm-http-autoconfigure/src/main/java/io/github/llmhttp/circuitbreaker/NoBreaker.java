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

/**
 * Lets everything through and forgets it.
 */
final class NoBreaker implements EndpointBreaker, Permission {

    static final NoBreaker INSTANCE = new NoBreaker();

    private NoBreaker() {
    }

    @Override
    public Permission tryAsk(CallContext call) {
        return this;
    }

    @Override
    public LlmHttpException refusal(CallContext call) {
        throw new IllegalStateException("Nobody is refused");
    }

    @Override
    public boolean isOpen() {
        return false;
    }

    @Override
    public boolean awaitsProbe() {
        return false;
    }

    @Override
    public Duration untilProbe() {
        return Duration.ZERO;
    }

    @Override
    public CircuitBreaker.State state() {
        return CircuitBreaker.State.DISABLED;
    }

    @Override
    public void reset() {
        // Has counted nothing
    }

    @Override
    public void recheck(CallContext call) {
    }

    @Override
    public void firstContent() {
    }

    @Override
    public void failed(LlmHttpException failure) {
    }

    @Override
    public void completed() {
    }

    @Override
    public void cancelled() {
    }

}
