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

import java.util.Map;
import java.util.TreeMap;

import io.github.llmhttp.client.ClientRegistry;
import io.github.llmhttp.health.ClientHealth;
import io.github.llmhttp.health.LlmHealthIndicator;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Shows the clients in Actuator's health as {@code llm}.
 */
@AutoConfiguration(after = LlmHttpAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(ClientRegistry.class)
@ConditionalOnEnabledHealthIndicator("llm")
public final class LlmHttpHealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    LlmHealthIndicator llmHealthIndicator(ClientRegistry clients) {
        return new LlmHealthIndicator(() -> facts(clients));
    }

    private static Map<String, ClientHealth> facts(ClientRegistry clients) {
        Map<String, ClientHealth> facts = new TreeMap<>();
        clients.open().forEach((name, client) -> facts.put(name, client.health()));
        return facts;
    }

}
