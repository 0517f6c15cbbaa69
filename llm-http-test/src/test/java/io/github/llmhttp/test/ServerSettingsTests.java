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

package io.github.llmhttp.test;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ServerSettingsTests {

    @Test
    void idleConnectionsAreClosedByTheServer() throws Exception {
        try (MockLlmServer llm = MockLlmServer.builder().idleTimeout(Duration.ofMillis(100)).start();
                RawClient client = new RawClient(llm)) {
            llm.script(Reply.text("slow").headersAfter(Duration.ofMillis(200)));
            RawClient.Seen seen = client.post(TestClient.CHAT, "{}").read();
            assertThat(seen.text()).contains("slow");
            assertThat(seen.end()).isEqualTo(RawClient.End.FIN);
            llm.awaitOpenConnections(0, TestClient.LIMIT);
            assertThat(llm.connections().closedByClient()).isZero();
        }
    }

    @Test
    void theKeepAliveHeaderIsSentWhileTheConnectionStaysOpen() throws Exception {
        try (MockLlmServer llm = MockLlmServer.builder()
            .keepAliveHeader("timeout=5")
            .maxRequestsPerConnection(2)
            .start(); RawClient client = new RawClient(llm)) {
            assertThat(client.post(TestClient.CHAT, "{}").read().text()).contains("Keep-Alive: timeout=5");
            RawClient.Seen last = client.post(TestClient.CHAT, "{}").read();
            assertThat(last.text()).contains("connection: close").doesNotContain("Keep-Alive:");
            assertThat(last.end()).isEqualTo(RawClient.End.FIN);
        }
    }

    @Test
    void aConnectionNeedsAtLeastOneRequest() {
        assertThatIllegalArgumentException().isThrownBy(() -> MockLlmServer.builder().maxRequestsPerConnection(0));
    }

    @Test
    void tlsIsSpokenWithTheGivenCertificate() throws Exception {
        X509Bundle certificate = new CertificateBuilder().subject("CN=localhost")
            .setIsCertificateAuthority(true)
            .addSanIpAddress("127.0.0.1")
            .buildSelfSigned();
        SslContext ssl = SslContextBuilder.forServer(certificate.toKeyManagerFactory()).build();
        try (MockLlmServer llm = MockLlmServer.builder().ssl(ssl).start()) {
            TrustManagerFactory trust = certificate.toTrustManagerFactory();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            HttpClient client = HttpClient.newBuilder().sslContext(context).build();
            HttpRequest request = HttpRequest.newBuilder(URI.create(llm.url() + "/v1/models")).build();
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(llm.url()).startsWith("https://");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(llm.connections().accepted()).isEqualTo(1);
        }
    }

}
