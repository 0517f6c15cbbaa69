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

import java.io.Serial;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The certificate of a server was refused. The message says why and for what host.
 */
final class RefusedCertificateException extends CertificateException {

    @Serial
    private static final long serialVersionUID = 1L;

    private RefusedCertificateException(String message, CertificateException reason) {
        super(message, reason);
    }

    static RefusedCertificateException wrongHost(String host, X509Certificate certificate,
            CertificateException reason) {
        return new RefusedCertificateException(
                "the certificate is not for host '%s' but for %s".formatted(host, names(certificate)), reason);
    }

    static RefusedCertificateException of(String host, CertificateException reason) {
        return new RefusedCertificateException("the certificate of '%s' %s".formatted(host, why(reason)), reason);
    }

    static String why(Throwable reason) {
        for (Throwable cause = reason; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException || isReason(cause, BasicReason.EXPIRED)) {
                return "has expired";
            }
            if (cause instanceof CertificateNotYetValidException || isReason(cause, BasicReason.NOT_YET_VALID)) {
                return "is not valid yet; is the clock right?";
            }
            if (cause instanceof CertificateRevokedException || isReason(cause, BasicReason.REVOKED)) {
                return "has been revoked";
            }
            if (isReason(cause, BasicReason.ALGORITHM_CONSTRAINED)) {
                return "uses an algorithm or key that is too weak";
            }
            if (cause instanceof CertPathBuilderException) {
                return "comes from an unknown authority or is self-signed; trust it with an SSL bundle in 'tls.bundle'";
            }
        }
        return "was refused (%s)".formatted(reason.getMessage());
    }

    private static boolean isReason(Throwable cause, BasicReason reason) {
        return cause instanceof CertPathValidatorException invalid && invalid.getReason() == reason;
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                alternatives.forEach((alternative) -> names.add(String.valueOf(alternative.get(1))));
            }
        }
        catch (CertificateParsingException ex) {
            // Without names it is not for the host either
            names.add("unreadable names");
        }
        return names;
    }

}
