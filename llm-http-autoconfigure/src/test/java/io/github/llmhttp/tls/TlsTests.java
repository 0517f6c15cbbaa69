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

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.llmhttp.TimeLimits;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.tls.TlsFailure.Kind;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslClosedEngineException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TlsTests {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static X509Bundle authority;

    private static X509Bundle otherAuthority;

    private static X509Bundle localhost;

    // An answer is complete shortly before its connection is back: with room for one, the
    // next call waits for it instead of opening another
    private final ConnectionProvider pool = ConnectionProvider.create("tls-tests", 1);

    private final List<String> sniNames = new CopyOnWriteArrayList<>();

    private DisposableServer server;

    @BeforeAll
    static void createCertificates() throws Exception {
        authority = authority("CN=first authority");
        otherAuthority = authority("CN=second authority");
        localhost = certificate("localhost").buildIssuedBy(authority);
    }

    @AfterEach
    void close() {
        if (this.server != null) {
            this.server.disposeNow();
        }
        this.pool.dispose();
    }

    @Test
    void callsServerWithTrustedCertificate() {
        serve(localhost);
        assertThat(call(client(trusting(authority)))).isEqualTo("hello");
    }

    @Test
    void namesTheHostToTheServerEvenWithoutDot() {
        serve(localhost);
        call(client(trusting(authority)));
        assertThat(this.sniNames).hasSize(1).first().asString().contains("localhost");
    }

    @Test
    void plainHttpStaysPlain() {
        this.server = HttpServer.create()
            .host("127.0.0.1")
            .handle((request, response) -> response.sendString(hello()))
            .bindNow();
        String body = client(trusting(authority)).get()
            .uri("http://127.0.0.1:%d/".formatted(this.server.port()))
            .responseSingle((response, content) -> content.asString())
            .block(PATIENCE);
        assertThat(body).isEqualTo("hello");
    }

    @Test
    @Covers(FaultRow.BAD_CERTIFICATE)
    void expiredCertificateIsRefused() throws Exception {
        serve(certificate("localhost").notBefore(Instant.now().minus(Duration.ofDays(2)))
            .notAfter(Instant.now().minus(Duration.ofDays(1)))
            .buildIssuedBy(authority));
        assertCertificateFailure(client(trusting(authority)), "'localhost'", "expired");
    }

    @Test
    void certificateOfTheFutureIsRefused() throws Exception {
        serve(certificate("localhost").notBefore(Instant.now().plus(Duration.ofDays(1)))
            .notAfter(Instant.now().plus(Duration.ofDays(2)))
            .buildIssuedBy(authority));
        assertCertificateFailure(client(trusting(authority)), "'localhost'", "not valid yet");
    }

    @Test
    @Covers(FaultRow.BAD_CERTIFICATE)
    void certificateForAnotherHostIsRefused() throws Exception {
        serve(certificate("api.other.test").buildIssuedBy(authority));
        assertCertificateFailure(client(trusting(authority)), "not for host 'localhost'", "api.other.test");
    }

    @Test
    @Covers(FaultRow.BAD_CERTIFICATE)
    void selfSignedCertificateIsRefused() throws Exception {
        serve(certificate("localhost").setIsCertificateAuthority(true).buildSelfSigned());
        assertCertificateFailure(client(trusting(authority)), "'localhost'", "self-signed", "tls.bundle");
    }

    @Test
    @Covers(FaultRow.BAD_CERTIFICATE)
    void certificateOfUnknownAuthorityIsRefusedByTheJvmDefaults() {
        serve(localhost);
        assertCertificateFailure(client(TlsMaterial.jvmDefaults()), "'localhost'", "unknown authority");
    }

    @Test
    void hostIsVerifiedWhateverACustomizerSays() throws Exception {
        serve(certificate("api.other.test").buildIssuedBy(authority));
        List<String> clients = new ArrayList<>();
        Tls tls = new Tls("openai", () -> trusting(authority), LIMIT, false, (client, context) -> {
            clients.add(client);
            context.endpointIdentificationAlgorithm(null);
        });
        assertCertificateFailure(tls.apply(HttpClient.create(this.pool)), "not for host 'localhost'");
        assertThat(clients).containsExactly("openai");
    }

    @Test
    @Covers(FaultRow.OLD_TLS)
    void serverWithOldProtocolsOnlyIsAMismatch() throws Exception {
        serve(localhost, (context) -> context.protocols("TLSv1.3"));
        TlsMaterial old = new TlsMaterial(null, trustOf(authority), List.of(), List.of("TLSv1.2"));
        assertFailure(client(old), Kind.REFUSED, true, "protocol mismatch");
    }

    @Test
    @Covers(FaultRow.OLD_TLS)
    void serverWithTls11OnlyIsAMismatch() throws Exception {
        String random = "00".repeat(32);
        byte[] hello = HexFormat.of().parseHex("160302002a" + "02000026" + "0302" + random + "00" + "002f" + "00");
        try (ServerSocket old = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            start(old, (socket) -> {
                socket.getOutputStream().write(hello);
                socket.getInputStream().readAllBytes();
            });
            assertFailure(get(client(trusting(authority)), old.getLocalPort()), Kind.REFUSED, true,
                    "protocol mismatch");
        }
    }

    @Test
    void oldProtocolsAreNeverOffered() {
        assertThat(TlsMaterial.jvmDefaults().protocols()).containsExactly("TLSv1.3", "TLSv1.2");
    }

    @Test
    void handshakeThatStallsFailsAtTheLimit() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            Duration limit = Duration.ofMillis(500);
            HttpClient client = new Tls(trusting(authority), limit, false).apply(HttpClient.create(this.pool));
            TimeLimits.assertFiresAt(limit,
                    () -> assertFailure(get(client, silent.getLocalPort()), Kind.TIMEOUT, false, "in time"));
        }
    }

    @Test
    void serverThatSpeaksPlainHttpIsNamed() {
        this.server = HttpServer.create()
            .host("127.0.0.1")
            .handle((request, response) -> response.sendString(hello()))
            .bindNow();
        assertFailure(client(trusting(authority)), Kind.PLAIN_TEXT, true, "looks like plain HTTP");
    }

    @Test
    void connectionThatBreaksDuringTheHandshakeIsWorthARetry() throws Exception {
        try (ServerSocket closing = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            start(closing, (socket) -> socket.getInputStream().readNBytes(16));
            assertFailure(get(client(trusting(authority)), closing.getLocalPort()), Kind.BROKEN, false,
                    "during the TLS handshake");
        }
    }

    @Test
    void ownCertificateIsShownToAServerThatAsks() throws Exception {
        X509Bundle own = new CertificateBuilder().subject("CN=client")
            .addExtendedKeyUsageClientAuth()
            .buildIssuedBy(authority);
        serve(localhost, (context) -> context.clientAuth(ClientAuth.REQUIRE).trustManager(trustOf(authority)));
        TlsMaterial mutual = new TlsMaterial(own.toKeyManagerFactory(), trustOf(authority), List.of(), List.of());
        assertThat(call(client(mutual))).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.2", "TLSv1.3" })
    void missingOwnCertificateIsNotWorthARetry(String protocol) {
        serve(localhost,
                (context) -> context.clientAuth(ClientAuth.REQUIRE)
                    .trustManager(trustOf(authority))
                    .protocols(protocol));
        assertFailure(client(trusting(authority)), Kind.REFUSED, true, "client certificate");
    }

    @Test
    @Covers(FaultRow.CERTIFICATE_ROTATES)
    void reloadServesNewHandshakesAndKeepsOldConnections() {
        AtomicReference<TlsMaterial> material = new AtomicReference<>(trusting(authority));
        Tls tls = new Tls("openai", material::get, LIMIT, false);
        List<Object> connections = new CopyOnWriteArrayList<>();
        HttpClient client = tls.apply(HttpClient.create(this.pool))
            .doOnRequest((request, connection) -> connections.add(connection.channel().id()));
        serve(localhost);
        call(client);
        material.set(trusting(otherAuthority));
        tls.reload();
        assertThat(call(client)).isEqualTo("hello");
        assertThat(connections).hasSize(2).containsOnly(connections.get(0));
        DisposableServer another = server(localhost, (context) -> {
        }).bindNow();
        try {
            assertFailure(get(client, another.port()), Kind.CERTIFICATE, true, "unknown authority");
        }
        finally {
            another.disposeNow();
        }
    }

    @Test
    void reloadWithUselessMaterialKeepsTheOldOne() {
        AtomicReference<TlsMaterial> material = new AtomicReference<>(trusting(authority));
        Tls tls = new Tls("openai", material::get, LIMIT, false);
        serve(localhost);
        material.set(new TlsMaterial(null, trustOf(authority), List.of(), List.of("TLSv9")));
        assertThatIllegalArgumentException().isThrownBy(tls::reload);
        assertThat(call(tls.apply(HttpClient.create(this.pool)))).isEqualTo("hello");
    }

    @Test
    void idleConnectionThatTheServerClosedIsNoTlsFailure() {
        assertThat(TlsFailures.of(new SslClosedEngineException("closed"))).isNull();
    }

    @Test
    void otherErrorsAreNoTlsFailures() {
        assertThat(TlsFailures.of(new IOException("reset"))).isNull();
    }

    private HttpClient client(TlsMaterial material) {
        return new Tls(material, LIMIT, false).apply(HttpClient.create(this.pool));
    }

    private void serve(X509Bundle certificate) {
        serve(certificate, (context) -> {
        });
    }

    private void serve(X509Bundle certificate, Consumer<SslContextBuilder> configurer) {
        this.server = server(certificate, configurer).bindNow();
    }

    private HttpServer server(X509Bundle certificate, Consumer<SslContextBuilder> configurer) {
        SslContext context = context(certificate, configurer);
        return HttpServer.create()
            .host("127.0.0.1")
            .secure((spec) -> spec.sslContext(context))
            .doOnConnection((connection) -> rememberServerName(connection.channel().pipeline().get(SslHandler.class)))
            .handle((request, response) -> response.sendString(hello()));
    }

    private void rememberServerName(SslHandler handler) {
        handler.handshakeFuture().addListener((future) -> {
            if (handler.engine().getSession() instanceof ExtendedSSLSession session) {
                session.getRequestedServerNames().stream().map(SNIServerName::toString).forEach(this.sniNames::add);
            }
        });
    }

    private static SslContext context(X509Bundle certificate, Consumer<SslContextBuilder> configurer) {
        try {
            SslContextBuilder context = SslContextBuilder.forServer(certificate.toKeyManagerFactory());
            configurer.accept(context);
            return context.build();
        }
        catch (Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static X509Bundle authority(String subject) throws Exception {
        return new CertificateBuilder().subject(subject).setIsCertificateAuthority(true).buildSelfSigned();
    }

    private static CertificateBuilder certificate(String host) {
        return new CertificateBuilder().subject("CN=" + host).addSanDnsName(host).addExtendedKeyUsageServerAuth();
    }

    private static TlsMaterial trusting(X509Bundle authority) {
        return new TlsMaterial(null, trustOf(authority), List.of(), List.of());
    }

    private static TrustManagerFactory trustOf(X509Bundle authority) {
        return authority.toTrustManagerFactory();
    }

    private String call(HttpClient client) {
        return get(client, this.server.port()).block(PATIENCE);
    }

    private static Mono<String> get(HttpClient client, int port) {
        return client.get()
            .uri("https://localhost:%d/".formatted(port))
            .responseSingle((response, content) -> content.asString());
    }

    private static Mono<String> hello() {
        return Mono.just("hello");
    }

    private void assertCertificateFailure(HttpClient client, String... texts) {
        assertFailure(client, Kind.CERTIFICATE, true, texts);
    }

    private void assertFailure(HttpClient client, Kind kind, boolean permanent, String... texts) {
        assertFailure(get(client, this.server.port()), kind, permanent, texts);
    }

    private static Duration assertFailure(Mono<String> call, Kind kind, boolean permanent, String... texts) {
        return StepVerifier.create(call)
            .expectErrorSatisfies((error) -> assertThat(TlsFailures.of(error)).isNotNull().satisfies((failure) -> {
                assertThat(failure.kind()).isEqualTo(kind);
                assertThat(failure.isPermanent()).isEqualTo(permanent);
                assertThat(failure.detail()).contains(texts);
            }))
            .verify(PATIENCE);
    }

    private static void start(ServerSocket server, Conversation conversation) {
        Thread thread = new Thread(() -> serve(server, conversation), "tls-tests");
        thread.setDaemon(true);
        thread.start();
    }

    private static void serve(ServerSocket server, Conversation conversation) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                conversation.run(socket);
            }
            catch (IOException ex) {
                // The client left, or the test is over
            }
        }
    }

    private interface Conversation {

        void run(Socket socket) throws IOException;

    }

}
