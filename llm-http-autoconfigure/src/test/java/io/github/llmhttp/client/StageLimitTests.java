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

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.TimeLimits;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.dns.DeadAddress;
import io.github.llmhttp.dns.FakeDnsServer;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every stage on the way to a response has a limit and an error of its own.
 */
class StageLimitTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private static final Duration LIMIT = Duration.ofMillis(400);

    private static final String LOOPBACK = "127.0.0.1";

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
    }

    @Test
    @Covers(value = FaultRow.SILENT_DNS, kinds = FailureKind.DNS)
    void nameServerThatIsSilentFailsAtTheLimitOfDns() {
        try (FakeDnsServer names = new FakeDnsServer().silence("llm.test")) {
            LlmWebClient client = client("http://llm.test:8000", (settings) -> {
                settings.getDns().setServers(List.of(names.address()));
                settings.getDns().setNegativeTtl(Duration.ZERO);
                settings.getDns().setPreResolve(false);
                settings.getTimeout().setDns(LIMIT);
            });
            assertEndsAtLimit(client, "Hi", FailureKind.DNS, CallStage.DNS, "timeout.dns");
            assertThat(names.queries()).isPositive();
        }
    }

    @Test
    @Covers(FaultRow.UNKNOWN_HOST)
    void nameThatDoesNotExistFailsAtOnce() {
        try (FakeDnsServer names = new FakeDnsServer()) {
            LlmWebClient client = client("http://llm.test:8000",
                    (settings) -> settings.getDns().setServers(List.of(names.address())));
            LlmHttpException failure = failure(client, "Hi");
            assertThat(failure.kind()).isEqualTo(FailureKind.DNS);
            assertThat(failure.failure().stage()).isEqualTo(CallStage.DNS);
            assertThat(failure.failure().notProcessed()).isTrue();
            assertThat(failure.failure().limit()).isNull();
            assertThat(failure).hasMessageContaining("llm.test").hasMessageNotContaining("timeout.");
        }
    }

    @Test
    @Covers(value = FaultRow.NO_SYN_ACK, kinds = FailureKind.CONNECT)
    void hostThatIsGoneFailsAtTheLimitOfConnect() throws IOException {
        try (DeadAddress gone = new DeadAddress(LOOPBACK, 0)) {
            LlmWebClient client = client("http://127.0.0.1:" + gone.port(),
                    (settings) -> settings.getTimeout().setConnect(LIMIT));
            assertEndsAtLimit(client, "Hi", FailureKind.CONNECT, CallStage.CONNECT, "timeout.connect");
        }
    }

    @Test
    @Covers(value = FaultRow.HANDSHAKE_STALLS, kinds = FailureKind.TLS)
    void handshakeThatStallsFailsAtTheLimitOfTls() throws IOException {
        try (ServerSocket silent = silentServer()) {
            LlmWebClient client = client("https://127.0.0.1:" + silent.getLocalPort(),
                    (settings) -> settings.getTimeout().setTls(LIMIT));
            assertEndsAtLimit(client, "Hi", FailureKind.TLS, CallStage.TLS, "timeout.tls");
        }
    }

    @Test
    void requestThatNobodyReadsFailsAtTheLimitOfWrite() throws IOException {
        try (ServerSocket silent = silentServer()) {
            LlmWebClient client = client("http://127.0.0.1:" + silent.getLocalPort(),
                    (settings) -> settings.getTimeout().setWrite(LIMIT));
            String prompt = "x".repeat(16 * 1024 * 1024);
            assertEndsAtLimit(client, prompt, FailureKind.WRITE, CallStage.WRITE, "timeout.write");
        }
    }

    @Test
    @Covers(FaultRow.TLS_MIXED_UP)
    void plainHttpOnASecureUrlIsAPermanentFailureOfTls() throws IOException {
        try (MockLlmServer server = MockLlmServer.start()) {
            LlmHttpException failure = failure(client("https://127.0.0.1:" + server.port(), (settings) -> {
            }), "Hi");
            assertThat(failure.kind()).isEqualTo(FailureKind.TLS);
            assertThat(failure.failure().stage()).isEqualTo(CallStage.TLS);
            assertThat(failure.isRetryable()).isFalse();
            assertThat(failure).hasMessageContaining("plain HTTP").hasMessageContaining("http://");
            assertThat(server.calls()).as("what the server takes the handshake for")
                .extracting(RecordedCall::method)
                .doesNotContain("POST");
        }
    }

    @Test
    @Covers(FaultRow.TLS_MIXED_UP)
    void plainUrlOfASecurePortHintsAtTls() throws Exception {
        X509Bundle certificate = new CertificateBuilder().subject("CN=localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
        try (MockLlmServer server = MockLlmServer.builder()
            .ssl(SslContextBuilder.forServer(certificate.toKeyManagerFactory()).build())
            .start()) {
            LlmHttpException failure = failure(client("http://127.0.0.1:" + server.port(), (settings) -> {
            }), "Hi");
            assertThat(failure.kind()).isEqualTo(FailureKind.TRUNCATED);
            assertThat(failure).hasMessageContaining("if this port speaks TLS, use https://");
        }
    }

    @Test
    void alertOfASecurePortHintsAtTls() {
        byte[] alert = { 0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46 };
        try (MockLlmServer server = MockLlmServer.start()) {
            server.script(Reply.wire(alert).fault(Fault.truncate(Moment.LAST_TOKEN)));
            LlmHttpException failure = failure(client(server.url(), (settings) -> {
            }), "Hi");
            assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
            assertThat(failure).hasMessageContaining("if this port speaks TLS, use https://");
        }
    }

    private LlmWebClient client(String baseUrl, Consumer<LlmClientProperties> settings) {
        return this.clients.open(baseUrl, (properties) -> {
            properties.setProvider("openai");
            properties.setApiKey("sk-canary-0123456789");
            settings.accept(properties);
        });
    }

    private static void assertEndsAtLimit(LlmWebClient client, String prompt, FailureKind kind, CallStage stage,
            String key) {
        TimeLimits.assertFiresAt(LIMIT, () -> {
            LlmHttpException failure = failure(client, prompt);
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.failure().stage()).isEqualTo(stage);
            assertThat(failure.failure().key()).isEqualTo(key);
            assertThat(failure.failure().limit()).isEqualTo(LIMIT);
            assertThat(failure).hasMessageContaining("within 400 ms")
                .hasMessageContaining("llm.http.clients.test." + key);
            assertThat(client.poolStats().acquired()).isZero();
            return failure.failure().elapsed();
        });
    }

    private static LlmHttpException failure(LlmWebClient client, String prompt) {
        LlmHttpException[] failure = new LlmHttpException[1];
        StepVerifier.create(client.chat(prompt)).expectErrorSatisfies((error) -> {
            assertThat(error).isInstanceOf(LlmHttpException.class);
            failure[0] = (LlmHttpException) error;
        }).verify(LONG);
        return failure[0];
    }

    /** The system accepts its connections; nobody reads what comes. */
    private static ServerSocket silentServer() throws IOException {
        return new ServerSocket(0, 20, InetAddress.getByName(LOOPBACK));
    }

}
