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

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.llmhttp.circuitbreaker.Permission;

/**
 * The right of one attempt to ask one endpoint.
 */
public final class Grant {

    private final Endpoint endpoint;

    private final Permission breaker;

    private final AtomicInteger pending;

    private final AtomicBoolean ended = new AtomicBoolean();

    Grant(Endpoint endpoint, Permission breaker, AtomicInteger pending) {
        this.endpoint = endpoint;
        this.breaker = breaker;
        this.pending = pending;
        pending.incrementAndGet();
    }

    /**
     * Who is asked.
     * @return the endpoint
     */
    public Endpoint endpoint() {
        return this.endpoint;
    }

    /**
     * What the endpoint's circuit breaker gave.
     * @return the permission, to be told how the attempt went
     */
    public Permission breaker() {
        return this.breaker;
    }

    /**
     * The attempt is over. May be said more than once.
     */
    public void end() {
        if (this.ended.compareAndSet(false, true)) {
            this.pending.decrementAndGet();
        }
    }

}
