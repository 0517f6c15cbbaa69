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
 * Whether an attempt that failed is followed by another one, and why not.
 */
public enum RetryDecision {

    /** Another attempt follows. */
    RETRIED("retried"),

    /** Another attempt is of no use, or would repeat what was delivered. */
    FINAL("final"),

    /** It was the last of {@code retry.max-attempts}. */
    MAX_ATTEMPTS("max-attempts"),

    /** {@code retry.budget} is used up by the calls of the last seconds. */
    BUDGET("budget"),

    /** The wait would outlast {@code timeout.total}. */
    DEADLINE("deadline"),

    /** The provider asks for a wait over {@code retry.max-retry-after}. */
    MAX_RETRY_AFTER("max-retry-after"),

    /** The request's body cannot be sent again. */
    BODY("body"),

    /** Another client or model answers at once. */
    FALLBACK("fallback"),

    /** {@code retry.enabled} is false. */
    DISABLED("disabled");

    private final String id;

    RetryDecision(String id) {
        this.id = id;
    }

    /**
     * The name that logs and meters use.
     * @return the name in lower case
     */
    public String id() {
        return this.id;
    }

    /**
     * Whether another attempt was worth it, but did not follow.
     * @return whether something held it back
     */
    public boolean isSuppressed() {
        return this != RETRIED && this != FINAL && this != DISABLED;
    }

}
