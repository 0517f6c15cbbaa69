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

import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;

/**
 * What a TLS handshake needs: own and trusted certificates, and what may be agreed on.
 *
 * @param keys own certificate for servers that ask for one, {@code null} for none
 * @param trust trusted certificates, {@code null} for those of the JVM
 * @param ciphers cipher suites, empty for Netty's choice
 * @param protocols protocol versions, empty for TLS 1.3 and 1.2
 */
public record TlsMaterial(@Nullable KeyManagerFactory keys, @Nullable TrustManagerFactory trust, List<String> ciphers,
        List<String> protocols) {

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    public TlsMaterial {
        ciphers = List.copyOf(ciphers);
        // Not left to the JVM: an old one may still offer 1.0 and 1.1
        protocols = protocols.isEmpty() ? PROTOCOLS : List.copyOf(protocols);
    }

    /**
     * Trust of the JVM, no own certificate.
     * @return the defaults
     */
    public static TlsMaterial jvmDefaults() {
        return new TlsMaterial(null, null, List.of(), List.of());
    }

}
