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
import io.github.llmhttp.LlmWebClients;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Reply;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedRetryMetrics;
import io.github.resilience4j.retry.RetryRegistry;
import io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration;
import io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerMetricsAutoConfiguration;
import io.github.resilience4j.springboot.retry.autoconfigure.RetryAutoConfiguration;
import io.github.resilience4j.springboot.retry.autoconfigure.RetryMetricsAutoConfiguration;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Resilience4j's own meters, with and without its Spring Boot module.
 */
class Resilience4jMetersTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private static final String BREAKER = "resilience4j.circuitbreaker.";

    private final MockLlmServer server = MockLlmServer.start();

    private final MeterRegistry meters = new SimpleMeterRegistry();

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
        .withUserConfiguration(Application.class)
        .withBean(MeterRegistry.class, () -> this.meters)
        .withPropertyValues("llm.http.clients.chat.base-url=" + this.server.url(), "llm.http.model=m",
                "llm.http.retry.initial-backoff=1ms", "llm.http.circuit-breaker.consecutive-failures=2");

    @AfterEach
    void close() {
        this.server.close();
    }

    @Test
    void repetitionsMoveTheMetersOfTheRetry() {
        this.contextRunner.run((context) -> {
            LlmWebClient client = context.getBean(LlmWebClient.class);
            assertThat(retries("successful_without_retry")).isZero();
            this.server.script(Reply.text("a"), Reply.status(503), Reply.text("b"), Reply.status(400));
            client.chat("Hi").block(LONG);
            client.chat("Hi").block(LONG);
            client.chat("Hi").onErrorComplete().block(LONG);
            assertThat(retries("successful_without_retry")).isEqualTo(1);
            assertThat(retries("successful_with_retry")).isEqualTo(1);
            assertThat(retries("failed_without_retry")).isEqualTo(1);
            assertThat(retries("failed_with_retry")).isZero();
        });
    }

    @Test
    void breakerThatOpensMovesItsMeters() {
        this.contextRunner.withPropertyValues("llm.http.retry.enabled=false").run((context) -> {
            LlmWebClient client = context.getBean(LlmWebClient.class);
            client.chat("Hi").block(LONG);
            assertThat(state("closed")).isEqualTo(1);
            assertThat(state("open")).isZero();
            this.server.otherwise(Reply.status(503));
            for (int i = 0; i < 3; i++) {
                client.chat("Hi").onErrorComplete().block(LONG);
            }
            assertThat(this.server.calls()).hasSize(3);
            assertThat(state("open")).isEqualTo(1);
            assertThat(state("closed")).isZero();
            assertThat(calls("successful")).isEqualTo(1);
            assertThat(calls("failed")).isEqualTo(2);
            assertThat(this.meters.get(BREAKER + "not.permitted.calls").tag("name", "chat").counter().count())
                .isEqualTo(1);
            assertThat(this.meters.get(BREAKER + "failure.rate").tag("name", "chat").gauge().value()).isEqualTo(100);
        });
    }

    @Test
    void metersComeAndGoWithTheirClient() {
        this.contextRunner.run((context) -> {
            LlmWebClients clients = context.getBean(LlmWebClients.class);
            LlmWebClient late = clients.create("late", Map.of("base-url", this.server.url()));
            late.chat("Hi").block(LONG);
            assertThat(names()).contains("chat", "late");
            clients.close("late").block(LONG);
            assertThat(names()).containsOnly("chat");
            clients.create("late", Map.of("base-url", this.server.url())).chat("Hi").block(LONG);
            assertThat(this.meters.get("resilience4j.retry.calls")
                .tags("name", "late", "kind", "successful_without_retry")
                .functionCounter()
                .count()).isEqualTo(1);
            assertThat(this.meters.get(BREAKER + "calls").tags("name", "late", "kind", "successful").timer().count())
                .isEqualTo(1);
        });
    }

    @Test
    void thereAreNoneWithoutTheirLibrary() {
        this.contextRunner.withClassLoader(new FilteredClassLoader("io.github.resilience4j.micrometer"))
            .run((context) -> {
                assertThat(context).hasNotFailed().doesNotHaveBean("llmCircuitBreakerMeters");
                assertThat(context.getBean(LlmWebClient.class).chat("Hi").block(LONG)).isNotEmpty();
                assertThat(names()).isEmpty();
            });
    }

    @Test
    void thereAreNoneWithoutMeterRegistry() {
        new ApplicationContextRunner().withUserConfiguration(Application.class)
            .run((context) -> assertThat(context).hasNotFailed()
                .doesNotHaveBean(TaggedCircuitBreakerMetrics.class)
                .doesNotHaveBean(TaggedRetryMetrics.class));
    }

    @Test
    void thereAreNoneIfAllIsSwitchedOff() {
        this.contextRunner.withPropertyValues("llm.http.enabled=false")
            .run((context) -> assertThat(context).hasNotFailed()
                .doesNotHaveBean(TaggedCircuitBreakerMetrics.class)
                .doesNotHaveBean(TaggedRetryMetrics.class));
    }

    @Test
    void registriesOfTheApplicationAreLeftToIt() {
        this.contextRunner.withBean(CircuitBreakerRegistry.class, CircuitBreakerRegistry::ofDefaults)
            .run((context) -> assertThat(context).doesNotHaveBean(TaggedCircuitBreakerMetrics.class)
                .hasSingleBean(TaggedRetryMetrics.class));
        this.contextRunner.withBean(RetryRegistry.class, RetryRegistry::ofDefaults)
            .run((context) -> assertThat(context).doesNotHaveBean(TaggedRetryMetrics.class)
                .hasSingleBean(TaggedCircuitBreakerMetrics.class));
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void nothingIsCountedTwiceWithResilience4jsOwnModule(boolean legacy) {
        this.contextRunner.withUserConfiguration(OwnModule.class)
            .withPropertyValues("resilience4j.circuitbreaker.metrics.legacy.enabled=" + legacy,
                    "resilience4j.retry.metrics.legacy.enabled=" + legacy)
            .run((context) -> {
                assertThat(context).hasNotFailed()
                    .doesNotHaveBean("llmCircuitBreakerMeters")
                    .doesNotHaveBean("llmRetryMeters");
                assertCountedOnce(context.getBean(LlmWebClient.class));
            });
    }

    @Test
    void nothingIsCountedTwiceWithBindersOfTheApplication() {
        this.contextRunner.withUserConfiguration(OwnBinders.class).run((context) -> {
            assertThat(context).hasNotFailed()
                .hasSingleBean(TaggedCircuitBreakerMetrics.class)
                .hasSingleBean(TaggedRetryMetrics.class);
            assertCountedOnce(context.getBean(LlmWebClient.class));
        });
    }

    private void assertCountedOnce(LlmWebClient client) {
        client.chat("Hi").block(LONG);
        assertThat(calls("successful")).isEqualTo(1);
        assertThat(retries("successful_without_retry")).isEqualTo(1);
    }

    private double retries(String kind) {
        return this.meters.get("resilience4j.retry.calls").tags("name", "chat", "kind", kind).functionCounter().count();
    }

    private double state(String state) {
        return this.meters.get(BREAKER + "state").tags("name", "chat", "state", state).gauge().value();
    }

    private long calls(String kind) {
        return this.meters.get(BREAKER + "calls").tags("name", "chat", "kind", kind).timer().count();
    }

    private List<String> names() {
        return this.meters.getMeters()
            .stream()
            .map(Meter::getId)
            .filter((id) -> id.getName().startsWith("resilience4j."))
            .map((id) -> String.valueOf(id.getTag("name")))
            .toList();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({ LlmHttpAutoConfiguration.class, LlmHttpMetricsAutoConfiguration.class,
            LlmHttpResilience4jMetricsAutoConfiguration.class, MetricsAutoConfiguration.class,
            WebClientAutoConfiguration.class, JacksonAutoConfiguration.class })
    static class Application {

    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({ CircuitBreakerAutoConfiguration.class, CircuitBreakerMetricsAutoConfiguration.class,
            RetryAutoConfiguration.class, RetryMetricsAutoConfiguration.class })
    static class OwnModule {

    }

    @Configuration(proxyBeanMethods = false)
    static class OwnBinders {

        @Bean
        TaggedCircuitBreakerMetrics breakerMeters(CircuitBreakerRegistry breakers) {
            return TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers);
        }

        @Bean
        TaggedRetryMetrics retryMeters(RetryRegistry retries) {
            return TaggedRetryMetrics.ofRetryRegistry(retries);
        }

    }

}
