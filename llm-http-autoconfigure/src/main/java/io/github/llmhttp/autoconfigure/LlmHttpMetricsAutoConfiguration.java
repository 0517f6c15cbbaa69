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

import java.util.Arrays;
import java.util.stream.Collectors;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.client.ClientListener;
import io.github.llmhttp.janitor.EvictionReason;
import io.github.llmhttp.monitoring.PoolMeters;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

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
    PoolMeters llmPoolMeters(MeterRegistry registry) {
        return new PoolMeters(registry,
                Arrays.stream(EvictionReason.values()).map(EvictionReason::id).collect(Collectors.toSet()));
    }

    @Bean
    ClientListener llmPoolMetersListener(PoolMeters meters) {
        return new ClientListener() {

            @Override
            public void opened(LlmWebClient client) {
                meters.bind(client.name(), client::poolStats);
            }

            @Override
            public void closed(LlmWebClient client) {
                meters.unbind(client.name());
            }

        };
    }

}
