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

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.dns.DnsCustomizer;
import io.github.llmhttp.dns.FakeDnsServer;
import io.github.llmhttp.pool.ConnectionPoolCustomizer;
import io.github.llmhttp.proxy.ProxyCustomizer;
import io.github.llmhttp.proxy.TestProxy;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.tls.TlsCustomizer;
import io.github.llmhttp.transport.HttpClientCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.test.StepVerifier;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keys of the connection rooms change what happens on the wire.
 */
class SettingsReachTheClientTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final MockLlmServer server = MockLlmServer.start();

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(LlmHttpAutoConfiguration.class, SslAutoConfiguration.class,
                WebClientAutoConfiguration.class, JacksonAutoConfiguration.class))
        .withPropertyValues("llm.http.base-url=" + this.server.url(), "llm.http.api-key=sk-canary-77",
                "llm.http.model=m", "llm.http.provider=openai");

    @AfterEach
    void close() {
        this.server.close();
    }

    @Test
    void httpProxyTunnelsCalls() throws Exception {
        try (TestProxy proxy = TestProxy.httpWithCredentials()) {
            this.contextRunner
                .withPropertyValues("llm.http.base-url=http://llm.test:" + this.server.port(),
                        "llm.http.proxy.host=127.0.0.1", "llm.http.proxy.port=" + proxy.port(),
                        "llm.http.proxy.username=" + TestProxy.USER, "llm.http.proxy.password=" + TestProxy.PASSWORD)
                .run((context) -> assertAnswers(context.getBean(LlmWebClient.class)));
            assertThat(proxy.targets()).containsExactly("llm.test:" + this.server.port());
        }
    }

    @Test
    void socksProxyTunnelsCalls() throws Exception {
        try (TestProxy proxy = TestProxy.socks5()) {
            this.contextRunner
                .withPropertyValues("llm.http.base-url=http://llm.test:" + this.server.port(),
                        "llm.http.proxy.type=socks5", "llm.http.proxy.host=127.0.0.1",
                        "llm.http.proxy.port=" + proxy.port())
                .run((context) -> assertAnswers(context.getBean(LlmWebClient.class)));
            assertThat(proxy.targets()).containsExactly("llm.test:" + this.server.port());
        }
    }

    @Test
    void hostThatNeedsNoProxyIsCalledWithoutIt() throws Exception {
        try (TestProxy proxy = TestProxy.http()) {
            this.contextRunner
                .withPropertyValues("llm.http.proxy.host=127.0.0.1", "llm.http.proxy.port=" + proxy.port(),
                        "llm.http.proxy.non-proxy-hosts=127.0.0.1,localhost")
                .run((context) -> assertAnswers(context.getBean(LlmWebClient.class)));
            assertThat(proxy.targets()).isEmpty();
        }
    }

    @Test
    void fixedAddressIsUsedForItsHost() {
        this.contextRunner
            .withPropertyValues("llm.http.base-url=http://llm.test:" + this.server.port(),
                    "llm.http.dns.hosts.llm.test=127.0.0.1")
            .run((context) -> assertAnswers(context.getBean(LlmWebClient.class)));
        assertThat(this.server.call().header("Host")).isEqualTo("llm.test:" + this.server.port());
    }

    @Test
    void nameServerIsAsked() {
        try (FakeDnsServer names = new FakeDnsServer().answer("llm.test", 60, "127.0.0.1")) {
            this.contextRunner
                .withPropertyValues("llm.http.base-url=http://llm.test:" + this.server.port(),
                        "llm.http.dns.servers=" + names.address())
                .run((context) -> assertAnswers(context.getBean(LlmWebClient.class)));
            assertThat(names.queries()).isPositive();
        }
    }

    @Test
    void keepAliveIsOnTheSocket() {
        AtomicReference<Channel> channel = new AtomicReference<>();
        this.contextRunner.withPropertyValues("llm.http.keep-alive.idle=47s")
            .withBean(HttpClientCustomizer.class,
                    () -> (client, http) -> http.doOnConnected((connection) -> channel.set(connection.channel())))
            .run((context) -> {
                assertAnswers(context.getBean(LlmWebClient.class));
                assertThat(channel.get().config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
                assertThat(channel.get().config().getOption(keepIdle(channel.get()))).isEqualTo(47);
            });
    }

    private static ChannelOption<Integer> keepIdle(Channel channel) {
        return (channel instanceof EpollSocketChannel) ? EpollChannelOption.TCP_KEEPIDLE
                : NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE);
    }

    @Test
    void priorKnowledgeSpeaksHttp2() {
        Queue<String> protocols = new ConcurrentLinkedQueue<>();
        DisposableServer http2 = HttpServer.create()
            .host("127.0.0.1")
            .protocol(HttpProtocol.H2C)
            .handle((request, response) -> request.receive().aggregate().asString().flatMap((body) -> {
                protocols.add(request.protocol());
                return response.header("Content-Type", "application/json")
                    .sendString(Mono.just("""
                            {"id":"1","model":"m","choices":[{"message":{"content":"ok"},"finish_reason":"stop"}]}"""))
                    .then();
            }))
            .bindNow(LONG);
        try {
            this.contextRunner
                .withPropertyValues("llm.http.base-url=http://127.0.0.1:" + http2.port(),
                        "llm.http.http2.mode=prior-knowledge")
                .run((context) -> {
                    LlmWebClient client = context.getBean(LlmWebClient.class);
                    StepVerifier.create(Flux.range(0, 3).concatMap((i) -> client.chat("Hi")))
                        .expectNext("ok", "ok", "ok")
                        .expectComplete()
                        .verify(LONG);
                    assertThat(client.poolStats().acquired()).isZero();
                });
            assertThat(protocols).containsExactly("HTTP/2.0", "HTTP/2.0", "HTTP/2.0");
        }
        finally {
            http2.disposeNow(LONG);
        }
    }

    @Test
    @Covers(FaultRow.STREAMS_HOLD_ALL)
    void streamsBeyondTheirShareWaitWhileCallsPass() {
        this.server.script(Reply.text("a", "b").gap(Duration.ofSeconds(30)));
        this.contextRunner
            .withPropertyValues("llm.http.pool.max-connections=2", "llm.http.pool.max-streams=1",
                    "llm.http.timeout.acquire=200ms")
            .run((context) -> {
                LlmWebClient client = context.getBean(LlmWebClient.class);
                Disposable first = client.stream("first").subscribe();
                this.server.awaitCalls(1, LONG);
                LlmHttpException failure = failure(client.stream("second"));
                assertThat(failure.kind()).isEqualTo(FailureKind.POOL_TIMEOUT);
                assertThat(failure).hasMessageContaining("pool.max-streams");
                assertAnswers(client);
                first.dispose();
            });
    }

    @Test
    void callsBeyondTheShareOfTheirHostWait() {
        this.server.script(Reply.text("late").headersAfter(Duration.ofSeconds(30)));
        this.contextRunner
            .withPropertyValues("llm.http.pool.max-connections=10", "llm.http.pool.max-connections-per-host=1",
                    "llm.http.timeout.acquire=200ms")
            .run((context) -> {
                LlmWebClient client = context.getBean(LlmWebClient.class);
                Disposable first = client.chat("first").subscribe();
                this.server.awaitCalls(1, LONG);
                LlmHttpException failure = failure(client.chat("second").flux());
                assertThat(failure.kind()).isEqualTo(FailureKind.POOL_TIMEOUT);
                assertThat(failure).hasMessageContaining("pool.max-connections-per-host");
                assertThat(this.server.connections().accepted()).isEqualTo(1);
                first.dispose();
            });
    }

    @Test
    @Covers(FaultRow.NO_END_MARKER)
    void strictCompletionWantsTheEndMarker() {
        Reply unmarked = Reply.text("a").fault(Fault.endEarly(Moment.BEFORE_END_MARKER));
        this.server.script(unmarked, unmarked);
        this.contextRunner.run((context) -> StepVerifier.create(context.getBean(LlmWebClient.class).stream("Hi"))
            .expectNext("a")
            .expectComplete()
            .verify(LONG));
        this.contextRunner.withPropertyValues("llm.http.streaming.completion=strict")
            .run((context) -> assertThat(failure(context.getBean(LlmWebClient.class).stream("Hi")).kind())
                .isEqualTo(FailureKind.TRUNCATED));
    }

    @Test
    void bundleDecidesWhomToTrust(@TempDir Path directory) throws Exception {
        X509Bundle certificate = certificate();
        Path pem = Files.writeString(directory.resolve("ca.pem"), certificate.getCertificatePEM(),
                StandardCharsets.US_ASCII);
        try (MockLlmServer secure = MockLlmServer.builder().ssl(serverSide(certificate)).start()) {
            ApplicationContextRunner runner = this.contextRunner.withPropertyValues(
                    "llm.http.base-url=https://localhost:" + secure.port(),
                    "spring.ssl.bundle.pem.private.truststore.certificate=" + pem.toUri());
            runner.withPropertyValues("llm.http.tls.bundle=private")
                .run((context) -> assertAnswers(context.getBean(LlmWebClient.class)));
            assertThat(secure.calls()).hasSize(1);
            runner.run((context) -> {
                LlmHttpException failure = failure(context.getBean(LlmWebClient.class).stream("Hi"));
                assertThat(failure.kind()).isEqualTo(FailureKind.TLS);
                assertThat(failure.isRetryable()).isFalse();
            });
            assertThat(secure.calls()).hasSize(1);
        }
    }

    @Test
    void customizersOfPoolDnsTlsAndProxyAreCalledWithTheClientByName() throws Exception {
        Map<String, String> called = new ConcurrentHashMap<>();
        try (MockLlmServer secure = MockLlmServer.builder().ssl(serverSide(certificate())).start();
                TestProxy proxy = TestProxy.http()) {
            this.contextRunner
                .withBean(ConnectionPoolCustomizer.class, () -> (client, pool) -> called.put("pool", client))
                .withBean(DnsCustomizer.class, () -> (client, resolver) -> called.put("dns", client))
                .withBean(TlsCustomizer.class, () -> (client, context) -> called.put("tls", client))
                .withBean(ProxyCustomizer.class, () -> (client, builder) -> called.put("proxy", client))
                .withPropertyValues("llm.http.clients.remote.base-url=https://llm.test:" + secure.port(),
                        "llm.http.clients.remote.proxy.host=127.0.0.1",
                        "llm.http.clients.remote.proxy.port=" + proxy.port(), "llm.http.enabled=true")
                .run((context) -> {
                    called.values().removeIf("default"::equals);
                    LlmWebClient remote = context.getBean("remoteLlmWebClient", LlmWebClient.class);
                    assertThat(failure(remote.post("/v1/any", Map.of(), String.class).flux()).kind())
                        .isEqualTo(FailureKind.TLS);
                });
        }
        assertThat(called).containsOnlyKeys("pool", "dns", "tls", "proxy").containsValue("remote");
        assertThat(called.values()).containsOnly("remote");
    }

    private static X509Bundle certificate() throws Exception {
        return new CertificateBuilder().subject("CN=localhost")
            .addSanDnsName("localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    }

    private static SslContext serverSide(X509Bundle certificate) throws Exception {
        return SslContextBuilder.forServer(certificate.toKeyManagerFactory()).build();
    }

    private static void assertAnswers(LlmWebClient client) {
        StepVerifier.create(client.chat("Hi")).expectNextCount(1).expectComplete().verify(LONG);
    }

    private static LlmHttpException failure(Flux<?> call) {
        LlmHttpException[] failure = new LlmHttpException[1];
        StepVerifier.create(call.ignoreElements()).expectErrorSatisfies((error) -> {
            assertThat(error).isInstanceOf(LlmHttpException.class);
            failure[0] = (LlmHttpException) error;
        }).verify(LONG);
        return failure[0];
    }

}
