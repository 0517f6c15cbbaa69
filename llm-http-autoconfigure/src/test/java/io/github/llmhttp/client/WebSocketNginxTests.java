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

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallListener;
import io.github.llmhttp.CallStage;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebSocketChat;
import io.github.llmhttp.WebSocketProtocol;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.http2.Http2Mode;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.testing.Nginx;
import io.github.llmhttp.testing.RawWebSocketServer;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * WebSocket over TLS through a real nginx, which gives a silent tunnel one second.
 */
class WebSocketNginxTests {

    private static final Duration LONG = Duration.ofSeconds(20);

    private static final WebSocketProtocol PROMPTS = WebSocketProtocol.prompt("/ws").untilMarker("[DONE]");

    private static X509Bundle certificate;

    @TempDir
    Path directory;

    private final TestClients clients = new TestClients();

    private final RawWebSocketServer server = RawWebSocketServer.start((peer) -> {
        peer.accept();
        while (true) {
            String message = peer.message();
            peer.text(message).text("[DONE]");
        }
    });

    private volatile AttemptReport last;

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
    @Covers(FaultRow.DEAF_SESSION)
    void heartbeatKeepsASilentTunnelOpen() throws Exception {
        try (Nginx nginx = nginx()) {
            LlmWebClient client = client(nginx, (settings) -> heartbeat(settings, Duration.ofMillis(300)));
            LlmWebSocketChat chat = client.webSocketChat(PROMPTS);
            assertThat(chat.stream("a").collectList().block(LONG)).containsExactly("a");
            // Three times as long as nginx would wait
            Awaitility.await().atMost(LONG).until(() -> this.clients.opened().webSockets().pings() >= 10);
            assertThat(chat.isOpen()).isTrue();
            assertThat(chat.stream("b").collectList().block(LONG)).containsExactly("b");
            assertThat(this.server.accepted()).isOne();
        }
    }

    @Test
    @Covers(FaultRow.DEAF_SESSION)
    void tunnelThatIsCutBetweenTwoTurnsIsReplaced() throws Exception {
        try (Nginx nginx = nginx()) {
            LlmWebClient client = client(nginx, (settings) -> heartbeat(settings, Duration.ofSeconds(20)));
            LlmWebSocketChat chat = client.webSocketChat(PROMPTS);
            assertThat(chat.stream("a").collectList().block(LONG)).containsExactly("a");
            Awaitility.await().atMost(LONG).until(() -> !chat.isOpen());
            assertThat(chat.stream("b").collectList().block(LONG)).containsExactly("b");
            assertThat(this.server.accepted()).isEqualTo(2);
        }
    }

    @Test
    @Covers(FaultRow.HANDSHAKE)
    void proxyThatDoesNotUpgradeIsTold() throws Exception {
        try (Nginx nginx = nginx()) {
            LlmWebClient client = client(nginx, (settings) -> {
            });
            StepVerifier.create(client.webSocket("/plain").open()).verifyErrorSatisfies((error) -> {
                LlmHttpException failure = (LlmHttpException) error;
                assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
                assertThat(failure).hasMessageContaining("in place of 101");
            });
            assertThat(this.last.stages()).containsKeys(CallStage.TLS, CallStage.UPGRADE);
        }
    }

    private static void heartbeat(LlmClientProperties settings, Duration interval) {
        settings.getWebsocket().setHeartbeatInterval(interval);
    }

    private Nginx nginx() throws Exception {
        int port = URI.create(this.server.url()).getPort();
        return Nginx.startSecure(this.directory, certificate.toTempCertChainPem(), certificate.toTempPrivateKeyPem(),
                """
                        location = /plain {
                          return 200 "not a WebSocket";
                        }
                        location / {
                          proxy_pass http://localhost:%d;
                          proxy_http_version 1.1;
                          proxy_set_header Upgrade $http_upgrade;
                          proxy_set_header Connection "upgrade";
                          proxy_read_timeout 1s;
                        }
                        """.formatted(port));
    }

    private LlmWebClient client(Nginx nginx, Consumer<LlmClientProperties> settings) {
        this.clients.trust(certificate).listener(new CallListener() {

            @Override
            public void attemptEnded(AttemptReport attempt) {
                WebSocketNginxTests.this.last = attempt;
            }

        });
        return this.clients.open("https://localhost:" + nginx.securePort(), (properties) -> {
            // Its sessions speak HTTP/1.1 all the same
            properties.getHttp2().setMode(Http2Mode.NEGOTIATE);
            settings.accept(properties);
        });
    }

}
