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
import java.util.List;
import java.util.Map;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.actuator.LlmHttpEndpoint;
import io.github.llmhttp.client.ClientFactory;
import io.github.llmhttp.client.ClientRegistry;
import io.github.llmhttp.client.FakeClients;
import io.github.llmhttp.health.LlmHealthIndicator;
import io.github.llmhttp.monitoring.ClientMeters;
import io.github.llmhttp.provider.ProviderDialects;
import io.github.llmhttp.test.MockLlmServer;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens without optional libraries, and with beans of the application.
 */
class LlmHttpBackOffTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final MockLlmServer server = MockLlmServer.start();

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
        .withUserConfiguration(Application.class)
        .withPropertyValues("llm.http.base-url=" + this.server.url(), "llm.http.model=m", "llm.http.provider=vllm",
                "management.endpoints.web.exposure.include=llmhttp");

    @AfterEach
    void close() {
        this.server.close();
    }

    @Test
    void everythingIsThereWithAllLibraries() {
        this.contextRunner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .run((context) -> assertThat(context).hasSingleBean(LlmHealthIndicator.class)
                .hasSingleBean(LlmHttpEndpoint.class)
                .hasSingleBean(ClientMeters.class));
    }

    @Test
    void worksWithoutMicrometer() {
        assertWorksWithout(new FilteredClassLoader(MeterRegistry.class), ClientMeters.class);
        assertWorksWithout(new FilteredClassLoader("io.micrometer.core"), ClientMeters.class);
    }

    @Test
    void worksWithoutHealth() {
        assertWorksWithout(new FilteredClassLoader(HealthIndicator.class), LlmHealthIndicator.class);
        assertWorksWithout(new FilteredClassLoader("org.springframework.boot.health"), LlmHealthIndicator.class);
    }

    @Test
    void worksWithoutActuator() {
        assertWorksWithout(new FilteredClassLoader(Endpoint.class), LlmHttpEndpoint.class);
        assertWorksWithout(new FilteredClassLoader("org.springframework.boot.actuate"), LlmHttpEndpoint.class);
    }

    @Test
    void worksWithoutAnyOfThem() {
        assertWorksWithout(new FilteredClassLoader("io.micrometer.core", "org.springframework.boot.health",
                "org.springframework.boot.actuate", "org.springframework.boot.micrometer"), ClientMeters.class);
    }

    private void assertWorksWithout(FilteredClassLoader classes, Class<?> missing) {
        this.contextRunner.withClassLoader(classes).run((context) -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(missing);
            assertThat(context.getBean(LlmWebClient.class).chat("Hi").block(LONG)).isNotEmpty();
        });
    }

    @Test
    void backsOffForOwnHealthIndicator() {
        LlmHealthIndicator own = new LlmHealthIndicator(Map::of);
        this.contextRunner.withBean("own", LlmHealthIndicator.class, () -> own)
            .run((context) -> assertThat(context).getBean(LlmHealthIndicator.class).isSameAs(own));
    }

    @Test
    void backsOffForOwnEndpoint() {
        this.contextRunner.withUserConfiguration(OwnEndpoint.class)
            .run((context) -> assertThat(context).hasNotFailed()
                .getBeanNames(LlmHttpEndpoint.class)
                .containsOnly("own"));
    }

    @Test
    void backsOffForOwnClientMeters() {
        MeterRegistry registry = new SimpleMeterRegistry();
        ClientMeters own = new ClientMeters(new SimpleMeterRegistry());
        this.contextRunner.withBean(MeterRegistry.class, () -> registry)
            .withBean("own", ClientMeters.class, () -> own)
            .run((context) -> {
                assertThat(context).getBean(ClientMeters.class).isSameAs(own);
                assertThat(registry.getMeters()).noneMatch((meter) -> meter.getId().getName().startsWith("llm.http"));
            });
    }

    @Test
    void backsOffForOwnDialects() {
        ProviderDialects own = new ProviderDialects();
        this.contextRunner.withBean("own", ProviderDialects.class, () -> own)
            .run((context) -> assertThat(context).getBean(ProviderDialects.class).isSameAs(own));
    }

    @Test
    void backsOffForOwnCircuitBreakerRegistry() {
        CircuitBreakerRegistry own = CircuitBreakerRegistry.ofDefaults();
        this.contextRunner.withBean("own", CircuitBreakerRegistry.class, () -> own)
            .run((context) -> assertThat(context).getBean(CircuitBreakerRegistry.class).isSameAs(own));
    }

    @Test
    void backsOffForOwnClientFactory() {
        FakeClients own = new FakeClients();
        this.contextRunner.withBean("own", ClientFactory.class, () -> own).run((context) -> {
            assertThat(context).getBean(ClientFactory.class).isSameAs(own);
            assertThat(own.opened()).hasSize(1);
            assertThat(context.getBean(ClientRegistry.class).names()).containsExactly("default");
        });
    }

    @Test
    void evictionsAreCountedByReason() {
        MeterRegistry registry = new SimpleMeterRegistry();
        this.contextRunner.withBean(MeterRegistry.class, () -> registry)
            .withPropertyValues("llm.http.janitor.max-idle-time=300ms", "llm.http.janitor.sweep-interval=200ms")
            .run((context) -> {
                FunctionCounter idle = registry.get("llm.http.pool.evicted")
                    .tags("client", "default", "reason", "idle")
                    .functionCounter();
                assertThat(idle.count()).isZero();
                context.getBean(LlmWebClient.class).chat("Hi").block(LONG);
                Awaitility.await().atMost(LONG).until(() -> idle.count() == 1);
                this.server.awaitOpenConnections(0, LONG);
                assertThat(registry.get("llm.http.pool.evicted").functionCounters().stream())
                    .allSatisfy((counter) -> assertThat(counter.count())
                        .isEqualTo("idle".equals(counter.getId().getTag("reason")) ? 1 : 0));
            });
    }

    /**
     * Imports as Boot does, which looks for absent classes before it loads a
     * configuration.
     */
    @Configuration(proxyBeanMethods = false)
    static class OwnEndpoint {

        @Bean
        LlmHttpEndpoint own(ClientRegistry clients) {
            return new LlmHttpEndpoint(clients, List.of());
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({ LlmHttpAutoConfiguration.class, LlmHttpHealthAutoConfiguration.class,
            LlmHttpEndpointAutoConfiguration.class, LlmHttpMetricsAutoConfiguration.class,
            WebClientAutoConfiguration.class, JacksonAutoConfiguration.class })
    static class Application {

    }

}
