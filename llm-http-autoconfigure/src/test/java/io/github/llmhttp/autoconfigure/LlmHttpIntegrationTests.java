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

import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.github.llmhttp.ApiKeyProvider;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebClients;
import io.github.llmhttp.actuator.LlmHttpEndpoint;
import io.github.llmhttp.health.LlmHealthIndicator;
import io.github.llmhttp.janitor.EvictionReason;
import io.github.llmhttp.provider.ProviderDialect;
import io.github.llmhttp.provider.ProviderDialects;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.transport.HttpClientCustomizer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The auto-configuration with a real client and a server on a real socket.
 */
class LlmHttpIntegrationTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private static final String KEY = "sk-canary-42424242";

    private final MockLlmServer server = MockLlmServer.start();

    private final AutoConfigurations all = AutoConfigurations.of(LlmHttpAutoConfiguration.class,
            LlmHttpHealthAutoConfiguration.class, LlmHttpEndpointAutoConfiguration.class,
            LlmHttpMetricsAutoConfiguration.class, WebClientAutoConfiguration.class, JacksonAutoConfiguration.class);

    private final String[] properties = { "llm.http.base-url=" + this.server.url(), "llm.http.api-key=" + KEY,
            "llm.http.model=m", "llm.http.provider=openai", "management.endpoints.web.exposure.include=llmhttp" };

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner().withConfiguration(this.all)
        .withPropertyValues(this.properties);

    @AfterEach
    void close() {
        this.server.close();
    }

    @Test
    void injectedClientAnswersAndStreams() {
        this.server.script(Reply.text("Hello", " you"), Reply.text("a", "b"));
        this.contextRunner.run((context) -> {
            LlmWebClient client = context.getBean(LlmWebClient.class);
            assertThat(client.chat("Hi").block(LONG)).isEqualTo("Hello you");
            assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a", "b");
            assertThat(this.server.calls().get(0).header("Authorization")).isEqualTo("Bearer " + KEY);
        });
    }

    @Test
    void configuredFallbackAnswersUntilItIsClosed() {
        try (MockLlmServer backup = MockLlmServer.start()) {
            this.server.otherwise(Reply.status(503));
            backup.otherwise(Reply.text("backup"));
            this.contextRunner
                .withPropertyValues("llm.http.fallback=backup", "llm.http.retry.enabled=false",
                        "llm.http.clients.backup.base-url=" + backup.url(), "llm.http.clients.backup.provider=openai",
                        "llm.http.clients.backup.model=m-2", "llm.http.clients.backup.api-key=sk-of-backup-1")
                .run((context) -> {
                    LlmWebClients clients = context.getBean(LlmWebClients.class);
                    LlmWebClient created = clients.create("late", Map.of("model", "late"));
                    for (LlmWebClient client : List.of(clients.get(LlmWebClients.DEFAULT), created)) {
                        assertThat(client.chat(ChatRequest.of("Hi")).block(LONG)).isNotNull()
                            .returns("backup", ChatResponse::client);
                    }
                    assertThat(backup.calls()).extracting((call) -> call.header("Authorization"))
                        .containsOnly("Bearer sk-of-backup-1");
                    clients.close("backup").block(LONG);
                    StepVerifier.create(created.chat("Hi"))
                        .expectErrorSatisfies((error) -> assertThat(error).hasMessageStartingWith("[late] OVERLOADED")
                            .hasMessageContaining("its fallback 'backup' is closed"))
                        .verify(LONG);
                });
        }
    }

    @Test
    void keysOfTheApplicationsProviderAreAskedForEachAttempt() {
        AtomicInteger asked = new AtomicInteger();
        new ApplicationContextRunner().withConfiguration(this.all)
            .withPropertyValues("llm.http.base-url=" + this.server.url(), "llm.http.model=m",
                    "llm.http.provider=openai")
            .withBean(ApiKeyProvider.class,
                    () -> (client) -> Mono.fromSupplier(() -> client + "-key-" + asked.incrementAndGet()))
            .run((context) -> {
                LlmWebClient client = context.getBean(LlmWebClient.class);
                client.chat("Hi").block(LONG);
                client.chat("Hi").block(LONG);
                assertThat(this.server.calls()).extracting((call) -> call.header("Authorization"))
                    .containsExactly("Bearer default-key-1", "Bearer default-key-2");
            });
    }

    @Test
    void dialectOfTheApplicationIsAProvider() {
        this.contextRunner.withPropertyValues("llm.http.provider=mine")
            .withBean(ProviderDialect.class, () -> dialect("mine", "/mine/v1/chat/completions"))
            .run((context) -> {
                assertThat(context.getBean(LlmWebClient.class).chat("Hi").block(LONG)).isNotEmpty();
                assertThat(this.server.calls().get(0).path()).isEqualTo("/mine/v1/chat/completions");
            });
    }

    @Test
    void dialectOfTheApplicationReplacesAStockOne() {
        this.contextRunner.withBean(ProviderDialect.class, () -> dialect("openai", "/replaced/v1/chat/completions"))
            .run((context) -> {
                assertThat(context.getBean(LlmWebClient.class).chat("Hi").block(LONG)).isNotEmpty();
                assertThat(this.server.calls().get(0).path()).isEqualTo("/replaced/v1/chat/completions");
            });
    }

    /** The generic dialect under another name and on another path. */
    private static ProviderDialect dialect(String id, String chatPath) {
        ProviderDialect generic = new ProviderDialects().get("generic");
        Map<String, String> own = Map.of("id", id, "chatPath", chatPath);
        return (ProviderDialect) Proxy.newProxyInstance(ProviderDialect.class.getClassLoader(),
                new Class<?>[] { ProviderDialect.class },
                (proxy, method, arguments) -> own.containsKey(method.getName()) ? own.get(method.getName())
                        : method.invoke(generic, arguments));
    }

    @Test
    void worksInServletAndReactiveApplications() {
        new WebApplicationContextRunner().withConfiguration(this.all)
            .withPropertyValues(this.properties)
            .run((context) -> assertThat(context.getBean(LlmWebClient.class).chat("Hi").block(LONG)).isNotEmpty());
        new ReactiveWebApplicationContextRunner().withConfiguration(this.all)
            .withPropertyValues(this.properties)
            .run((context) -> assertThat(context.getBean(LlmWebClient.class).chat("Hi").block(LONG)).isNotEmpty());
    }

    @Test
    void closingTheContextEndsSocketsAndThreads() {
        this.contextRunner.run((context) -> {
            context.getBean(LlmWebClient.class).chat("Hi").block(LONG);
            assertThat(ownThreads()).isPositive();
        });
        this.server.awaitOpenConnections(0, LONG);
        Awaitility.await().atMost(LONG).until(() -> ownThreads() == 0);
    }

    private static long ownThreads() {
        return Thread.getAllStackTraces()
            .keySet()
            .stream()
            .filter((thread) -> thread.getName().startsWith("llm-http"))
            .count();
    }

    @Test
    void otherWebClientsAreLeftAlone() {
        this.contextRunner.run((context) -> {
            assertThat(context.getBeansOfType(ClientHttpConnector.class).values()).allSatisfy(
                    (connector) -> assertThat(connector.getClass().getName()).startsWith("org.springframework"));
            WebClient own = context.getBean(WebClient.Builder.class).baseUrl(this.server.url()).build();
            own.get().uri("/v1/models").retrieve().bodyToMono(String.class).block(LONG);
            assertThat(this.server.call().headers().toString()).doesNotContain(KEY);
            assertThat(context.getBean(LlmWebClient.class).poolStats().allocated()).isZero();
            assertThat(field(own.mutate(), "connector"))
                .isNotSameAs(field(context.getBean(LlmWebClient.class).webClient().mutate(), "connector"));
        });
    }

    private static Object field(WebClient.Builder builder, String name) throws ReflectiveOperationException {
        Field field = builder.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(builder);
    }

    @Test
    @Covers(FaultRow.PROBE_FAULTS)
    void healthShowsEachClientWithoutCallingIt() {
        this.contextRunner.run((context) -> {
            LlmHealthIndicator health = context.getBean(LlmHealthIndicator.class);
            assertThat(health.health().getStatus()).isEqualTo(Status.UNKNOWN);
            assertThat(this.server.calls()).isEmpty();
            context.getBean(LlmWebClient.class).chat("Hi").block(LONG);
            assertThat(health.health().getStatus()).isEqualTo(Status.UP);
            assertThat(health.health().getDetails()).containsOnlyKeys("default");
            this.server.script(Reply.status(401));
            context.getBean(LlmWebClient.class).chat("Hi").onErrorComplete().block(LONG);
            assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.health().getDetails().toString()).contains("AUTH");
        });
    }

    @Test
    void healthShowsAnOpenBreakerACoolDownAndTheLastFailure() {
        this.contextRunner
            .withPropertyValues("llm.http.retry.max-attempts=1", "llm.http.circuit-breaker.consecutive-failures=2")
            .run((context) -> {
                LlmHealthIndicator health = context.getBean(LlmHealthIndicator.class);
                LlmWebClient client = context.getBean(LlmWebClient.class);
                this.server.script(Reply.status(429).header("Retry-After", "40"), Reply.status(503), Reply.status(503));
                client.chat("Hi").onErrorComplete().block(LONG);
                assertThat(health.health().getStatus()).isEqualTo(Status.UP);
                assertThat(endpoint(health)).containsEntry("circuitBreaker", "CLOSED");
                assertThat(endpoint(health).get("lastFailure")).asString().contains("RATE_LIMITED");
                assertThat(details(health).get("coolDown")).asString().matches("(39|40)\\d{3}ms");
            });
        this.contextRunner
            .withPropertyValues("llm.http.retry.max-attempts=1", "llm.http.circuit-breaker.consecutive-failures=2")
            .run((context) -> {
                LlmHealthIndicator health = context.getBean(LlmHealthIndicator.class);
                LlmWebClient client = context.getBean(LlmWebClient.class);
                client.chat("Hi").onErrorComplete().block(LONG);
                assertThat(details(health)).containsEntry("status", "UNKNOWN");
                assertThat(endpoint(health)).containsEntry("circuitBreaker", "CLOSED");
                client.chat("Hi").onErrorComplete().block(LONG);
                assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
                assertThat(details(health)).containsEntry("status", "DOWN");
                assertThat(endpoint(health)).containsEntry("circuitBreaker", "OPEN").containsEntry("status", "DOWN");
                assertThat(endpoint(health).get("lastFailure")).asString().contains("OVERLOADED");
            });
    }

    private static Map<String, Object> details(LlmHealthIndicator health) {
        return sorted((Map<?, ?>) health.health().getDetails().get("default"));
    }

    private static Map<String, Object> endpoint(LlmHealthIndicator health) {
        return sorted((Map<?, ?>) ((List<?>) details(health).get("endpoints")).get(0));
    }

    private static Map<String, Object> sorted(Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((name, value) -> sorted.put(String.valueOf(name), value));
        return sorted;
    }

    @Test
    void healthCanBeSwitchedOff() {
        this.contextRunner.withPropertyValues("management.health.llm.enabled=false")
            .run((context) -> assertThat(context).doesNotHaveBean(LlmHealthIndicator.class));
    }

    @Test
    void endpointShowsSettingsWithTheirOriginAndNoSecret() {
        this.contextRunner.withPropertyValues("llm.http.preset=low", "llm.http.timeout.call=61s").run((context) -> {
            LlmHttpEndpoint endpoint = context.getBean(LlmHttpEndpoint.class);
            LlmHttpEndpoint.Client client = endpoint.client("default");
            assertThat(client).isNotNull();
            assertThat(client.settings().get("timeout.call").origin()).isEqualTo("llm.http");
            assertThat(client.settings().get("pool.max-connections").value()).isEqualTo("20");
            assertThat(client.settings().get("pool.max-connections").origin()).isEqualTo("preset low");
            assertThat(client.settings().get("timeout.write").origin()).isEqualTo("default");
            assertThat(client.pool().maxConnections()).isEqualTo(20);
            assertThat(endpoint.client("nobody")).isNull();
            String json = new JsonMapper().writeValueAsString(endpoint.clients());
            assertThat(json).contains("\"default\"").doesNotContain(KEY);
        });
    }

    @Test
    void endpointKeepsItsOrder() {
        new ApplicationContextRunner().withConfiguration(this.all)
            .withPropertyValues("llm.http.base-url=" + this.server.url(), "llm.http.model=m",
                    "management.endpoints.web.exposure.include=llmhttp")
            .run((context) -> {
                LlmHttpEndpoint.Client client = context.getBean(LlmHttpEndpoint.class).client("default");
                assertThat(client).isNotNull();
                assertThat(List.copyOf(client.settings().keySet())).contains("provider").isSorted();
                assertThat(client.pool().evicted().keySet())
                    .containsExactlyElementsOf(Stream.of(EvictionReason.values()).map(EvictionReason::id).toList());
            });
    }

    @Test
    void poolGaugesFollowTheClient() {
        this.contextRunner.withUserConfiguration(Registry.class).run((context) -> {
            MeterRegistry meters = context.getBean(MeterRegistry.class);
            context.getBean(LlmWebClient.class).chat("Hi").block(LONG);
            Awaitility.await()
                .atMost(LONG)
                .until(() -> meters.get("llm.http.pool.idle").tag("client", "default").gauge().value() == 1);
            assertThat(meters.get("llm.http.pool.acquired").tag("lane", "stream").gauge().value()).isZero();
            assertThat(meters.get("llm.http.pool.max.connections").gauge().value()).isEqualTo(100);
            LlmWebClients clients = context.getBean(LlmWebClients.class);
            clients.create("tenant", Map.of("base-url", this.server.url()));
            assertThat(meters.get("llm.http.pool.pending").tag("client", "tenant").gauge().value()).isZero();
            clients.close("tenant").block(LONG);
            assertThat(meters.find("llm.http.pool.pending").tag("client", "tenant").gauge()).isNull();
        });
    }

    @Test
    void poolGaugesTellTheLoad() {
        this.contextRunner.withUserConfiguration(Registry.class)
            .withPropertyValues("llm.http.pool.max-connections=9", "llm.http.pool.max-connections-per-host=8",
                    "llm.http.pool.max-streams=1", "llm.http.pool.max-pending-acquires=7",
                    "llm.http.timeout.acquire=30s")
            .run((context) -> {
                MeterRegistry meters = context.getBean(MeterRegistry.class);
                LlmWebClient client = context.getBean(LlmWebClient.class);
                this.server.otherwise(Reply.text("a").headersAfter(Duration.ofMillis(300)));
                Flux.range(0, 6).flatMap((i) -> client.chat("Hi")).blockLast(LONG);
                assertGauges(meters, Map.of("idle", 6, "allocated", 6, "pending", 0, "max.streams", 1));
                this.server.otherwise(Reply.failing(Fault.stall(Moment.REQUEST)));
                // One stream runs, and four wait for it
                Disposable load = Flux
                    .merge(Flux.range(0, 3).flatMap((i) -> client.chat("Hi")),
                            Flux.range(0, 5).flatMap((i) -> client.stream("Hi")))
                    .subscribe();
                this.server.awaitCalls(10, LONG);
                assertGauges(meters, Map.of("idle", 2, "allocated", 6, "pending", 4, "max.connections", 9,
                        "max.connections.per.host", 8, "max.streams", 1, "max.pending.acquires", 7));
                assertThat(acquired(meters, "call")).isEqualTo(3);
                assertThat(acquired(meters, "stream")).isEqualTo(1);
                load.dispose();
                // How many are left is open: a stream that waits may get the idle
                // connection of one that is cancelled before it
                assertGauges(meters, Map.of("pending", 0, "max.streams", 1));
                assertThat(acquired(meters, "call")).isZero();
                assertThat(acquired(meters, "stream")).isZero();
            });
    }

    private static void assertGauges(MeterRegistry meters, Map<String, Integer> expected) {
        // A connection is back in the pool a moment after its call has ended
        Awaitility.await()
            .atMost(LONG)
            .untilAsserted(() -> expected
                .forEach((name, value) -> assertThat(meters.get("llm.http.pool." + name).gauge().value()).as(name)
                    .isEqualTo(value.doubleValue())));
    }

    private static double acquired(MeterRegistry meters, String lane) {
        return meters.get("llm.http.pool.acquired").tag("lane", lane).gauge().value();
    }

    @Test
    void evictedConnectionsAreCountedByReason() {
        this.contextRunner.withUserConfiguration(Registry.class)
            .withPropertyValues("llm.http.janitor.max-requests=1")
            .run((context) -> {
                MeterRegistry meters = context.getBean(MeterRegistry.class);
                LlmWebClient client = context.getBean(LlmWebClient.class);
                Flux.range(0, 5).concatMap((i) -> client.chat("Hi")).blockLast(LONG);
                assertThat(this.server.connections().accepted()).isEqualTo(5);
                Awaitility.await()
                    .atMost(LONG)
                    .untilAsserted(() -> assertThat(meters.get("llm.http.pool.evicted").functionCounters())
                        .allSatisfy((counter) -> assertThat(counter.count()).as("%s", counter.getId())
                            .isEqualTo("max-requests".equals(counter.getId().getTag("reason")) ? 5 : 0)));
            });
    }

    @Test
    void keyStaysWithItsCompany() {
        try (MockLlmServer other = MockLlmServer.start()) {
            this.contextRunner
                .withPropertyValues("llm.http.headers.X-Api-Key=" + KEY,
                        "llm.http.clients.other.base-url=" + other.url())
                .run((context) -> {
                    LlmWebClients clients = context.getBean(LlmWebClients.class);
                    clients.get("other").chat(ChatRequest.builder().user("Hi").model("x").build()).block(LONG);
                    assertThat(other.call().headers().toString()).doesNotContain(KEY);
                });
        }
    }

    @Test
    void customizersSeeTheClientByName() {
        AtomicReference<String> seen = new AtomicReference<>();
        this.contextRunner.withBean(HttpClientCustomizer.class, () -> (client, http) -> {
            seen.set(client);
            return http.headers((headers) -> headers.set("X-Customized", "yes"));
        }).run((context) -> {
            context.getBean(LlmWebClient.class).chat("Hi").block(LONG);
            assertThat(seen).hasValue("default");
            assertThat(this.server.call().header("X-Customized")).isEqualTo("yes");
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Registry {

        @Bean
        MeterRegistry meterRegistry() {
            return new SimpleMeterRegistry();
        }

    }

}
