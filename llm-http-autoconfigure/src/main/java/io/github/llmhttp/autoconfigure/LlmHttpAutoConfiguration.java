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

import io.github.llmhttp.ApiKeyProvider;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebClients;
import io.github.llmhttp.client.ClientFactory;
import io.github.llmhttp.client.ClientRegistry;
import io.github.llmhttp.config.Providers;
import reactor.netty.http.client.HttpClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Makes a {@link LlmWebClient} of {@code llm.http.*}, one of each
 * {@code llm.http.clients.<name>}, and {@link LlmWebClients}.
 */
@AutoConfiguration(after = WebClientAutoConfiguration.class,
        afterName = { "io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration",
                "io.github.resilience4j.springboot.retry.autoconfigure.RetryAutoConfiguration" })
@ConditionalOnClass({ WebClient.class, HttpClient.class })
@ConditionalOnBooleanProperty(name = "llm.http.enabled", matchIfMissing = true)
@Import({ LlmClientRegistrar.class, LlmHttpClientConfiguration.class })
@ImportRuntimeHints(LlmHttpRuntimeHints.class)
public final class LlmHttpAutoConfiguration {

    @Bean
    ClientSettingsBinder llmClientSettingsBinder(Environment environment, Providers providers,
            ObjectProvider<ApiKeyProvider> keys, ObjectProvider<SslBundles> bundles) {
        SslBundles known = bundles.getIfAvailable(DefaultSslBundleRegistry::new);
        return new ClientSettingsBinder(environment, providers, keys.getIfAvailable() != null, known::getBundleNames);
    }

    // Never lazy: bad settings stop the start, not the first call. Closed by its
    // lifecycle, or here if the context fails before that exists
    @Bean(destroyMethod = "closeAll")
    @Lazy(false)
    @ConditionalOnMissingBean(LlmWebClients.class)
    ClientRegistry llmWebClients(ClientFactory factory, ClientSettingsBinder settings) {
        ClientRegistry clients = new ClientRegistry(factory, settings);
        clients.openAll(settings.configured());
        return clients;
    }

    @Bean
    @ConditionalOnBean(ClientRegistry.class)
    LlmClientsLifecycle llmClientsLifecycle(ClientRegistry clients) {
        return new LlmClientsLifecycle(clients);
    }

}
