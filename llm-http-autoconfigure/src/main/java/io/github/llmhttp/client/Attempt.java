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

package io.github.llmhttp.client;

import java.util.List;

import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.circuitbreaker.Permission;
import io.github.llmhttp.endpoint.Endpoint;
import io.github.llmhttp.endpoint.Grant;
import io.github.llmhttp.pool.Permit;
import io.github.llmhttp.timeout.AttemptClock;

/**
 * One attempt that has a connection, as those see it who read its response.
 *
 * @param call the attempt
 * @param clock its clock
 * @param time the time that waits are measured by
 * @param failures translates foreign failures
 * @param permit the right to a connection
 * @param grant the right to ask an endpoint, whose breaker hears how it did
 */
record Attempt(CallContext call, AttemptClock clock, CallTime time, FailureTranslation failures, Permit permit,
        Grant grant) {

    /** Who is asked. */
    Endpoint endpoint() {
        return this.grant.endpoint();
    }

    Permission breaker() {
        return this.grant.breaker();
    }

    Attempt sending(List<String> secrets) {
        return new Attempt(this.call, this.clock, this.time, this.failures.sending(secrets), this.permit, this.grant);
    }

    Throwable translate(Throwable error) {
        return this.failures.translate(error, this.call);
    }

}
