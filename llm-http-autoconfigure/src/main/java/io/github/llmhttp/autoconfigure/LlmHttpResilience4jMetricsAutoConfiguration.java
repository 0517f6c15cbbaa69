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

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedRetryMetrics;
import io.github.resilience4j.retry.RetryRegistry;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Publishes Resilience4j's own meters of the registries that are ours. Those of the
 * application have a binder of their own, and two of them would count each call twice.
 */
@AutoConfiguration(after = LlmHttpAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass({ MeterRegistry.class, TaggedCircuitBreakerMetrics.class, TaggedRetryMetrics.class })
@ConditionalOnBean(MeterRegistry.class)
public final class LlmHttpResilience4jMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(name = LlmHttpClientConfiguration.BREAKERS)
    TaggedCircuitBreakerMetrics llmCircuitBreakerMeters(
            @Qualifier(LlmHttpClientConfiguration.BREAKERS) CircuitBreakerRegistry breakers) {
        return TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(name = LlmHttpClientConfiguration.RETRIES)
    TaggedRetryMetrics llmRetryMeters(@Qualifier(LlmHttpClientConfiguration.RETRIES) RetryRegistry retries) {
        return TaggedRetryMetrics.ofRetryRegistry(retries);
    }

}
