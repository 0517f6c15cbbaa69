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

package io.github.llmhttp.janitor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.pool.PoolProperties;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.tcp.TcpServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A janitor at work in a real client. Its clock stands still unless a test moves it.
 */
class ConnectionJanitorTests {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";

    private final JanitorProperties properties = new JanitorProperties();

    private final PoolProperties pool = new PoolProperties();

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

    private final AtomicInteger connections = new AtomicInteger();

    private final AtomicReference<Connection> accepted = new AtomicReference<>();

    private Duration answerAfter = Duration.ZERO;

    private DisposableServer server;

    private TestClient client;

    @AfterEach
    void stop() {
        if (this.client != null) {
            this.client.close();
        }
        if (this.server != null) {
            this.server.disposeNow(LIMIT);
        }
    }

    private void start() {
        start((response) -> {
            // Nothing special
        });
    }

    private void start(Consumer<HttpServerResponse> headers) {
        this.server = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .doOnChannelInit((observer, channel, address) -> this.connections.incrementAndGet())
            .handle((request, response) -> {
                headers.accept(response);
                return response.sendString(Mono.just("ok").delayElement(this.answerAfter));
            })
            .bindNow(LIMIT);
        this.client = new TestClient(this.pool, this.properties, this.clock::get);
    }

    /** Each answer is written as it is given; numbers are those of the request. */
    private void startRaw(String... answers) {
        AtomicInteger requests = new AtomicInteger();
        this.server = TcpServer.create().host("127.0.0.1").port(0).doOnConnection((connection) -> {
            this.connections.incrementAndGet();
            this.accepted.set(connection);
        })
            .handle((in, out) -> in.receive()
                .asString()
                .concatMap((request) -> out.sendString(Mono.just(answers[requests.getAndIncrement()])))
                .then())
            .bindNow(LIMIT);
        this.client = new TestClient(this.pool, this.properties, this.clock::get);
    }

    private CallContext call() {
        return this.client.get(this.server.port());
    }

    private String answer() {
        return this.client.get(this.client.call(this.server.port()), "/").block(LIMIT);
    }

    private void pause(Duration duration) {
        this.client.awaitIdle(1);
        this.clock.addAndGet(duration.toNanos());
    }

    private long evicted(EvictionReason reason) {
        return this.client.janitor.evicted().get(reason.id());
    }

    @Test
    void callKnowsWhetherItsConnectionIsReused() {
        start();
        CallContext first = call();
        assertThat(first.isConnectionReused()).isFalse();
        assertThat(first.isResponseBegun()).isTrue();
        pause(Duration.ofSeconds(7));
        CallContext second = call();
        assertThat(second.isConnectionReused()).isTrue();
        assertThat(second.connectionIdle()).isEqualTo(Duration.ofSeconds(7));
        assertThat(this.connections).hasValue(1);
        assertThat(this.client.janitor.evicted()).containsOnlyKeys("idle", "life-time", "max-requests", "surplus",
                "closed", "stale", "on-demand", "surplus-bytes");
        assertThat(this.client.janitor.evicted().values()).containsOnly(0L);
    }

    @Test
    void connectionUnusedForTooLongIsNotReused() {
        start();
        call();
        pause(Duration.ofSeconds(60));
        assertThat(call().isConnectionReused()).isFalse();
        assertThat(this.connections).hasValue(2);
        assertThat(evicted(EvictionReason.IDLE)).isEqualTo(1);
    }

    @Test
    @Covers(FaultRow.ADDRESS_CHANGES)
    void oldConnectionIsNotReused() {
        this.properties.setMaxIdleTime(Duration.ofHours(1));
        start();
        call();
        pause(Duration.ofMinutes(10));
        assertThat(call().isConnectionReused()).isFalse();
        assertThat(evicted(EvictionReason.LIFE_TIME)).isEqualTo(1);
    }

    @Test
    void connectionEndsAfterItsLastRequest() {
        this.properties.setMaxRequests(2);
        start();
        for (int i = 1; i <= 2; i++) {
            int ended = i;
            call();
            this.client.awaitIdle(1);
            call();
            TestClient.await(() -> evicted(EvictionReason.MAX_REQUESTS) == ended);
        }
        assertThat(this.connections).hasValue(2);
    }

    @Test
    void serverThatAnnouncesItsLimitIsObeyedWithMargin() {
        start((response) -> response.header("Keep-Alive", "timeout=5, max=100"));
        call();
        pause(Duration.ofMillis(3999));
        assertThat(call().isConnectionReused()).isTrue();
        pause(Duration.ofMillis(4000));
        assertThat(call().isConnectionReused()).isFalse();
        assertThat(evicted(EvictionReason.IDLE)).isEqualTo(1);
    }

    @Test
    void announcedLimitIsIgnoredWhenLearningIsOff() {
        this.properties.setLearnServerIdle(false);
        start((response) -> response.header("Keep-Alive", "timeout=5, max=100"));
        call();
        pause(Duration.ofSeconds(59));
        assertThat(call().isConnectionReused()).isTrue();
    }

    @Test
    void announcedLimitWithoutRoomForMarginMeansNoReuse() {
        start((response) -> response.header("Keep-Alive", "timeout=2"));
        call();
        TestClient.await(() -> evicted(EvictionReason.IDLE) == 1);
        assertThat(call().isConnectionReused()).isFalse();
    }

    @Test
    @Covers(FaultRow.DRAIN)
    void serverThatTakesNoFurtherRequestGetsNone() {
        start((response) -> response.header("Keep-Alive", "timeout=5, max=0"));
        call();
        TestClient.await(() -> evicted(EvictionReason.MAX_REQUESTS) == 1);
        assertThat(call().isConnectionReused()).isFalse();
    }

    @Test
    @Covers(FaultRow.CONNECTION_CLOSE)
    void connectionThatServerEndsIsNotReused() {
        start((response) -> response.header("Connection", "close"));
        call();
        assertThat(call().isConnectionReused()).isFalse();
        assertThat(this.connections).hasValue(2);
    }

    @Test
    void distrustedConnectionsAreNotReused() {
        start();
        call();
        pause(Duration.ofSeconds(1));
        this.client.janitor.distrustIdle("localhost:" + this.server.port());
        this.client.janitor.distrustIdle("elsewhere:443");
        this.clock.incrementAndGet();
        assertThat(call().isConnectionReused()).isFalse();
        assertThat(evicted(EvictionReason.STALE)).isEqualTo(1);
        pause(Duration.ofSeconds(1));
        assertThat(call().isConnectionReused()).isTrue();
    }

    @Test
    void surplusConnectionsAreClosedByTheSweep() {
        this.pool.setMaxIdleConnections(2);
        this.properties.setSweepInterval(Duration.ofMillis(20));
        this.answerAfter = Duration.ofMillis(100);
        start();
        Flux.range(0, 6)
            .flatMap((number) -> this.client.get(this.client.call(this.server.port()), "/"), 6)
            .blockLast(LIMIT);
        assertThat(this.connections).hasValue(6);
        TestClient.await(() -> evicted(EvictionReason.SURPLUS) == 4);
        this.client.awaitIdle(2);
    }

    @Test
    void bytesOnUnusedConnectionCloseIt() {
        startRaw(OK + "a1", OK + "a2");
        assertThat(answer()).isEqualTo("a1");
        this.client.awaitIdle(1);
        this.accepted.get().outbound().sendString(Mono.just(OK + "XX")).then().block(LIMIT);
        TestClient.await(() -> evicted(EvictionReason.SURPLUS_BYTES) == 1);
        assertThat(answer()).isEqualTo("a2");
        assertThat(this.connections).hasValue(2);
    }

    @Test
    void secondAnswerInTheSamePacketIsNotTheNextOnesAnswer() {
        this.pool.setMaxConnections(1);
        startRaw(OK + "a1" + OK + "XX", OK + "a2", OK + "a3");
        List<String> answers = Flux.range(0, 2).flatMap((number) -> {
            CallContext call = this.client.call(this.server.port());
            return this.client.get(call, "/")
                .onErrorResume((error) -> this.client.janitor.isStale(call, error),
                        (error) -> this.client.get(this.client.call(this.server.port()), "/"));
        }).collectList().block(LIMIT);
        assertThat(answers).doesNotContain("XX").contains("a1").hasSize(2);
        assertThat(evicted(EvictionReason.SURPLUS_BYTES)).isEqualTo(1);
    }

    @Test
    void closesEverythingAtTheEnd() {
        start();
        call();
        this.client.awaitIdle(1);
        this.client.janitor.closeAll().block(Duration.ofSeconds(10));
        assertThat(call().isConnectionReused()).isFalse();
    }

    @Test
    void reusesTlsConnections() throws Exception {
        X509Bundle certificate = new CertificateBuilder().subject("CN=localhost")
            .addSanDnsName("localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
        Http2SslContextSpec serverTls = Http2SslContextSpec.forServer(certificate.toTempCertChainPem(),
                certificate.toTempPrivateKeyPem());
        this.server = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .protocol(HttpProtocol.HTTP11, HttpProtocol.H2)
            .secure((spec) -> spec.sslContext(serverTls))
            .doOnChannelInit((observer, channel, address) -> this.connections.incrementAndGet())
            .handle((request, response) -> response.sendString(Mono.just(request.version().text())))
            .bindNow(LIMIT);
        assertThat(secure(HttpProtocol.HTTP11)).containsExactly("HTTP/1.1", "HTTP/1.1");
        assertThat(this.connections).hasValue(1);
        assertThat(secure(HttpProtocol.HTTP11, HttpProtocol.H2)).containsExactly("HTTP/2.0", "HTTP/2.0");
    }

    @Test
    void leavesHttp2ConnectionsAlone() {
        this.server = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .protocol(HttpProtocol.H2C)
            .handle((request, response) -> response.sendString(Mono.just("ok")))
            .bindNow(LIMIT);
        this.client = new TestClient(this.pool, this.properties, this.clock::get,
                (http) -> http.protocol(HttpProtocol.H2C));
        assertThat(answer()).isEqualTo("ok");
        assertThat(answer()).isEqualTo("ok");
        assertThat(this.client.janitor.evicted().values()).containsOnly(0L);
    }

    private List<String> secure(HttpProtocol... protocols) {
        try (TestClient client = new TestClient(this.pool, this.properties, this.clock::get,
                (http) -> secure(http, protocols))) {
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                CallContext call = new CallContext("test", "localhost:" + this.server.port(), "GET https://localhost",
                        Lane.CALL, this.clock::get);
                answers.add(client.get(call, "/").block(LIMIT));
                assertThat(call.isConnectionReused()).isEqualTo(i > 0);
                if (protocols.length == 1) {
                    client.awaitIdle(1);
                }
            }
            assertThat(client.janitor.evicted().values()).containsOnly(0L);
            return answers;
        }
    }

    private static HttpClient secure(HttpClient http, HttpProtocol... protocols) {
        return http.protocol(protocols).secure((spec) -> {
            if (protocols.length == 1) {
                spec.sslContext(Http11SslContextSpec.forClient()
                    .configure((builder) -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE)));
            }
            else {
                spec.sslContext(Http2SslContextSpec.forClient()
                    .configure((builder) -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE)));
            }
        });
    }

}
