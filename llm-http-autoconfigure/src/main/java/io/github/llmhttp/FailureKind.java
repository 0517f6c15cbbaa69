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

/**
 * What went wrong with a call. Every {@link LlmHttpException} has exactly one kind.
 */
public enum FailureKind {

    /** The settings or the request cannot work. */
    CONFIG(false),

    /** The host name was not resolved. */
    DNS(true),

    /** No TCP connection. */
    CONNECT(true),

    /** No TLS session; a certificate that is refused is never worth a retry. */
    TLS(true),

    /** No connection became free within {@code timeout.acquire}. */
    POOL_TIMEOUT(true),

    /** Too many calls wait for a connection already. */
    POOL_FULL(true),

    /** The request could not be written, or not within {@code timeout.write}. */
    WRITE(true),

    /**
     * No response headers within {@code timeout.headers}, or no byte within
     * {@code timeout.byte-idle}.
     */
    RESPONSE_TIMEOUT(true),

    /** No content within {@code timeout.first-token}. */
    FIRST_TOKEN_TIMEOUT(true),

    /** No further content within {@code timeout.token-gap}. */
    TOKEN_GAP_TIMEOUT(false),

    /** One attempt took longer than {@code timeout.call} or {@code timeout.stream}. */
    CALL_TIMEOUT(true),

    /** The whole call took longer than {@code timeout.total}. */
    DEADLINE(false),

    /** The credentials were refused (401, 403). */
    AUTH(false),

    /** The request was refused (other 4xx). */
    BAD_REQUEST(false),

    /** Too many requests or tokens for now (429). */
    RATE_LIMITED(true),

    /** The account has no quota left; waiting does not help. */
    QUOTA(false),

    /** The provider has too much to do (503, 529). */
    OVERLOADED(true),

    /** The provider failed (other 5xx). */
    SERVER(true),

    /** The provider reported an error inside a response of status 200. */
    UPSTREAM_ERROR(true),

    /** The response ended before it was complete. */
    TRUNCATED(true),

    /** The response is not what HTTP or the provider's protocol allow. */
    PROTOCOL(false),

    /** A response is larger than a limit. */
    TOO_LARGE(false),

    /** The circuit breaker lets no call through for now. */
    CIRCUIT_OPEN(false),

    /** Somebody who watches over the application cancelled the call. */
    CANCELLED(false),

    /** The client is closing or closed. */
    SHUTDOWN(false);

    private final boolean repeatable;

    FailureKind(boolean repeatable) {
        this.repeatable = repeatable;
    }

    boolean isRepeatable() {
        return this.repeatable;
    }

}
