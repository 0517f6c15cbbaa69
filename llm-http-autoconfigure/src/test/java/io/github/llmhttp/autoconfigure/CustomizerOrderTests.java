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

package io.github.llmhttp.autoconfigure;

import java.time.Duration;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.dns.DnsCustomizer;
import io.github.llmhttp.pool.ConnectionPoolCustomizer;
import io.github.llmhttp.proxy.ProxyCustomizer;
import io.github.llmhttp.proxy.TestProxy;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.tls.TlsCustomizer;
import io.github.llmhttp.transport.HttpClientCustomizer;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.NetUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Customizers of one kind contradict each other: the last one in the order wins, wherever
 * it is declared.
 */
class CustomizerOrderTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final MockLlmServer server = MockLlmServer.start();

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(LlmHttpAutoConfiguration.class, WebClientAutoConfiguration.class,
                JacksonAutoConfiguration.class))
        .withPropertyValues("llm.http.model=m", "llm.http.retry.enabled=false");

    @AfterEach
    void close() {
        this.server.close();
    }

    @Test
    void lastHttpClientCustomizerWins() {
        this.contextRunner.withUserConfiguration(HttpClients.class)
            .withPropertyValues("llm.http.base-url=" + this.server.url())
            .run((context) -> {
                assertAnswers(context.getBean(LlmWebClient.class));
                assertThat(this.server.call().header("X-Customized")).isEqualTo("last");
            });
    }

    @Test
    void lastWebClientCustomizerWins() {
        this.contextRunner.withUserConfiguration(WebClients.class)
            .withPropertyValues("llm.http.base-url=" + this.server.url())
            .run((context) -> {
                assertAnswers(context.getBean(LlmWebClient.class));
                assertThat(this.server.call().header("X-Customized")).isEqualTo("last");
            });
    }

    @Test
    void lastConnectionPoolCustomizerWins() {
        this.server.otherwise(Reply.text("Hi").headersAfter(Duration.ofMillis(100)));
        this.contextRunner.withUserConfiguration(Pools.class)
            .withPropertyValues("llm.http.base-url=" + this.server.url())
            .run((context) -> {
                LlmWebClient client = context.getBean(LlmWebClient.class);
                StepVerifier.create(Flux.range(0, 3).flatMap((i) -> client.chat("Hi")))
                    .expectNextCount(3)
                    .expectComplete()
                    .verify(LONG);
                assertThat(this.server.connections().accepted()).isEqualTo(1);
            });
    }

    @Test
    void lastDnsCustomizerWins() {
        this.contextRunner.withUserConfiguration(Resolvers.class)
            .withPropertyValues("llm.http.base-url=http://llm.test:" + this.server.port())
            .run((context) -> assertAnswers(context.getBean(LlmWebClient.class)));
    }

    @Test
    void lastTlsCustomizerWins() throws Exception {
        X509Bundle trusted = certificate();
        try (MockLlmServer secure = MockLlmServer.builder()
            .ssl(SslContextBuilder.forServer(trusted.toKeyManagerFactory()).build())
            .start()) {
            this.contextRunner.withUserConfiguration(Tls.class)
                .withBean("trusted", X509Bundle.class, () -> trusted)
                .withBean("other", X509Bundle.class, CustomizerOrderTests::certificate)
                .withPropertyValues("llm.http.base-url=https://localhost:" + secure.port())
                .run((context) -> assertAnswers(context.getBean(LlmWebClient.class)));
        }
    }

    @Test
    void lastProxyCustomizerWins() throws Exception {
        try (TestProxy proxy = TestProxy.httpWithCredentials()) {
            this.contextRunner.withUserConfiguration(Proxies.class)
                .withPropertyValues("llm.http.base-url=http://llm.test:" + this.server.port(),
                        "llm.http.proxy.host=127.0.0.1", "llm.http.proxy.port=" + proxy.port())
                .run((context) -> assertAnswers(context.getBean(LlmWebClient.class)));
        }
    }

    private static void assertAnswers(LlmWebClient client) {
        StepVerifier.create(client.chat("Hi")).expectNextCount(1).expectComplete().verify(LONG);
    }

    private static X509Bundle certificate() {
        try {
            return new CertificateBuilder().subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        }
        catch (Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class HttpClients {

        @Bean
        @Order(3)
        HttpClientCustomizer last() {
            return header("last");
        }

        @Bean
        @Order(1)
        HttpClientCustomizer first() {
            return header("first");
        }

        @Bean
        @Order(2)
        HttpClientCustomizer second() {
            return header("second");
        }

        private static HttpClientCustomizer header(String value) {
            return (client, http) -> http.headers((headers) -> headers.set("X-Customized", value));
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class WebClients {

        @Bean
        @Order(2)
        WebClientCustomizer last() {
            return (webClient) -> webClient.defaultHeader("X-Customized", "last");
        }

        @Bean
        @Order(1)
        WebClientCustomizer first() {
            return (webClient) -> webClient.defaultHeader("X-Customized", "first");
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Pools {

        @Bean
        @Order(2)
        ConnectionPoolCustomizer last() {
            return (client, pool) -> pool.maxConnections(1);
        }

        @Bean
        @Order(1)
        ConnectionPoolCustomizer first() {
            return (client, pool) -> pool.maxConnections(3);
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Resolvers {

        @Bean
        @Order(2)
        DnsCustomizer last() {
            return host("127.0.0.1");
        }

        @Bean
        @Order(1)
        DnsCustomizer first() {
            return host("127.0.0.9");
        }

        private static DnsCustomizer host(String address) {
            return (client, resolver) -> resolver
                .hostsFileEntriesResolver((name, types) -> NetUtil.createInetAddressFromIpAddressString(address));
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Tls {

        @Bean
        @Order(2)
        TlsCustomizer last(X509Bundle trusted) {
            return (client, context) -> context.trustManager(trusted.getCertificate());
        }

        @Bean
        @Order(1)
        TlsCustomizer first(X509Bundle other) {
            return (client, context) -> context.trustManager(other.getCertificate());
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Proxies {

        @Bean
        @Order(2)
        ProxyCustomizer last() {
            return password(TestProxy.PASSWORD);
        }

        @Bean
        @Order(1)
        ProxyCustomizer first() {
            return password("wrong");
        }

        private static ProxyCustomizer password(String password) {
            return (client, proxy) -> proxy.username(TestProxy.USER).password((user) -> password);
        }

    }

}
