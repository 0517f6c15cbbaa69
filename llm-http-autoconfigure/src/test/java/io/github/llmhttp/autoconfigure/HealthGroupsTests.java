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

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A provider that is down says nothing about the application itself: which of Actuator's
 * groups of health the clients are in.
 */
class HealthGroupsTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final MockLlmServer server = MockLlmServer.start();

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(LlmHttpAutoConfiguration.class, LlmHttpHealthAutoConfiguration.class,
                WebClientAutoConfiguration.class, JacksonAutoConfiguration.class,
                ApplicationAvailabilityAutoConfiguration.class, HealthContributorAutoConfiguration.class,
                HealthContributorRegistryAutoConfiguration.class, HealthEndpointAutoConfiguration.class,
                AvailabilityHealthContributorAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class))
        .withPropertyValues("llm.http.base-url=" + this.server.url(), "llm.http.model=m",
                "management.endpoint.health.probes.enabled=true");

    @AfterEach
    void close() {
        this.server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = { "readiness", "liveness" })
    @Covers(FaultRow.PROBE_FAULTS)
    void probesOfKubernetesLeaveTheClientsOut(String group) {
        this.contextRunner.run((context) -> {
            breakClient(context);
            assertThat(status(context, "llm")).isEqualTo(Status.DOWN);
            assertThat(status(context)).isEqualTo(Status.DOWN);
            assertThat(status(context, group)).isEqualTo(Status.UP);
            assertThat(status(context, group, "llm")).as("llm in %s", group).isNull();
        });
    }

    @Test
    void clientsJoinTheGroupThatNamesThem() {
        this.contextRunner
            .withPropertyValues("management.endpoint.health.group.readiness.include=readinessState,llm",
                    "management.endpoint.health.group.providers.include=llm")
            .run((context) -> {
                breakClient(context);
                assertThat(status(context, "readiness")).isEqualTo(Status.DOWN);
                assertThat(status(context, "providers")).isEqualTo(Status.DOWN);
                assertThat(status(context, "liveness")).isEqualTo(Status.UP);
            });
    }

    private void breakClient(AssertableApplicationContext context) {
        AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
        AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
        this.server.otherwise(Reply.status(401));
        context.getBean(LlmWebClient.class).chat("Hi").onErrorComplete().block(LONG);
    }

    private static Status status(AssertableApplicationContext context, String... path) {
        HealthDescriptor health = context.getBean(HealthEndpoint.class).healthForPath(path);
        return (health != null) ? health.getStatus() : null;
    }

}
