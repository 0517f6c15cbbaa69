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

package io.github.llmhttp.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.http2.Http2Mode;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.testing.Nginx;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * HTTP/2 over TLS against a real nginx before a server of HTTP/1.1, as it stands before
 * many a model.
 */
class Http2NginxTests {

    private static final Duration LONG = Duration.ofSeconds(20);

    /** So long that all streams of a test have begun before one ends. */
    private static final Reply SLOW = Reply.text("a").firstAfter(Duration.ofSeconds(1));

    private static X509Bundle certificate;

    @TempDir
    Path directory;

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @BeforeAll
    static void createCertificate() throws Exception {
        certificate = new CertificateBuilder().subject("CN=localhost")
            .addSanDnsName("localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    }

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @Test
    void hundredStreamsTakeFourConnectionsOrFewer() throws Exception {
        this.server.otherwise(SLOW);
        try (Nginx nginx = nginx("")) {
            LlmWebClient client = client(nginx, 25);
            int before = nginx.accepted();
            StepVerifier.create(streams(client, 100)).expectNextCount(100).expectComplete().verify(LONG);
            assertThat(nginx.accepted() - before).isLessThanOrEqualTo(4);
        }
    }

    @Test
    @Covers(FaultRow.STREAM_LIMITS)
    void limitOfTheServerOpensFurtherConnections() throws Exception {
        this.server.otherwise(SLOW);
        try (Nginx nginx = nginx("http2_max_concurrent_streams 4;")) {
            LlmWebClient client = client(nginx, 100);
            int before = nginx.accepted();
            StepVerifier.create(streams(client, 20)).expectNextCount(20).expectComplete().verify(LONG);
            assertThat(nginx.accepted() - before).isEqualTo(5);
        }
    }

    @Test
    @Covers(FaultRow.GO_AWAY)
    void reloadInMidStreamIsNotSeen() throws Exception {
        String[] tokens = IntStream.range(0, 20).mapToObj(Integer::toString).toArray(String[]::new);
        try (Nginx nginx = nginx("")) {
            LlmWebClient client = client(nginx, 100);
            this.server.otherwise(Reply.text(tokens).gap(Duration.ofMillis(50)));
            StepVerifier.create(client.stream("Hi"))
                .expectNext("0")
                .then(nginx::reload)
                .expectNextCount(9)
                .then(() -> StepVerifier.create(Flux.range(0, 10).flatMap((i) -> client.stream("Hi")))
                    .expectNextCount(200)
                    .expectComplete()
                    .verify(LONG))
                .expectNextCount(10)
                .expectComplete()
                .verify(LONG);
        }
    }

    @Test
    @Covers(FaultRow.GO_AWAY)
    void serverThatClosesAfterSomeRequestsIsFollowed() throws Exception {
        this.server.otherwise(Reply.text("a"));
        try (Nginx nginx = nginx("keepalive_requests 7;")) {
            LlmWebClient client = client(nginx, 100);
            StepVerifier.create(Flux.range(0, 200).flatMap((i) -> client.stream("Hi"), 5))
                .expectNextCount(200)
                .expectComplete()
                .verify(LONG);
        }
    }

    @Test
    @Covers(FaultRow.CANCEL)
    void leavingEndsTheCallBehindTheProxyToo() throws Exception {
        try (Nginx nginx = nginx("")) {
            LlmWebClient client = client(nginx, 100);
            this.server.otherwise(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
            int before = nginx.accepted();
            for (int i = 0; i < 10; i++) {
                assertThat(client.stream("Hi").blockFirst(LONG)).isEqualTo("a");
            }
            this.server.awaitCancelled(10, LONG);
            assertThat(nginx.accepted() - before).isOne();
        }
    }

    private Nginx nginx(String directives) throws Exception {
        return Nginx.startSecure(this.directory, certificate.toTempCertChainPem(), certificate.toTempPrivateKeyPem(),
                directives + """
                        location / {
                          proxy_buffering off;
                          proxy_http_version 1.1;
                          proxy_pass http://127.0.0.1:%d;
                        }
                        """.formatted(this.server.port()));
    }

    private LlmWebClient client(Nginx nginx, int maxConcurrentStreams) {
        this.clients.trust(certificate);
        return this.clients.open("https://localhost:" + nginx.securePort(), (settings) -> {
            settings.getHttp2().setMode(Http2Mode.NEGOTIATE);
            settings.getHttp2().setMaxConcurrentStreams(maxConcurrentStreams);
            settings.getPool().setMaxConnections(200);
        });
    }

    private static Flux<String> streams(LlmWebClient client, int number) {
        return Flux.range(0, number).flatMap((i) -> client.stream("Hi"), number);
    }

}
