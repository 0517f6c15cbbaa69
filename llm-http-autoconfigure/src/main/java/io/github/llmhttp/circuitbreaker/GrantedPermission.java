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

import java.util.concurrent.atomic.AtomicReference;

import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.jspecify.annotations.Nullable;

/**
 * The permission of one attempt: waits for its first content, then for its end. Takes no
 * lock, since listeners of the breaker run in it.
 */
final class GrantedPermission implements Permission {

    private final GuardingBreaker breaker;

    private final Lane lane;

    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);

    // The state that gave it, null once it went back
    private final AtomicReference<CircuitBreaker.@Nullable Metrics> grant;

    private volatile long since;

    private volatile long firstContent;

    GrantedPermission(GuardingBreaker breaker, CircuitBreaker.Metrics grant, Lane lane) {
        this.breaker = breaker;
        this.lane = lane;
        this.grant = new AtomicReference<>(grant);
        this.since = breaker.now();
    }

    @Override
    public void recheck(CallContext call) {
        CircuitBreaker.Metrics held = this.grant.get();
        if (held == null || this.phase.get() != Phase.WAITING) {
            return;
        }
        this.since = this.breaker.now();
        if (this.breaker.honours(held)) {
            return;
        }
        CircuitBreaker.Metrics fresh = this.breaker.tryAcquire();
        if (fresh == null) {
            this.phase.set(Phase.DONE);
            throw this.breaker.refusal(call);
        }
        // Cancelled meanwhile: nobody would give it back
        if (!this.grant.compareAndSet(held, fresh)) {
            this.breaker.release(fresh);
        }
    }

    @Override
    public void firstContent() {
        long waited = waited();
        if (this.phase.compareAndSet(Phase.WAITING, Phase.ANSWERED)) {
            this.firstContent = waited;
            this.breaker.succeeded(this.grant.get(), waited);
        }
    }

    @Override
    public void failed(LlmHttpException failure) {
        Phase before = this.phase.getAndSet(Phase.DONE);
        if (before != Phase.DONE && CountedFailures.contains(failure)) {
            long nanos = (before == Phase.ANSWERED) ? this.firstContent : waited();
            this.breaker.failed(this.grant.get(), nanos, failure);
        }
        else if (before == Phase.WAITING) {
            giveBack();
        }
    }

    @Override
    public void completed() {
        if (this.phase.getAndSet(Phase.DONE) == Phase.WAITING) {
            this.breaker.succeeded(this.grant.get(), waited());
        }
    }

    @Override
    public void cancelled() {
        if (this.phase.getAndSet(Phase.DONE) == Phase.WAITING) {
            giveBack();
        }
    }

    private void giveBack() {
        CircuitBreaker.Metrics held = this.grant.getAndSet(null);
        if (held != null) {
            this.breaker.release(held);
        }
    }

    private long waited() {
        long nanos = this.breaker.now() - this.since;
        return (this.lane != Lane.CALL) ? nanos : this.breaker.neverSlow(nanos);
    }

    private enum Phase {

        WAITING, ANSWERED, DONE

    }

}
