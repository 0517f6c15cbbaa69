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

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Decides as the trust manager it wraps; when that one refuses a server, says which check
 * failed and for what host, which the JDK tells by the wording of its message only.
 */
final class ExplainingTrustManager extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager trust;

    ExplainingTrustManager(X509ExtendedTrustManager trust) {
        this.trust = trust;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            this.trust.checkServerTrusted(chain, authType, engine);
        }
        catch (CertificateException ex) {
            throw refuse(chain, authType, engine.getPeerHost(), ex);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        try {
            this.trust.checkServerTrusted(chain, authType, socket);
        }
        catch (CertificateException ex) {
            String host = (socket instanceof SSLSocket ssl) ? ssl.getHandshakeSession().getPeerHost() : null;
            throw refuse(chain, authType, host, ex);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        this.trust.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        this.trust.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        this.trust.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        this.trust.checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return this.trust.getAcceptedIssuers();
    }

    private RefusedCertificateException refuse(X509Certificate[] chain, String authType, @Nullable String host,
            CertificateException reason) {
        String name = (host != null) ? host : "the server";
        return isTrusted(chain, authType) ? RefusedCertificateException.wrongHost(name, chain[0], reason)
                : RefusedCertificateException.of(name, reason);
    }

    /** Without an engine the same chain is checked, but not for which host it is. */
    private boolean isTrusted(X509Certificate[] chain, String authType) {
        try {
            this.trust.checkServerTrusted(chain, authType);
            return true;
        }
        catch (CertificateException ex) {
            return false;
        }
    }

}
