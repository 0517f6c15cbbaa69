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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.tls.Tls;
import io.github.llmhttp.tls.TlsMaterial;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class Http2Tests {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static X509Bundle certificate;

    private final ConnectionProvider pool = ConnectionProvider.create("http2-tests", 5);

    private final List<String> upgrades = new CopyOnWriteArrayList<>();

    private DisposableServer server;

    @BeforeAll
    static void createCertificate() throws Exception {
        certificate = new CertificateBuilder().subject("CN=localhost")
            .addSanDnsName("localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    }

    @AfterEach
    void close() {
        this.server.disposeNow();
        this.pool.dispose();
        assertThat(this.upgrades).isEmpty();
    }

    @Test
    void http2IsNegotiatedWithAServerThatOffersIt() throws Exception {
        serve(Http2SslContextSpec.forServer(certificate.toKeyManagerFactory()), HttpProtocol.H2, HttpProtocol.HTTP11);
        assertThat(call(Http2Mode.NEGOTIATE, true)).isEqualTo("HTTP/2.0");
    }

    @Test
    @Covers(FaultRow.NO_NATIVE_TRANSPORT)
    void negotiationFallsBackToHttp11() throws Exception {
        serve(Http11SslContextSpec.forServer(certificate.toKeyManagerFactory()), HttpProtocol.HTTP11);
        assertThat(call(Http2Mode.NEGOTIATE, true)).isEqualTo("HTTP/1.1");
    }

    @Test
    void offStaysWithHttp11EvenIfTheServerOffersMore() throws Exception {
        serve(Http2SslContextSpec.forServer(certificate.toKeyManagerFactory()), HttpProtocol.H2, HttpProtocol.HTTP11);
        assertThat(call(Http2Mode.OFF, true)).isEqualTo("HTTP/1.1");
    }

    @Test
    void negotiationWithoutTlsIsHttp11AndAsksForNoUpgrade() {
        serve(HttpProtocol.H2C, HttpProtocol.HTTP11);
        assertThat(call(Http2Mode.NEGOTIATE, false)).isEqualTo("HTTP/1.1");
    }

    @Test
    void offWithoutTlsAsksForNoUpgrade() {
        serve(HttpProtocol.H2C, HttpProtocol.HTTP11);
        assertThat(call(Http2Mode.OFF, false)).isEqualTo("HTTP/1.1");
    }

    @Test
    void priorKnowledgeSpeaksHttp2AtOnce() {
        serve(HttpProtocol.H2C);
        assertThat(call(Http2Mode.PRIOR_KNOWLEDGE, false)).isEqualTo("HTTP/2.0");
    }

    @Test
    void priorKnowledgeIsRefusedForHttps() {
        serve(HttpProtocol.HTTP11);
        Http2 http2 = http2(Http2Mode.PRIOR_KNOWLEDGE);
        assertThatIllegalStateException().isThrownBy(() -> http2.apply(HttpClient.create(), true))
            .withMessageContaining("http2.mode")
            .withMessageContaining("base-url");
    }

    private String call(Http2Mode mode, boolean secure) {
        Http2 http2 = http2(mode);
        TlsMaterial material = new TlsMaterial(null, certificate.toTrustManagerFactory(), List.of(), List.of());
        HttpClient client = new Tls(material, PATIENCE, http2.isNegotiated()).apply(HttpClient.create(this.pool));
        return http2.apply(client, secure)
            .post()
            .uri("%s://localhost:%d/".formatted(secure ? "https" : "http", this.server.port()))
            .send((request, outbound) -> outbound.sendString(Mono.just("question")))
            .responseSingle((response, body) -> body.asString())
            .block(PATIENCE);
    }

    private static Http2 http2(Http2Mode mode) {
        Http2Properties properties = new Http2Properties();
        properties.setMode(mode);
        return new Http2(properties, PATIENCE);
    }

    private void serve(HttpProtocol... protocols) {
        this.server = server(protocols).bindNow();
    }

    private void serve(GenericSslContextSpec<?> tls, HttpProtocol... protocols) {
        this.server = server(protocols).secure((spec) -> spec.sslContext(tls)).bindNow();
    }

    /** Answers with the version that it was asked in. */
    private HttpServer server(HttpProtocol... protocols) {
        return HttpServer.create().host("127.0.0.1").protocol(protocols).handle((request, response) -> {
            String upgrade = request.requestHeaders().get(HttpHeaderNames.UPGRADE);
            if (upgrade != null) {
                this.upgrades.add(upgrade);
            }
            return response.sendString(request.receive().aggregate().thenReturn(request.protocol()));
        });
    }

}
