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

import java.security.cert.CertificateException;
import java.util.Arrays;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslClosedEngineException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.github.llmhttp.tls.TlsFailure.Kind;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Tells failures of TLS from others, by the class of the cause.
 */
public final class TlsFailures {

    private static final String BROKEN = "the connection broke during the TLS handshake";

    private TlsFailures() {
    }

    /**
     * What kind of TLS failure an error is.
     * @param error the error, with its causes
     * @return the failure, or {@code null} if TLS did not fail
     */
    public static @Nullable TlsFailure of(Throwable error) {
        TlsFailure found = null;
        // The innermost cause tells most: what refuses a certificate is wrapped twice
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof RefusedCertificateException refused) {
                return new TlsFailure(Kind.CERTIFICATE, String.valueOf(refused.getMessage()));
            }
            if (cause instanceof CertificateException) {
                return new TlsFailure(Kind.CERTIFICATE, "the certificate " + RefusedCertificateException.why(cause));
            }
            TlsFailure failure = ofSsl(cause);
            found = (failure != null) ? failure : found;
        }
        return found;
    }

    private static @Nullable TlsFailure ofSsl(Throwable cause) {
        if (cause instanceof SslHandshakeTimeoutException) {
            return new TlsFailure(Kind.TIMEOUT, "the TLS handshake did not end in time");
        }
        if (cause instanceof NotSslRecordException) {
            return new TlsFailure(Kind.PLAIN_TEXT,
                    "the server does not speak TLS, this looks like plain HTTP; use http:// or the TLS port");
        }
        // Alerts are of exactly this class; Netty's subclass says that the
        // connection broke
        if (cause.getClass() == SSLHandshakeException.class) {
            return new TlsFailure(Kind.REFUSED,
                    "TLS protocol mismatch or refused client certificate (%s)".formatted(cause.getMessage()));
        }
        if (cause instanceof SSLHandshakeException) {
            return new TlsFailure(Kind.BROKEN, BROKEN);
        }
        // A close by the server comes as a closed channel, with the handshake beside it
        if (Arrays.stream(cause.getSuppressed()).anyMatch(SSLHandshakeException.class::isInstance)) {
            return new TlsFailure(Kind.BROKEN, BROKEN);
        }
        // A closed engine is no failure of TLS: the server closed an idle connection
        return (cause instanceof SSLException && !(cause instanceof SslClosedEngineException))
                ? new TlsFailure(Kind.REFUSED, "TLS failed (%s)".formatted(cause.getMessage())) : null;
    }

}
