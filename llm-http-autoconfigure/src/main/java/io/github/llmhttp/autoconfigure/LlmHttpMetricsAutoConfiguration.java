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

import io.github.llmhttp.client.ClientListener;
import io.github.llmhttp.monitoring.ClientMeters;
import io.github.llmhttp.monitoring.DefaultAttemptObservationConvention;
import io.github.llmhttp.monitoring.DefaultCallObservationConvention;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Publishes the clients' meters.
 */
@AutoConfiguration(before = LlmHttpAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "llm.http.enabled", matchIfMissing = true)
public final class LlmHttpMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ClientMeters llmClientMeters(MeterRegistry registry) {
        return new ClientMeters(registry);
    }

    @Bean
    ClientListener llmClientMetersListener(ClientMeters meters) {
        return new MeteredClients(meters);
    }

    /**
     * What Micrometer would count of observations, {@link ClientMeters} counts better.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(name = "llmObservationMeterFilter")
    static class ObservationMeters {

        @Bean
        MeterFilter llmObservationMeterFilter() {
            return MeterFilter.deny((id) -> isOf(DefaultCallObservationConvention.NAME, id.getName())
                    || isOf(DefaultAttemptObservationConvention.NAME, id.getName()));
        }

        private static boolean isOf(String observation, String meter) {
            return meter.startsWith(observation)
                    && (meter.length() == observation.length() || meter.charAt(observation.length()) == '.');
        }

        /** So that nothing is prepared that the filter denies. */
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        UnmeteredObservations llmUnmeteredObservations() {
            return new UnmeteredObservations();
        }

    }

}
