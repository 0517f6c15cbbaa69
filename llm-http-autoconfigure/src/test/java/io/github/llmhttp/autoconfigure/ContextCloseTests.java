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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of running streams, sockets and threads when the application ends.
 */
class ContextCloseTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private static final Duration GRACE = Duration.ofMillis(500);

    /** Threads of the JVM and of libraries that all applications in it share. */
    private static final Set<String> SHARED = Set.of("parallel-", "boundedElastic-", "globalEventExecutor",
            "Common-Cleaner", "Cleaner-", "ForkJoinPool", "SpringApplicationShutdownHook", "surefire-", "awaitility",
            "process reaper");

    private final MockLlmServer server = MockLlmServer.start();

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(LlmHttpAutoConfiguration.class, WebClientAutoConfiguration.class,
                JacksonAutoConfiguration.class))
        .withPropertyValues("llm.http.base-url=" + this.server.url(), "llm.http.model=m", "llm.http.provider=vllm",
                "llm.http.shutdown.grace-period=" + GRACE.toMillis() + "ms");

    @AfterEach
    void close() {
        this.server.close();
    }

    @Test
    @Covers(FaultRow.SHUTDOWN_WHILE_STREAMING)
    void streamThatEndsWithinTheGraceIsDelivered() {
        this.server.script(Reply.text("a", "b", "c").gap(Duration.ofMillis(100)));
        this.contextRunner.run((context) -> {
            Flux<String> stream = context.getBean(LlmWebClient.class).stream("Hi");
            StepVerifier.create(stream)
                .expectNext("a")
                .then(context::close)
                .expectNext("b", "c")
                .expectComplete()
                .verify(LONG);
        });
        assertThat(this.server.call().isComplete()).isTrue();
        this.server.awaitOpenConnections(0, LONG);
    }

    @Test
    @Covers(value = FaultRow.SHUTDOWN_WHILE_STREAMING, kinds = FailureKind.SHUTDOWN)
    void streamThatStallsFailsAfterTheGraceAndTheOtherEnds() {
        this.server.script((call) -> call.prompt().contains("short"), Reply.text("a", "b").gap(Duration.ofMillis(200)));
        this.server.script((call) -> call.prompt().contains("long"), Reply.text("c", "d").gap(Duration.ofSeconds(30)));
        this.contextRunner.run((context) -> {
            LlmWebClient client = context.getBean(LlmWebClient.class);
            Flux<String> quick = client.stream("short").cache();
            Flux<String> stalled = client.stream("long").cache();
            quick.blockFirst(LONG);
            stalled.blockFirst(LONG);
            long begin = System.nanoTime();
            context.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(GRACE, GRACE.plusSeconds(3));
            StepVerifier.create(quick).expectNext("a", "b").expectComplete().verify(LONG);
            StepVerifier.create(stalled).expectNext("c").expectErrorSatisfies((error) -> {
                assertThat(error).isInstanceOf(LlmHttpException.class);
                assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.SHUTDOWN);
                assertThat(error).hasMessageContaining("llm.http.shutdown.grace-period").hasMessageContaining("500 ms");
            }).verify(LONG);
        });
        assertThat(this.server.calls()).filteredOn(RecordedCall::isComplete).hasSize(1);
        this.server.awaitOpenConnections(0, LONG);
    }

    @Test
    void callAfterTheEndIsRefused() {
        this.contextRunner.run((context) -> {
            LlmWebClient client = context.getBean(LlmWebClient.class);
            context.close();
            StepVerifier.create(client.chat("Hi"))
                .expectErrorSatisfies(
                        (error) -> assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.SHUTDOWN))
                .verify(LONG);
        });
        assertThat(this.server.calls()).isEmpty();
    }

    @Test
    @Covers(FaultRow.SHUTDOWN_WHILE_STREAMING)
    void noThreadAndNoSocketRemains() {
        Set<Thread> before = threads().collect(Collectors.toSet());
        this.contextRunner
            .withPropertyValues("llm.http.base-url=http://localhost:" + this.server.port(),
                    "llm.http.clients.other.base-url=" + this.server.url())
            .run((context) -> {
                context.getBeansOfType(LlmWebClient.class).values().forEach((client) -> {
                    assertThat(client.chat("Hi").block(LONG)).isNotEmpty();
                    assertThat(client.stream("Hi").collectList().block(LONG)).isNotEmpty();
                });
                assertThat(this.server.connections().open()).isEqualTo(2);
                assertThat(threads().filter((thread) -> !before.contains(thread))).isNotEmpty();
            });
        this.server.awaitOpenConnections(0, LONG);
        Awaitility.await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(threads().filter((thread) -> !before.contains(thread)).map(Thread::getName))
                .isEmpty());
    }

    /** Those of the mock server start with its first connections. */
    private static Stream<Thread> threads() {
        return Thread.getAllStackTraces()
            .keySet()
            .stream()
            .filter((thread) -> SHARED.stream().noneMatch(thread.getName()::startsWith))
            .filter((thread) -> !thread.getName().startsWith("mock-llm"));
    }

}
