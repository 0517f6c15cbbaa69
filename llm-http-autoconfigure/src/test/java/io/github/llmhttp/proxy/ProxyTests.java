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

package io.github.llmhttp.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.llmhttp.TimeLimits;
import io.github.llmhttp.dns.DnsProperties;
import io.github.llmhttp.dns.DnsResolution;
import io.github.llmhttp.dns.FakeDnsServer;
import io.github.llmhttp.proxy.ProxyFailure.Kind;
import io.github.llmhttp.tls.Tls;
import io.github.llmhttp.tls.TlsMaterial;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ProxyTests {

    private static final String HOST = "llm.test";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ProxyProperties properties = new ProxyProperties();

    private final DisposableServer server = server().bindNow();

    private TestProxy proxy;

    @AfterEach
    void close() throws IOException {
        this.server.disposeNow();
        if (this.proxy != null) {
            this.proxy.close();
        }
    }

    @Test
    void httpProxyTunnelsAndGetsTheNameUnresolved() throws Exception {
        use(ProxyType.HTTP, TestProxy.http());
        assertThat(call(HOST)).isEqualTo("hello");
        assertThat(this.proxy.targets()).containsExactly(target(HOST));
    }

    @Test
    void httpsGoesThroughTheTunnelToo() throws Exception {
        X509Bundle certificate = new CertificateBuilder().subject("CN=llm")
            .addSanDnsName(HOST)
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
        Http11SslContextSpec tls = Http11SslContextSpec.forServer(certificate.toKeyManagerFactory());
        DisposableServer secure = server().secure((spec) -> spec.sslContext((GenericSslContextSpec<?>) tls)).bindNow();
        use(ProxyType.HTTP, TestProxy.http());
        TlsMaterial material = new TlsMaterial(null, certificate.toTrustManagerFactory(), List.of(), List.of());
        HttpClient client = new Tls(material, PATIENCE, false).apply(client());
        assertThat(get(client, "https://%s:%d/".formatted(HOST, secure.port())).block(PATIENCE)).isEqualTo("hello");
        assertThat(this.proxy.targets()).containsExactly(HOST + ":" + secure.port());
        secure.disposeNow();
    }

    @Test
    void httpProxyAcceptsCredentials() throws Exception {
        use(ProxyType.HTTP, TestProxy.httpWithCredentials());
        credentials(TestProxy.PASSWORD);
        assertThat(call(HOST)).isEqualTo("hello");
    }

    @Test
    void wrongCredentialsNameTheKeyAndAreNotWorthARetry() throws Exception {
        use(ProxyType.HTTP, TestProxy.httpWithCredentials());
        credentials("secret-canary");
        assertFailure((failure, error) -> {
            assertThat(failure.kind()).isEqualTo(Kind.CREDENTIALS);
            assertThat(failure.isPermanent()).isTrue();
            assertThat(failure.detail()).contains("407", "proxy.username").doesNotContain("canary");
            assertThat(error).hasMessageNotContaining("canary");
        });
    }

    @Test
    void missingCredentialsNameTheKey() throws Exception {
        use(ProxyType.HTTP, TestProxy.httpWithCredentials());
        assertFailure((failure, error) -> assertThat(failure.kind()).isEqualTo(Kind.CREDENTIALS));
    }

    @Test
    void refusedTunnelIsToldFromRefusedCredentials() throws Exception {
        use(ProxyType.HTTP, TestProxy.httpThatForbids());
        assertFailure((failure, error) -> {
            assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
            assertThat(failure.isPermanent()).isFalse();
            assertThat(failure.detail()).contains("403");
        });
    }

    @Test
    void proxyThatIsDownIsNamed() throws Exception {
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            this.properties.setPort(gone.getLocalPort());
        }
        this.properties.setHost("127.0.0.1");
        assertFailure((failure, error) -> {
            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(failure.isPermanent()).isFalse();
            assertThat(failure.detail()).contains("127.0.0.1:" + this.properties.getPort(), "proxy.host");
        });
    }

    @Test
    void silentProxyFailsAtTheLimit() throws Exception {
        use(ProxyType.HTTP, TestProxy.silent());
        Duration limit = Duration.ofMillis(500);
        TimeLimits.assertFiresAt(limit,
                () -> StepVerifier.create(get(client(limit), url(HOST)))
                    .expectErrorSatisfies((error) -> assertThat(ProxyFailures.of(error)).isNotNull()
                        .satisfies((failure) -> assertThat(failure.detail()).contains("timeout")))
                    .verify(PATIENCE));
    }

    @Test
    void socks5ProxyTunnels() throws Exception {
        use(ProxyType.SOCKS5, TestProxy.socks5());
        assertThat(call(HOST)).isEqualTo("hello");
        assertThat(this.proxy.targets()).containsExactly(target(HOST));
    }

    @Test
    void socks5ProxyAcceptsCredentials() throws Exception {
        use(ProxyType.SOCKS5, TestProxy.socks5WithCredentials());
        credentials(TestProxy.PASSWORD);
        assertThat(call(HOST)).isEqualTo("hello");
    }

    @Test
    void socks5ProxyRefusesWrongCredentials() throws Exception {
        use(ProxyType.SOCKS5, TestProxy.socks5WithCredentials());
        credentials("secret-canary");
        assertFailure((failure, error) -> {
            assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
            assertThat(failure.detail()).contains("proxy.username").doesNotContain("canary");
        });
    }

    @Test
    void socks4ProxyTunnels() throws Exception {
        use(ProxyType.SOCKS4, TestProxy.socks4());
        assertThat(call(HOST)).isEqualTo("hello");
        assertThat(this.proxy.targets()).containsExactly(target(HOST));
    }

    @Test
    void nonProxyHostIsReachedDirectly() throws Exception {
        use(ProxyType.HTTP, TestProxy.http());
        this.properties.setNonProxyHosts(List.of("LOCAL*"));
        assertThat(call("localhost")).isEqualTo("hello");
        assertThat(call(HOST)).isEqualTo("hello");
        assertThat(this.proxy.targets()).containsExactly(target(HOST));
    }

    @Test
    void clientResolvesTheProxyAndDirectHostsOnly() throws Exception {
        use(ProxyType.HTTP, TestProxy.http());
        this.properties.setHost("proxy.test");
        this.properties.setNonProxyHosts(List.of("*.internal"));
        try (FakeDnsServer names = new FakeDnsServer(); DnsResolution resolution = resolution(names)) {
            names.answer("proxy.test", 60, "127.0.0.1").answer("llm.internal", 60, "127.0.0.1");
            HttpClient client = proxy(PATIENCE).apply(resolution.apply(HttpClient.newConnection()));
            assertThat(get(client, url(HOST)).block(PATIENCE)).isEqualTo("hello");
            assertThat(get(client, url("llm.internal")).block(PATIENCE)).isEqualTo("hello");
            assertThat(resolution.answers()).containsOnlyKeys("proxy.test", "llm.internal");
        }
        assertThat(this.proxy.targets()).containsExactly(target(HOST));
    }

    @Test
    void directHostThatTheJvmKnowsTooIsResolvedByTheClient() throws Exception {
        use(ProxyType.HTTP, TestProxy.http());
        this.properties.setNonProxyHosts(List.of("localhost"));
        HttpServer other = HttpServer.create()
            .host("127.0.0.2")
            .port(this.server.port())
            .handle((request, response) -> response.sendString(Mono.just("from 127.0.0.2")));
        DnsProperties dns = new DnsProperties();
        dns.setHosts(Map.of("localhost", "127.0.0.2"));
        DisposableServer bound = other.bindNow();
        try (DnsResolution resolution = new DnsResolution("openai", dns, PATIENCE)) {
            HttpClient client = proxy(PATIENCE).apply(resolution.apply(HttpClient.newConnection()));
            assertThat(get(client, url("localhost")).block(PATIENCE)).isEqualTo("from 127.0.0.2");
        }
        finally {
            bound.disposeNow();
        }
        assertThat(this.proxy.targets()).isEmpty();
    }

    @Test
    void connectionThroughTheProxyIsUsedAgain() throws Exception {
        use(ProxyType.HTTP, TestProxy.http());
        credentials(TestProxy.PASSWORD);
        ConnectionProvider pool = ConnectionProvider.create("proxy-test", 1);
        try {
            HttpClient client = proxy(PATIENCE).apply(HttpClient.create(pool));
            for (int call = 0; call < 3; call++) {
                assertThat(get(client, url(HOST)).block(PATIENCE)).isEqualTo("hello");
            }
        }
        finally {
            pool.disposeLater().block(PATIENCE);
        }
        assertThat(this.proxy.targets()).containsExactly(target(HOST));
    }

    @Test
    void unknownProxyIsNamed() throws Exception {
        this.properties.setHost("proxy.test");
        this.properties.setPort(3128);
        try (FakeDnsServer names = new FakeDnsServer(); DnsResolution resolution = resolution(names)) {
            HttpClient client = proxy(PATIENCE).apply(resolution.apply(HttpClient.newConnection()));
            StepVerifier.create(get(client, url(HOST)))
                .expectErrorSatisfies((error) -> assertThat(ProxyFailures.of(error)).isNotNull()
                    .satisfies((failure) -> assertThat(failure.detail()).contains("proxy.test:3128", "proxy.host")))
                .verify(PATIENCE);
        }
    }

    @Test
    void proxyOfTheJvmIsNotUsed() {
        System.setProperty("http.proxyHost", "127.0.0.1");
        System.setProperty("http.proxyPort", "1");
        System.setProperty("http.nonProxyHosts", "");
        try {
            assertThat(call("127.0.0.1")).isEqualTo("hello");
        }
        finally {
            System.clearProperty("http.proxyHost");
            System.clearProperty("http.proxyPort");
            System.clearProperty("http.nonProxyHosts");
        }
    }

    @Test
    void clientStaysAsItIsWithoutProxy() {
        HttpClient client = HttpClient.create();
        assertThat(proxy(PATIENCE).apply(client)).isSameAs(client);
    }

    @Test
    void proxyNeedsAPort() {
        this.properties.setHost("127.0.0.1");
        assertThatIllegalArgumentException().isThrownBy(() -> proxy(PATIENCE)).withMessageContaining("proxy.port");
    }

    @Test
    void passwordNeedsAUser() {
        this.properties.setPassword("secret-canary");
        assertThatIllegalArgumentException().isThrownBy(() -> proxy(PATIENCE))
            .withMessageContaining("proxy.username")
            .withMessageNotContaining("canary");
    }

    @Test
    void customizersAdjustTheProxy() throws Exception {
        use(ProxyType.HTTP, TestProxy.httpWithCredentials());
        List<String> clients = new ArrayList<>();
        Proxy customized = new Proxy("openai", this.properties, PATIENCE, (client, builder) -> {
            clients.add(client);
            builder.username(TestProxy.USER).password((user) -> TestProxy.PASSWORD);
        });
        assertThat(get(customized.apply(HttpClient.newConnection()), url(HOST)).block(PATIENCE)).isEqualTo("hello");
        assertThat(clients).contains("openai");
    }

    @Test
    void otherErrorsAreNoProxyFailures() {
        assertThat(ProxyFailures.of(new IOException("reset"))).isNull();
    }

    private void use(ProxyType type, TestProxy proxy) {
        this.proxy = proxy;
        this.properties.setType(type);
        this.properties.setHost("127.0.0.1");
        this.properties.setPort(proxy.port());
    }

    private void credentials(String password) {
        this.properties.setUsername(TestProxy.USER);
        this.properties.setPassword(password);
    }

    private Proxy proxy(Duration limit) {
        return new Proxy("openai", this.properties, limit);
    }

    private HttpClient client() {
        return client(PATIENCE);
    }

    private HttpClient client(Duration limit) {
        return proxy(limit).apply(HttpClient.newConnection());
    }

    private String call(String host) {
        return get(client(), url(host)).block(PATIENCE);
    }

    private String url(String host) {
        return "http://" + target(host) + "/";
    }

    private String target(String host) {
        return host + ":" + this.server.port();
    }

    private void assertFailure(FailureCheck check) {
        StepVerifier.create(get(client(), url(HOST))).expectErrorSatisfies((error) -> {
            ProxyFailure failure = ProxyFailures.of(error);
            assertThat(failure).isNotNull();
            check.check(failure, error);
        }).verify(PATIENCE);
    }

    private static DnsResolution resolution(FakeDnsServer names) {
        DnsProperties properties = new DnsProperties();
        properties.setServers(List.of(names.address()));
        return new DnsResolution("openai", properties, PATIENCE);
    }

    private static Mono<String> get(HttpClient client, String url) {
        return client.get().uri(url).responseSingle((response, body) -> body.asString());
    }

    private static HttpServer server() {
        return HttpServer.create()
            .host("127.0.0.1")
            .handle((request, response) -> response.sendString(Mono.just("hello")));
    }

    private interface FailureCheck {

        void check(ProxyFailure failure, Throwable error);

    }

}
