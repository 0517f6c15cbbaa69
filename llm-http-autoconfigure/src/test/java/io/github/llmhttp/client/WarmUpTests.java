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

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections that are opened ahead of the first call.
 */
@ExtendWith(OutputCaptureExtension.class)
class WarmUpTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @Test
    void connectionsAreOpenBeforeTheFirstCall() {
        LlmWebClient client = open(4);
        await(() -> client.poolStats().idle() == 4 && client.poolStats().acquired() == 0);
        assertThat(this.server.connections().accepted()).isEqualTo(4);
        assertThat(this.server.calls()).hasSize(4)
            .allSatisfy((probe) -> assertThat(probe.method()).isEqualTo("GET"))
            .extracting(RecordedCall::connectionId)
            .doesNotHaveDuplicates();
        this.server.script(Reply.text("ok"));
        assertThat(client.chat("Hi").block(LONG)).isEqualTo("ok");
        assertThat(this.server.connections().accepted()).isEqualTo(4);
    }

    @Test
    void nothingIsSentUnlessAskedFor() {
        LlmWebClient client = open(0);
        this.server.script(Reply.text("ok"));
        assertThat(client.chat("Hi").block(LONG)).isEqualTo("ok");
        assertThat(this.server.calls()).hasSize(1);
        assertThat(this.server.connections().accepted()).isEqualTo(1);
    }

    @Test
    void serverThatRefusesStopsNobody(CapturedOutput output) {
        MockLlmServer gone = MockLlmServer.start();
        gone.close();
        LlmWebClient client = this.clients.open(gone.url(), (settings) -> settings.getWarmUp().setConnections(3));
        await(() -> output.getAll().contains("3 of 3 connections were not opened ahead of the first call"));
        assertThat(output).contains("CONNECT");
        assertThat(client.poolStats().acquired()).isZero();
    }

    @Test
    void silentServerIsGivenUpAtTheLimitOfProbes(CapturedOutput output) {
        stall();
        LlmWebClient client = this.clients.open(this.server.url(), (settings) -> {
            settings.getWarmUp().setConnections(2);
            settings.getHealth().setTimeout(Duration.ofMillis(200));
        });
        await(() -> output.getAll().contains("2 of 2 connections were not opened ahead of the first call"));
        assertThat(output).contains("health.timeout");
        await(() -> client.poolStats().acquired() == 0 && this.server.connections().open() == 0);
    }

    @Test
    void clientThatClosesDoesNotWaitForIt() {
        stall();
        this.clients.open(this.server.url(), (settings) -> settings.getWarmUp().setConnections(2));
        await(() -> this.server.calls().size() == 2);
        this.clients.opened().close().block(Duration.ofSeconds(2));
        await(() -> this.server.connections().open() == 0);
    }

    private LlmWebClient open(int connections) {
        return this.clients.open(this.server.url(), (settings) -> settings.getWarmUp().setConnections(connections));
    }

    private void stall() {
        this.server.script((call) -> call.method().equals("GET"), Reply.failing(Fault.stall(Moment.HEADERS)),
                Reply.failing(Fault.stall(Moment.HEADERS)));
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time").isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

}
