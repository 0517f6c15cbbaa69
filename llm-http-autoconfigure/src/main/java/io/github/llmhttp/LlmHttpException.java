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

package io.github.llmhttp;

import org.jspecify.annotations.Nullable;

/**
 * The one family of failures of a call. The message says what happened, to whom, against
 * which limit, and which key changes it; the same facts are in {@link #failure()}. A key,
 * a prompt or an answer is never part of it.
 */
public abstract sealed class LlmHttpException extends RuntimeException
        permits LlmConfigException, LlmConnectionException, LlmPoolException, LlmTimeoutException, LlmResponseException,
        LlmTruncatedException, LlmUnavailableException {

    private final Failure failure;

    LlmHttpException(Failure failure, @Nullable Throwable cause) {
        super(failure.message(), cause);
        this.failure = failure;
    }

    static LlmHttpException of(Failure failure, @Nullable Throwable cause) {
        return switch (failure.kind()) {
            case CONFIG -> new LlmConfigException(failure, cause);
            case DNS, CONNECT, TLS, WRITE -> new LlmConnectionException(failure, cause);
            case POOL_TIMEOUT, POOL_FULL -> new LlmPoolException(failure, cause);
            case RESPONSE_TIMEOUT, FIRST_TOKEN_TIMEOUT, TOKEN_GAP_TIMEOUT, CALL_TIMEOUT, DEADLINE ->
                new LlmTimeoutException(failure, cause);
            case AUTH, BAD_REQUEST, RATE_LIMITED, QUOTA, OVERLOADED, SERVER, UPSTREAM_ERROR, PROTOCOL, TOO_LARGE ->
                new LlmResponseException(failure, cause);
            case TRUNCATED -> new LlmTruncatedException(failure, cause);
            case CIRCUIT_OPEN, CANCELLED, SHUTDOWN -> new LlmUnavailableException(failure, cause);
        };
    }

    /**
     * All facts of the failure.
     * @return the facts
     */
    public Failure failure() {
        return this.failure;
    }

    /**
     * What went wrong.
     * @return the kind
     */
    public FailureKind kind() {
        return this.failure.kind();
    }

    /**
     * Whether the same call can succeed when it is repeated, and repeating it does not
     * repeat content that was delivered already. Never once an item was delivered; else
     * true for what did not reach the provider, for time limits of an attempt, for a full
     * pool, and for the statuses 408, 409, 429 and 5xx, also inside a 200. False for a
     * refused certificate, an exhausted quota, a refused key or request, a broken
     * protocol, a size limit, the limit of the whole call and a closing client.
     * @return whether a retry makes sense
     */
    public boolean isRetryable() {
        return this.failure.isRetryable();
    }

}
