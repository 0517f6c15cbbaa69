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

package io.github.llmhttp.http2;

import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;

/**
 * Choice of the HTTP version of one client. An upgrade from HTTP/1.1 ({@code h2c}) is
 * never asked for, as some servers lose the request's body over it.
 */
public final class Http2 {

    private final Http2Mode mode;

    /**
     * Create the choice for a client.
     * @param properties settings, read once
     */
    public Http2(Http2Properties properties) {
        this.mode = properties.getMode();
    }

    /**
     * Let a client speak the chosen versions.
     * @param client the client
     * @param secure whether its endpoint is reached by {@code https}
     * @return the client with these versions
     * @throws IllegalStateException if HTTP/2 without asking is chosen for {@code https}
     */
    public HttpClient apply(HttpClient client, boolean secure) {
        return switch (this.mode) {
            case OFF -> client.protocol(HttpProtocol.HTTP11);
            case NEGOTIATE ->
                secure ? client.protocol(HttpProtocol.H2, HttpProtocol.HTTP11) : client.protocol(HttpProtocol.HTTP11);
            case PRIOR_KNOWLEDGE -> client.protocol(priorKnowledge(secure));
        };
    }

    /**
     * Whether TLS has to offer HTTP/2 to the server.
     * @return whether the version is negotiated
     */
    public boolean isNegotiated() {
        return this.mode == Http2Mode.NEGOTIATE;
    }

    private static HttpProtocol priorKnowledge(boolean secure) {
        if (secure) {
            throw new IllegalStateException("'http2.mode: prior-knowledge' needs an http:// address in 'base-url'; "
                    + "with https:// use 'negotiate'");
        }
        return HttpProtocol.H2C;
    }

}
