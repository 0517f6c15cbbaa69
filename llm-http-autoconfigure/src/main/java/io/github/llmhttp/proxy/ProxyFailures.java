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

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.proxy.HttpProxyHandler.HttpProxyConnectException;
import io.netty.handler.proxy.ProxyConnectException;
import org.jspecify.annotations.Nullable;

import io.github.llmhttp.proxy.ProxyFailure.Kind;

/**
 * Tells failures of the proxy from others, by the class of the cause.
 */
public final class ProxyFailures {

    private ProxyFailures() {
    }

    /**
     * What kind of proxy failure an error is. Ask this before asking whether DNS or TLS
     * failed: those may have failed on the way to the proxy.
     * @param error the error, with its causes
     * @return the failure, or {@code null} if no proxy failed
     */
    public static @Nullable ProxyFailure of(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProxyConnectException failed) {
                return of(failed);
            }
        }
        return null;
    }

    private static ProxyFailure of(ProxyConnectException failed) {
        if (failed instanceof ProxyUnreachableException) {
            return new ProxyFailure(Kind.UNREACHABLE, failed.getMessage() + "; see 'proxy.host' and 'proxy.port'");
        }
        if (failed instanceof HttpProxyConnectException http && asksForCredentials(http)) {
            return new ProxyFailure(Kind.CREDENTIALS,
                    "the proxy wants other credentials (407); see 'proxy.username' and 'proxy.password'");
        }
        return new ProxyFailure(Kind.REFUSED, "the proxy made no connection (%s); see 'proxy.type' and 'proxy.username'"
            .formatted(failed.getMessage()));
    }

    // RFC 9110: a 407 has this header, and nothing else has it
    private static boolean asksForCredentials(HttpProxyConnectException failed) {
        return failed.headers() != null && failed.headers().contains(HttpHeaderNames.PROXY_AUTHENTICATE);
    }

}
