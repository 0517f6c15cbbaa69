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

package io.github.llmhttp.proxy;

/**
 * A connection that failed at the proxy.
 *
 * @param kind what failed
 * @param detail one sentence on it, without the final stop
 */
public record ProxyFailure(Kind kind, String detail) {

    /**
     * Whether the next attempt must fail as well.
     * @return {@code false} if a retry makes sense
     */
    public boolean isPermanent() {
        return this.kind == Kind.CREDENTIALS;
    }

    /**
     * Kinds of failure.
     */
    public enum Kind {

        /** The proxy itself cannot be reached. */
        UNREACHABLE,

        /** An HTTP proxy wants other credentials. */
        CREDENTIALS,

        /** The proxy does not connect to the endpoint, or not in time. */
        REFUSED

    }

}
