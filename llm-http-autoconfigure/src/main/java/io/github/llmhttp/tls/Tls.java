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

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import reactor.netty.http.client.HttpClient;

/**
 * TLS of one client: certificates that can be replaced while it runs, a limit for the
 * handshake, and a check of the server's host name that cannot be switched off. Takes
 * effect for {@code https} only.
 */
public final class Tls {

    /** A peer that reads no more must not keep a connection from closing. */
    private static final Duration CLOSE_NOTIFY = Duration.ofSeconds(1);

    private final ReloadableSslContext context;

    private final Duration handshakeTimeout;

    /**
     * Create TLS whose certificates can be replaced.
     * @param client name of the client
     * @param material gives the certificates of now, asked here and on each
     * {@link #reload()}
     * @param handshakeTimeout longest handshake
     * @param http2 whether HTTP/2 is offered to the server (ALPN)
     * @param customizers callbacks for the TLS context
     * @throws IllegalArgumentException if the material is of no use
     */
    public Tls(String client, Supplier<TlsMaterial> material, Duration handshakeTimeout, boolean http2,
            TlsCustomizer... customizers) {
        SslContexts contexts = new SslContexts(client, http2, List.of(customizers));
        this.context = new ReloadableSslContext(() -> contexts.create(material.get()));
        this.handshakeTimeout = handshakeTimeout;
    }

    /**
     * Create TLS with certificates that stay.
     * @param material the certificates
     * @param handshakeTimeout longest handshake
     * @param http2 whether HTTP/2 is offered to the server (ALPN)
     */
    public Tls(TlsMaterial material, Duration handshakeTimeout, boolean http2) {
        this("", () -> material, handshakeTimeout, http2);
    }

    /**
     * Let a client use this TLS for {@code https}.
     * @param client the client
     * @return the client with TLS
     */
    public HttpClient apply(HttpClient client) {
        return client.secure((spec) -> spec.sslContext((SslContext) this.context)
            .handshakeTimeout(this.handshakeTimeout)
            .closeNotifyFlushTimeout(CLOSE_NOTIFY)
            .closeNotifyReadTimeout(Duration.ZERO)
            .handlerConfigurator(Tls::verifyHost));
    }

    /**
     * Ask for the certificates again. New handshakes use them; connections that are open
     * live on, and stay in the same pool.
     * @throws IllegalArgumentException if the new material is of no use; the old one
     * stays
     */
    public void reload() {
        this.context.reload();
    }

    private static void verifyHost(SslHandler handler) {
        ServerIdentity.verify(handler.engine());
    }

}
