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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallOperation;
import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebClients;
import io.github.llmhttp.Usage;
import io.github.llmhttp.monitoring.ClientMeters;
import io.github.llmhttp.monitoring.LlmMeters;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Meters of real clients in a real registry.
 */
class ClientMetersTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final MockLlmServer server = MockLlmServer.start();

    /** Of the context that started last, which closes it. */
    private PrometheusMeterRegistry registry;

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
        .withUserConfiguration(Application.class)
        .withBean(PrometheusMeterRegistry.class,
                () -> this.registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))
        .withPropertyValues("llm.http.base-url=" + this.server.url(), "llm.http.model=m", "llm.http.provider=openai",
                "llm.http.retry.initial-backoff=10ms", "llm.http.monitoring.models=m2");

    @AfterEach
    void close() {
        this.server.close();
    }

    private List<Meter> meters() {
        return this.registry.getMeters()
            .stream()
            .filter((meter) -> meter.getId().getName().startsWith("llm.http."))
            .toList();
    }

    private double count(LlmMeters meter, String... tags) {
        return this.registry.get(meter.meterName()).tags(tags).counter().count();
    }

    private Timer timer(LlmMeters meter, String... tags) {
        return this.registry.get(meter.meterName()).tags(tags).timer();
    }

    @Test
    void allMetersAreRegisteredWhenTheClientOpensAndNoOthersLater() {
        this.contextRunner.run((context) -> {
            Set<Meter.Id> before = meters().stream().map(Meter::getId).collect(Collectors.toSet());
            assertThat(before).extracting(Meter.Id::getName)
                .containsOnly(Arrays.stream(LlmMeters.values()).map(LlmMeters::meterName).toArray(String[]::new));
            everyKindOfCall(context.getBean(LlmWebClient.class));
            assertThat(meters()).extracting(Meter::getId).containsExactlyInAnyOrderElementsOf(before);
        });
    }

    private void everyKindOfCall(LlmWebClient client) {
        this.server.script(Reply.text("a"), Reply.status(503), Reply.text("b"), Reply.status(400), Reply.status(429),
                Reply.text("c"), Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        client.chat("Hi").block(LONG);
        client.stream("Hi").blockLast(LONG);
        assertThatExceptionOfType(LlmHttpException.class).isThrownBy(() -> client.chat("Hi").block(LONG));
        client.events(ChatRequest.of("Hi")).blockLast(LONG);
        StepVerifier.create(client.stream("Hi")).expectNext("a").thenCancel().verify(LONG);
        client.webClient().get().uri("/v1/models").retrieve().bodyToMono(byte[].class).block(LONG);
    }

    @Test
    void tagsAreThoseOfTheEnum() {
        this.contextRunner.run((context) -> {
            Map<String, LlmMeters> byName = Arrays.stream(LlmMeters.values())
                .collect(Collectors.toMap(LlmMeters::meterName, (meter) -> meter));
            assertThat(meters()).allSatisfy((meter) -> {
                Set<String> expected = new TreeSet<>(byName.get(meter.getId().getName()).tags());
                expected.add("client");
                assertThat(meter.getId().getTags().stream().map(Tag::getKey)).containsExactlyElementsOf(expected);
            });
        });
    }

    @Test
    @Covers(FaultRow.TAGS)
    void tenThousandHostileModelsAddNoSeries() {
        this.contextRunner.run((context) -> {
            ClientMeters meters = context.getBean(ClientMeters.class);
            int before = this.registry.getMeters().size();
            for (int i = 0; i < 10_000; i++) {
                meters.attemptEnded(attempt("'; drop table " + i));
            }
            assertThat(this.registry.getMeters()).hasSize(before);
            assertThat(count(LlmMeters.TOKENS, "model", "other", "type", "input")).isEqualTo(10_000);
            LlmWebClient client = context.getBean(LlmWebClient.class);
            this.server.otherwise(Reply.text("a").usage(3, 2));
            for (String model : List.of("m", "m2", "m3")) {
                client.stream(ChatRequest.builder().model(model).user("Hi").build()).blockLast(LONG);
            }
            assertThat(this.registry.getMeters()).hasSize(before);
            assertThat(count(LlmMeters.TOKENS, "model", "m", "type", "input")).isEqualTo(3);
            assertThat(count(LlmMeters.TOKENS, "model", "m2", "type", "output")).isEqualTo(2);
            assertThat(count(LlmMeters.TOKENS, "model", "other", "type", "input")).isEqualTo(10_003);
        });
    }

    private AttemptReport attempt(String model) {
        return new AttemptReport("default", "openai", "host" + model, CallOperation.CHAT, model, 1, 1,
                CallOutcome.SUCCESS, null, null, 200, null, false, Map.of(), null, null, Duration.ZERO, 0, 0, 0, 0,
                new Usage(1, 0, 0, 0));
    }

    @Test
    void eachCallIsCountedWhereItBelongs() {
        this.contextRunner.run((context) -> {
            everyKindOfCall(context.getBean(LlmWebClient.class));
            String endpoint = "127.0.0.1:" + this.server.port();
            Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(timer(LlmMeters.CALLS, "outcome", "success").count()).isEqualTo(4));
            assertThat(timer(LlmMeters.CALLS, "outcome", "error").count()).isEqualTo(1);
            assertThat(timer(LlmMeters.CALLS, "outcome", "cancelled").count()).isEqualTo(1);
            assertThat(count(LlmMeters.CALLS_FAILED, "kind", "BAD_REQUEST")).isEqualTo(1);
            assertThat(timer(LlmMeters.ATTEMPTS, "endpoint", endpoint, "outcome", "success").count()).isEqualTo(4);
            assertThat(timer(LlmMeters.ATTEMPTS, "endpoint", endpoint, "outcome", "error").count()).isEqualTo(3);
            assertThat(count(LlmMeters.ATTEMPTS_FAILED, "endpoint", endpoint, "kind", "OVERLOADED")).isEqualTo(1);
            assertThat(count(LlmMeters.RETRIES, "kind", "OVERLOADED")).isEqualTo(1);
            assertThat(count(LlmMeters.RETRIES, "kind", "RATE_LIMITED")).isEqualTo(1);
            assertThat(timer(LlmMeters.FIRST_TOKEN, "endpoint", endpoint).count()).isEqualTo(3);
            assertThat(timer(LlmMeters.STAGE, "endpoint", endpoint, "stage", "acquire").count()).isEqualTo(8);
            assertThat(timer(LlmMeters.STAGE, "endpoint", endpoint, "stage", "connect").count()).isPositive();
            assertThat(this.registry.get(LlmMeters.CANCELLED.meterName()).summary().totalAmount()).isEqualTo(1);
            assertThat(count(LlmMeters.CONNECTIONS, "endpoint", endpoint, "reused", "true")
                    + count(LlmMeters.CONNECTIONS, "endpoint", endpoint, "reused", "false"))
                .isEqualTo(8);
            assertThat(count(LlmMeters.BYTES, "endpoint", endpoint, "direction", "sent")).isGreaterThan(1000);
            assertThat(count(LlmMeters.BYTES, "endpoint", endpoint, "direction", "received")).isGreaterThan(1000);
            assertThat(count(LlmMeters.EVENTS)).isPositive();
            assertThat(count(LlmMeters.DELIVERED)).isPositive();
        });
    }

    @Test
    void suppressedRetriesAreCountedByWhatHeldThemBack() {
        this.contextRunner.withPropertyValues("llm.http.retry.initial-backoff=10s", "llm.http.retry.max-retry-after=1s")
            .run((context) -> {
                LlmWebClient client = context.getBean(LlmWebClient.class);
                ChatRequest hurried = ChatRequest.builder().user("Hi").totalTimeout(Duration.ofSeconds(2)).build();
                this.server.script(Reply.status(503), Reply.status(429).header("Retry-After", "60"));
                assertThatExceptionOfType(LlmHttpException.class).isThrownBy(() -> client.chat(hurried).block(LONG));
                assertThatExceptionOfType(LlmHttpException.class).isThrownBy(() -> client.chat("Hi").block(LONG));
                assertThat(count(LlmMeters.RETRIES_SUPPRESSED, "reason", "deadline")).isEqualTo(1);
                assertThat(count(LlmMeters.RETRIES_SUPPRESSED, "reason", "max-retry-after")).isEqualTo(1);
            });
    }

    @Test
    void statesAreThoseOfTheEndpoint() {
        this.contextRunner
            .withPropertyValues("llm.http.circuit-breaker.consecutive-failures=1", "llm.http.retry.enabled=false")
            .run((context) -> {
                assertThat(state(LlmMeters.CIRCUIT_BREAKER_STATE, "closed")).isEqualTo(1);
                assertThat(state(LlmMeters.ENDPOINT_STATE, "unknown")).isEqualTo(1);
                this.server.script(Reply.status(500));
                LlmWebClient client = context.getBean(LlmWebClient.class);
                assertThatExceptionOfType(LlmHttpException.class).isThrownBy(() -> client.chat("Hi").block(LONG));
                assertThat(state(LlmMeters.CIRCUIT_BREAKER_STATE, "open")).isEqualTo(1);
                assertThat(state(LlmMeters.CIRCUIT_BREAKER_STATE, "closed")).isZero();
                assertThat(state(LlmMeters.ENDPOINT_STATE, "down")).isEqualTo(1);
            });
    }

    private double state(LlmMeters meter, String state) {
        return this.registry.get(meter.meterName()).tags("state", state).gauge().value();
    }

    @Test
    void bucketsCanBeSwitchedOffAndReplaced() {
        this.contextRunner
            .run((context) -> assertThat(this.registry.scrape()).contains("llm_http_first_token_seconds_bucket"));
        this.contextRunner.withPropertyValues("llm.http.monitoring.histograms=false")
            .run((context) -> assertThat(this.registry.scrape()).contains("llm_http_first_token_seconds_count")
                .doesNotContain("_bucket"));
        this.contextRunner.withPropertyValues("management.metrics.distribution.slo.llm.http.first.token=700ms")
            .run((context) -> assertThat(this.registry.scrape()).contains("le=\"0.7\""));
    }

    @Test
    void metersOfAClientGoWithIt() {
        this.contextRunner.run((context) -> {
            int before = meters().size();
            LlmWebClients clients = context.getBean(LlmWebClients.class);
            clients.create("more", Map.of("base-url", this.server.url(), "provider", "ollama", "model", "x"));
            assertThat(meters()).hasSizeGreaterThan(before)
                .anyMatch((meter) -> "more".equals(meter.getId().getTag("client")));
            clients.close("more").block(LONG);
            assertThat(meters()).hasSize(before);
        });
    }

    @Test
    void observationsAddNoMetersOfTheirOwn() {
        this.contextRunner.run((context) -> {
            Observation.createNotStarted("other", context.getBean(ObservationRegistry.class)).start().stop();
            everyKindOfCall(context.getBean(LlmWebClient.class));
            assertThat(this.registry.getMeters()).extracting((meter) -> meter.getId().getName())
                .contains("other")
                .noneMatch((name) -> name.startsWith("llm.http.call.") || name.startsWith("llm.http.attempt."))
                .doesNotContain("llm.http.call", "llm.http.attempt");
        });
    }

    @Test
    void observationsOfCallsDoNotReachTheHandlerThatMakesMeters() {
        List<Observation.Context> metered = new CopyOnWriteArrayList<>();
        this.contextRunner.withBean(MeterObservationHandler.class, () -> new RecordingHandler(metered))
            .run((context) -> {
                Observation.createNotStarted("other", context.getBean(ObservationRegistry.class)).start().stop();
                everyKindOfCall(context.getBean(LlmWebClient.class));
                assertThat(metered).extracting(Observation.Context::getName).containsOnly("other");
            });
    }

    @Test
    void observationsHaveMetersIfTheApplicationWantsThem() {
        this.server.otherwise(Reply.text("a"));
        this.contextRunner.withBean("llmObservationMeterFilter", MeterFilter.class, () -> new MeterFilter() {
        }).run((context) -> {
            context.getBean(LlmWebClient.class).chat("Hi").block(LONG);
            assertThat(this.registry.get("llm.http.call").timer().count()).isEqualTo(1);
            assertThat(this.registry.get("llm.http.attempt").timer().count()).isEqualTo(1);
        });
    }

    @Test
    void namesOfGenerativeAiAreThereIfTheyAreWanted() {
        this.server.otherwise(Reply.text("a").usage(5, 2));
        this.contextRunner.run((context) -> {
            context.getBean(LlmWebClient.class).chat("Hi").block(LONG);
            assertThat(this.registry.getMeters()).noneMatch((meter) -> meter.getId().getName().startsWith("gen_ai"));
        });
        this.contextRunner.withPropertyValues("llm.http.monitoring.gen-ai=true").run((context) -> {
            context.getBean(LlmWebClient.class).chat("Hi").block(LONG);
            MeterRegistry registry = this.registry;
            assertThat(registry.get("gen_ai.client.operation.duration")
                .tags("gen_ai.operation.name", "chat", "gen_ai.provider.name", "openai", "gen_ai.request.model", "m",
                        "error.type", "none")
                .timer()
                .count()).isEqualTo(1);
            assertThat(registry.get("gen_ai.client.token.usage")
                .tags("gen_ai.request.model", "m", "gen_ai.token.type", "output")
                .summary()
                .totalAmount()).isEqualTo(2);
        });
    }

    private record RecordingHandler(
            List<Observation.Context> contexts) implements MeterObservationHandler<Observation.Context> {

        @Override
        public void onStart(Observation.Context context) {
            this.contexts.add(context);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({ MetricsAutoConfiguration.class, ObservationAutoConfiguration.class,
            JacksonAutoConfiguration.class, WebClientAutoConfiguration.class, LlmHttpMetricsAutoConfiguration.class,
            LlmHttpAutoConfiguration.class })
    static class Application {

    }

}
