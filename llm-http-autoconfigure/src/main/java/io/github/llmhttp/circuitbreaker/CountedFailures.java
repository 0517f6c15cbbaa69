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

/**
 * Which failures say that the endpoint is in a bad way.
 */
final class CountedFailures {

    private CountedFailures() {
    }

    static boolean contains(LlmHttpException failure) {
        return switch (failure.kind()) {
            case CONNECT, TLS, DNS, WRITE, RESPONSE_TIMEOUT, FIRST_TOKEN_TIMEOUT, TOKEN_GAP_TIMEOUT, CALL_TIMEOUT,
                    TRUNCATED, PROTOCOL, SERVER, OVERLOADED ->
                true;
            case UPSTREAM_ERROR -> isOfServer(failure.failure().effectiveStatus());
            case AUTH, BAD_REQUEST, RATE_LIMITED, QUOTA, POOL_TIMEOUT, POOL_FULL, TOO_LARGE, CIRCUIT_OPEN, CONFIG,
                    DEADLINE, CANCELLED, SHUTDOWN ->
                false;
        };
    }

    private static boolean isOfServer(int status) {
        return status == 408 || status >= 500;
    }

}
