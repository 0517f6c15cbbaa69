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

package io.github.llmhttp.retry;

import io.github.llmhttp.Failure;
import io.github.llmhttp.LlmHttpException;
import org.jspecify.annotations.Nullable;

/**
 * Whether it is right to repeat a call that failed, which depends on what the server did
 * with it.
 */
enum RetryClass {

    /** The server never saw the request. */
    FREE,

    /** The server said that another attempt may succeed. */
    TOLD,

    /** The server may have processed the request. */
    DOUBTFUL,

    /** Another attempt fails too, or costs more than it is worth. */
    NEVER;

    /**
     * The class of a failure.
     * @param exception how the attempt failed
     * @param advice what the response's {@code x-should-retry} says, which overrides its
     * status as in the vendors' own SDKs; {@code null} if it says nothing
     * @param onPoolTimeout whether a wait for a connection is repeated
     * @return the class
     */
    static RetryClass of(LlmHttpException exception, @Nullable Boolean advice, boolean onPoolTimeout) {
        Failure failure = exception.failure();
        if (failure.delivered() > 0) {
            return NEVER;
        }
        if (advice != null && failure.status() >= 400) {
            return advice ? TOLD : NEVER;
        }
        if (failure.permanent()) {
            return NEVER;
        }
        return switch (failure.kind()) {
            case POOL_TIMEOUT, POOL_FULL -> onPoolTimeout ? FREE : NEVER;
            case DNS, CONNECT, TLS, WRITE, RESPONSE_TIMEOUT, FIRST_TOKEN_TIMEOUT, CALL_TIMEOUT, TRUNCATED ->
                failure.notProcessed() ? FREE : DOUBTFUL;
            case RATE_LIMITED -> TOLD;
            case BAD_REQUEST, OVERLOADED, SERVER, UPSTREAM_ERROR -> isTold(failure.effectiveStatus()) ? TOLD : NEVER;
            default -> NEVER;
        };
    }

    /**
     * Whether a stream broke in a way that a new one may not.
     * @param failure how it ended after its first content
     * @return whether it may be asked for anew
     */
    static boolean isBroken(Failure failure) {
        return switch (failure.kind()) {
            case TRUNCATED, TOKEN_GAP_TIMEOUT, RESPONSE_TIMEOUT -> true;
            case UPSTREAM_ERROR -> isTold(failure.effectiveStatus());
            default -> false;
        };
    }

    /**
     * Whether a status asks for another attempt: a timeout, a conflict, too many requests
     * and all 5xx but those that say what the server will never do (RFC 9110, section
     * 15).
     */
    static boolean isTold(int status) {
        return status == 408 || status == 409 || status == 429 || (status >= 500 && status != 501 && status != 505);
    }

}
