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

import io.netty.util.NetUtil;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * Tells the server which host is meant, and checks that its certificate is for that host.
 */
final class ServerIdentity {

    private ServerIdentity() {
    }

    static void verify(SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        String host = engine.getPeerHost();
        if (host != null && !isAddress(host)) {
            parameters.setServerNames(serverNames(host, parameters.getServerNames()));
        }
        engine.setSSLParameters(parameters);
    }

    /**
     * The JDK leaves out names without a dot, which are common in containers.
     */
    private static List<SNIServerName> serverNames(String host, List<SNIServerName> otherwise) {
        try {
            return List.of(new SNIHostName(host));
        }
        catch (IllegalArgumentException ex) {
            // A name that resolves but breaks the rules of host names, as with underscore
            return otherwise;
        }
    }

    private static boolean isAddress(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

}
