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

package io.github.llmhttp.dns;

import java.net.UnknownHostException;

import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolverException;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Tells failures of the name resolution from others, by the class of the cause.
 */
public final class DnsFailures {

    private DnsFailures() {
    }

    /**
     * What kind of DNS failure an error is.
     * @param error the error, with its causes
     * @return the kind, or {@code null} if the name resolution did not fail
     */
    public static @Nullable DnsFailure of(Throwable error) {
        DnsFailure found = null;
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof DnsTimeoutException || cause instanceof DnsNameResolverTimeoutException) {
                return DnsFailure.TIMEOUT;
            }
            if (cause instanceof DnsErrorCauseException refusal) {
                return DnsFailure.of(refusal.getCode());
            }
            if (cause instanceof UnknownHostException) {
                found = DnsFailure.UNKNOWN_HOST;
            }
            else if (found != null || cause instanceof DnsNameResolverException) {
                // Below the unknown host is the reason why no server could be asked
                found = DnsFailure.SERVER;
            }
        }
        return found;
    }

}
