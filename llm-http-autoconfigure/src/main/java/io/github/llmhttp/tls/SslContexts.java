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

import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.util.List;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;

/**
 * Builds the TLS context of a client from its material.
 */
final class SslContexts {

    private final String client;

    private final boolean http2;

    private final List<TlsCustomizer> customizers;

    SslContexts(String client, boolean http2, List<TlsCustomizer> customizers) {
        this.client = client;
        this.http2 = http2;
        this.customizers = customizers;
    }

    SslContext create(TlsMaterial material) {
        try {
            SslContext context = context(material);
            // Wrong protocols and ciphers show in an engine only
            ReferenceCountUtil.release(context.newEngine(UnpooledByteBufAllocator.DEFAULT));
            return context;
        }
        catch (SSLException | IllegalArgumentException ex) {
            throw new IllegalArgumentException("TLS settings of client '%s' do not work (%s); see 'tls.bundle'"
                .formatted(this.client, ex.getMessage()), ex);
        }
    }

    private SslContext context(TlsMaterial material) throws SSLException {
        if (this.http2) {
            return Http2SslContextSpec.forClient().configure((context) -> apply(material, context)).sslContext();
        }
        return Http11SslContextSpec.forClient().configure((context) -> apply(material, context)).sslContext();
    }

    private void apply(TlsMaterial material, SslContextBuilder context) {
        if (material.keys() != null) {
            context.keyManager(material.keys());
        }
        trust(context, material.trust());
        if (!material.ciphers().isEmpty()) {
            context.ciphers(material.ciphers(), SupportedCipherSuiteFilter.INSTANCE);
        }
        context.protocols(material.protocols());
        this.customizers.forEach((customizer) -> customizer.customize(this.client, context));
    }

    private static void trust(SslContextBuilder context, @Nullable TrustManagerFactory given) {
        TrustManagerFactory factory = (given != null) ? given : jvmTrust();
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                context.trustManager(new ExplainingTrustManager(extended));
                return;
            }
        }
        context.trustManager(factory);
    }

    private static TrustManagerFactory jvmTrust() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return factory;
        }
        catch (NoSuchAlgorithmException | KeyStoreException ex) {
            throw new IllegalArgumentException("The JVM has no trusted certificates; set 'tls.bundle'", ex);
        }
    }

}
