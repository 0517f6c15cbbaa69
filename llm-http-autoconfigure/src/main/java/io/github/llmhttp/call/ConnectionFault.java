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
package io.github.llmhttp.call;

import java.time.Duration;

import io.github.llmhttp.FailureKind;
import org.jspecify.annotations.Nullable;

/**
 * Why the connection of an attempt, or its share of it, ended. Known only to those who
 * see its frames; what reaches the caller of the HTTP client is that it closed.
 *
 * @param kind what the attempt failed with
 * @param detail what happened, for the message
 * @param effectiveStatus the status that it means, 0 if none
 * @param limit the limit that was reached, {@code null} if none
 * @param key the property that changes it, {@code null} if none does
 * @param unprocessed whether the server has said that it did nothing with the request
 * @param again whether the request may be sent again at once, on another connection
 */
public record ConnectionFault(FailureKind kind, String detail, int effectiveStatus, @Nullable Duration limit,
        @Nullable String key, boolean unprocessed, boolean again) {

    /**
     * A fault that leaves open what the server did with the request.
     * @param kind what the attempt failed with
     * @param detail what happened
     * @return the fault
     */
    public static ConnectionFault of(FailureKind kind, String detail) {
        return new ConnectionFault(kind, detail, 0, null, null, false, false);
    }

    /**
     * The same fault with the status that it means.
     * @param status an HTTP status
     * @return the fault
     */
    public ConnectionFault meaning(int status) {
        return new ConnectionFault(this.kind, this.detail, status, this.limit, this.key, this.unprocessed, this.again);
    }

    /**
     * The same fault with the limit that was reached.
     * @param limit the limit, {@code null} if there is only a property
     * @param key the property, without the client's prefix
     * @return the fault
     */
    public ConnectionFault limit(@Nullable Duration limit, String key) {
        return new ConnectionFault(this.kind, this.detail, this.effectiveStatus, limit, key, this.unprocessed,
                this.again);
    }

    /**
     * The same fault for a request that the server did nothing with.
     * @param again whether it may be sent again at once
     * @return the fault
     */
    public ConnectionFault unprocessed(boolean again) {
        return new ConnectionFault(this.kind, this.detail, this.effectiveStatus, this.limit, this.key, true, again);
    }

}
