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
import java.util.Collections;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.health.HealthProperties;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Settings of the probe.
 */
class ProberTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @Test
    void pathOfTheSettingFollowsThePrefix() {
        this.server.script((call) -> true, Reply.status(200).body("{}"));
        EndpointHealth health = probe((settings) -> settings.setPath("/internal/ready?deep=1"));
        assertThat(this.server.call().method()).isEqualTo("GET");
        assertThat(this.server.call().path()).isEqualTo("/prefix/internal/ready");
        assertThat(this.server.call().query()).containsKey("deep");
        assertThat(health.state()).isEqualTo(EndpointHealth.State.UP);
        assertThat(health.detail()).contains("/internal/ready").doesNotContain("deep");
    }

    @Test
    void probeThatWaitsForItsKeyWhenTheClientClosesSendsNothing() {
        Sinks.One<String> key = Sinks.one();
        LlmWebClient client = this.clients.open(this.server.url(), (name) -> key.asMono(),
                (settings) -> settings.setProvider("openai"));
        StepVerifier.create(client.probe())
            .then(() -> this.clients.opened().close().block(Duration.ofSeconds(5)))
            .then(() -> key.tryEmitValue("sk-late"))
            .expectNextCount(1)
            .expectComplete()
            .verify(Duration.ofSeconds(10));
        assertThat(this.server.calls()).isEmpty();
        assertThat(this.server.connections().accepted()).isZero();
    }

    @Test
    @Covers(FaultRow.PROBE_FAULTS)
    void probeWithoutAnAnswerEndsAtItsLimit() {
        this.server.script((call) -> true, Reply.failing(Fault.stall(Moment.REQUEST)));
        EndpointHealth health = probe((settings) -> settings.setTimeout(Duration.ofMillis(300)));
        assertThat(health.state()).isEqualTo(EndpointHealth.State.DOWN);
        assertThat(health.detail()).contains("llm.http.clients.test.health.timeout");
        assertThat(health.latency()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(2));
        this.server.awaitCancelled(1, Duration.ofSeconds(1));
    }

    @Test
    void endpointIsCheckedInTheBackground() {
        this.server.script((call) -> true, Collections.nCopies(20, Reply.status(503)).toArray(Reply[]::new));
        this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("vllm");
            settings.getHealth().setInterval(Duration.ofSeconds(1));
        });
        assertThat(this.clients.opened().health().endpoints().get(0).lastProbe()).isNull();
        await(() -> probed() == EndpointHealth.State.DOWN);
        assertThat(this.server.calls()).allSatisfy((call) -> {
            assertThat(call.method()).isEqualTo("GET");
            assertThat(call.path()).isEqualTo("/health");
        });
        this.server.reset();
        this.server.script((call) -> true, Collections.nCopies(20, Reply.status(200)).toArray(Reply[]::new));
        await(() -> probed() == EndpointHealth.State.UP);
    }

    private EndpointHealth.@Nullable State probed() {
        EndpointHealth probe = this.clients.opened().health().endpoints().get(0).lastProbe();
        return (probe != null) ? probe.state() : null;
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private EndpointHealth probe(Consumer<HealthProperties> settings) {
        LlmWebClient client = this.clients.open(this.server.url() + "/prefix",
                (properties) -> settings.accept(properties.getHealth()));
        EndpointHealth health = client.probe().block(LONG);
        assertThat(health).isNotNull();
        return health;
    }

}
