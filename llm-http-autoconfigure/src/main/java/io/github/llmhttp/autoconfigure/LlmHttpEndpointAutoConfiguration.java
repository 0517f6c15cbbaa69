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

import io.github.llmhttp.actuator.LlmHttpEndpoint;
import io.github.llmhttp.client.ClientRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Offers the Actuator endpoint {@code llmhttp}.
 */
@AutoConfiguration(after = LlmHttpAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(ClientRegistry.class)
@ConditionalOnAvailableEndpoint(LlmHttpEndpoint.class)
public final class LlmHttpEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    LlmHttpEndpoint llmHttpEndpoint(ClientRegistry clients, ObjectProvider<SanitizingFunction> sanitizing) {
        return new LlmHttpEndpoint(clients, sanitizing.orderedStream().toList());
    }

}
