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
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallListener;
import io.github.llmhttp.CallStage;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.http2.Http2Mode;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.testing.RawHttp2Server;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What is done ahead of the first call, and kept ready for the next.
 */
@ExtendWith(OutputCaptureExtension.class)
class WarmUpTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    private final List<AttemptReport> attempts = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @Test
    void connectionsAreOpenBeforeTheFirstCall() {
        LlmWebClient client = open(this.server.url(), 4);
        await(() -> client.poolStats().idle() == 4 && client.poolStats().acquired() == 0);
        assertThat(this.server.connections().accepted()).isEqualTo(4);
        assertThat(this.server.calls()).hasSize(4)
            .allSatisfy((probe) -> assertThat(probe.method()).isEqualTo("GET"))
            .extracting(RecordedCall::connectionId)
            .doesNotHaveDuplicates();
        assertFirstCallIsWarm(client);
        assertThat(this.server.connections().accepted()).isEqualTo(4);
        assertThat(this.clients.opened().health().warmUp()).isEqualTo("done");
    }

    @Test
    void firstCallOverTlsIsWarm() throws Exception {
        X509Bundle certificate = new CertificateBuilder().subject("CN=localhost")
            .addSanDnsName("localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
        try (MockLlmServer secure = MockLlmServer.builder()
            .ssl(SslContextBuilder.forServer(certificate.toKeyManagerFactory()).build())
            .start()) {
            this.clients.trust(certificate);
            LlmWebClient client = open("https://localhost:" + secure.port(), 1);
            await(() -> client.poolStats().idle() == 1);
            assertFirstCallIsWarm(client);
        }
    }

    @Test
    void oneConnectionOfHttp2IsEnough() {
        try (RawHttp2Server shared = RawHttp2Server.start((peer) -> {
            peer.settings();
            while (true) {
                peer.answer(peer.request(), "a");
            }
        })) {
            LlmWebClient client = open(shared.url(), (settings) -> {
                settings.getHttp2().setMode(Http2Mode.PRIOR_KNOWLEDGE);
                settings.getPool().setMinIdle(4);
            });
            await(() -> this.clients.opened().health().warmUp().equals("done"));
            assertThat(shared.accepted()).isOne();
            assertThat(client.stream("Hi").blockFirst(LONG)).isEqualTo("a");
            assertWarm();
            assertThat(shared.accepted()).isOne();
            this.clients.close();
        }
    }

    private void assertFirstCallIsWarm(LlmWebClient client) {
        assertThat(client.chat("Hi").block(LONG)).isNotEmpty();
        assertWarm();
    }

    private void assertWarm() {
        await(() -> !this.attempts.isEmpty());
        assertThat(this.attempts.get(0).stages()).containsKey(CallStage.WRITE)
            .doesNotContainKeys(CallStage.DNS, CallStage.CONNECT, CallStage.TLS);
        assertThat(this.attempts.get(0).connectionReused()).isTrue();
    }

    @Test
    void connectionsThatCloseAreReplaced() {
        LlmWebClient client = open(this.server.url(), (settings) -> {
            settings.getPool().setMinIdle(3);
            settings.getJanitor().setSweepInterval(Duration.ofMillis(50));
        });
        await(() -> client.poolStats().idle() == 3);
        this.server.closeConnections();
        await(() -> this.server.connections().accepted() >= 6 && client.poolStats().idle() == 3);
        int calls = this.server.calls().size();
        // What is there is not opened again
        assertThat(calls).isEqualTo(6);
        this.clients.close("test");
        await(() -> this.server.connections().open() == 0);
    }

    @Test
    void nothingIsSentUnlessAskedFor() {
        LlmWebClient client = open(this.server.url(), 0);
        await(() -> this.clients.opened().health().warmUp().equals("done"));
        assertThat(client.chat("Hi").block(LONG)).isNotEmpty();
        assertThat(this.server.calls()).hasSize(1);
        assertThat(this.server.connections().accepted()).isEqualTo(1);
    }

    @Test
    void warmUpCanBeLeftOut() {
        open(this.server.url(), (settings) -> {
            settings.getWarmUp().setEnabled(false);
            settings.getDns().setPreResolve(false);
        });
        assertThat(this.clients.opened().health().warmUp()).isEqualTo("off");
    }

    @Test
    void serverThatRefusesStopsNobody(CapturedOutput output) {
        MockLlmServer gone = MockLlmServer.start();
        gone.close();
        LlmWebClient client = open(gone.url(), 3);
        await(() -> output.getAll().contains("was not warmed up ahead of the first call"));
        assertThat(output).contains("CONNECT");
        assertThat(this.clients.opened().health().warmUp()).startsWith("failed: ").contains("CONNECT");
        assertThat(client.poolStats().acquired()).isZero();
    }

    @Test
    void serverThatIsDownIsNotHammered() throws IOException {
        AtomicInteger accepted = new AtomicInteger();
        try (ServerSocket hangingUp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread accepting = new Thread(() -> accept(hangingUp, accepted));
            accepting.setDaemon(true);
            accepting.start();
            open("http://localhost:" + hangingUp.getLocalPort(), (settings) -> {
                settings.getPool().setMinIdle(1);
                settings.getJanitor().setSweepInterval(Duration.ofMillis(20));
                settings.getJanitor().setMaxIdleTime(Duration.ofMillis(20));
            });
            await(() -> accepted.get() >= 5);
            long fifth = System.nanoTime();
            await(() -> accepted.get() >= 6);
            // 20, 40, 80, 160 ms and so on; each round may use a connection more for free
            assertThat(Duration.ofNanos(System.nanoTime() - fifth)).isGreaterThan(Duration.ofMillis(30));
            this.clients.close();
        }
    }

    private static void accept(ServerSocket server, AtomicInteger accepted) {
        try {
            while (true) {
                server.accept().close();
                accepted.incrementAndGet();
            }
        }
        catch (IOException ex) {
            // Closed
        }
    }

    @Test
    void callsComeFirst() {
        this.server.otherwise(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        LlmWebClient client = open(this.server.url(), (settings) -> {
            settings.getPool().setMaxConnections(2);
            settings.getPool().setMaxStreams(2);
            settings.getPool().setMinIdle(1);
            settings.getJanitor().setSweepInterval(Duration.ofMillis(20));
        });
        await(() -> client.poolStats().idle() == 1);
        Disposable calls = Flux.range(0, 2).flatMap((i) -> client.stream("Hi")).subscribe();
        await(() -> this.server.calls().size() == 3);
        Awaitility.await()
            .pollDelay(Duration.ofMillis(200))
            .atMost(LONG)
            .until(() -> this.server.calls().size() == 3 && client.poolStats().pending() == 0);
        calls.dispose();
    }

    @Test
    void silentServerIsGivenUpAtTheLimitOfProbes(CapturedOutput output) {
        stall();
        LlmWebClient client = open(this.server.url(), (settings) -> {
            settings.getPool().setMinIdle(2);
            settings.getHealth().setTimeout(Duration.ofMillis(200));
        });
        await(() -> output.getAll().contains("was not warmed up ahead of the first call"));
        assertThat(output).contains("health.timeout");
        await(() -> client.poolStats().acquired() == 0 && this.server.connections().open() == 0);
    }

    @Test
    void clientThatClosesDoesNotWaitForIt() {
        stall();
        open(this.server.url(), 2);
        await(() -> this.server.calls().size() == 2);
        this.clients.opened().close().block(Duration.ofSeconds(2));
        await(() -> this.server.connections().open() == 0);
    }

    @Test
    void healthRequestHasToBeAnsweredWell() {
        this.server.script((call) -> call.method().equals("GET"), Reply.status(401));
        open(this.server.url(), (settings) -> settings.getWarmUp().setHealthRequest(true));
        await(() -> this.clients.opened().health().warmUp().startsWith("failed: "));
        assertThat(this.clients.opened().health().warmUp()).contains("401");
        open(this.server.url(), (settings) -> settings.getWarmUp().setHealthRequest(true));
        await(() -> this.clients.opened().health().warmUp().equals("done"));
    }

    @Test
    void startFailsWithItIfThatIsWanted() {
        this.server.script((call) -> call.method().equals("GET"), Reply.status(503));
        Consumer<LlmClientProperties> strict = (settings) -> {
            settings.getWarmUp().setHealthRequest(true);
            settings.getWarmUp().setFailFast(true);
        };
        assertThatThrownBy(() -> open(this.server.url(), strict)).isInstanceOf(WarmUpFailedException.class)
            .hasMessageContaining("'test' was not warmed up")
            .hasMessageContaining("503");
        await(() -> this.server.connections().open() == 0);
        open(this.server.url(), strict);
        assertThat(this.clients.opened().health().warmUp()).isEqualTo("done");
    }

    private LlmWebClient open(String url, int minIdle) {
        return open(url, (settings) -> settings.getPool().setMinIdle(minIdle));
    }

    private LlmWebClient open(String url, Consumer<LlmClientProperties> settings) {
        this.clients.listener(new CallListener() {

            @Override
            public void attemptEnded(AttemptReport attempt) {
                WarmUpTests.this.attempts.add(attempt);
            }

        });
        return this.clients.open(url, settings);
    }

    private void stall() {
        this.server.script((call) -> call.method().equals("GET"), Reply.failing(Fault.stall(Moment.HEADERS)),
                Reply.failing(Fault.stall(Moment.HEADERS)));
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(LONG).until(condition);
    }

}
