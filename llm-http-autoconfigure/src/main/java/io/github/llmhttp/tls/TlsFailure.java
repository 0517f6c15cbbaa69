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

package io.github.llmhttp.tls;

/**
 * A failed TLS handshake.
 *
 * @param kind what failed
 * @param detail one sentence on it, without the final stop
 */
public record TlsFailure(Kind kind, String detail) {

    /**
     * Whether the next attempt must fail as well.
     * @return {@code false} if a retry makes sense
     */
    public boolean isPermanent() {
        return this.kind.permanent;
    }

    /**
     * Kinds of failure.
     */
    public enum Kind {

        /** We refused the certificate of the server. */
        CERTIFICATE(true),

        /**
         * No agreement on protocol version or cipher suite, or the server refused our
         * certificate.
         */
        REFUSED(true),

        /** The server does not speak TLS. */
        PLAIN_TEXT(true),

        /** No end of the handshake within {@code timeout.tls}. */
        TIMEOUT(false),

        /** The connection broke during the handshake. */
        BROKEN(false);

        private final boolean permanent;

        Kind(boolean permanent) {
            this.permanent = permanent;
        }

    }

}
