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

import java.util.List;

import io.github.llmhttp.ApiKeyProvider;
import io.github.llmhttp.CallListener;
import io.github.llmhttp.client.ClientEnvironment;
import io.github.llmhttp.client.ClientEnvironment.Customizers;
import io.github.llmhttp.client.ClientEnvironment.Watchers;
import io.github.llmhttp.client.ClientFactory;
import io.github.llmhttp.client.ClientListener;
import io.github.llmhttp.client.DefaultClientFactory;
import io.github.llmhttp.config.Providers;
import io.github.llmhttp.dns.DnsCustomizer;
import io.github.llmhttp.monitoring.AttemptObservationConvention;
import io.github.llmhttp.monitoring.CallObservationConvention;
import io.github.llmhttp.monitoring.CallObservations;
import io.github.llmhttp.pool.ConnectionPoolCustomizer;
import io.github.llmhttp.provider.ProviderDialect;
import io.github.llmhttp.provider.ProviderDialects;
import io.github.llmhttp.proxy.ProxyCustomizer;
import io.github.llmhttp.tls.TlsCustomizer;
import io.github.llmhttp.tls.TlsSource;
import io.github.llmhttp.transport.HttpClientCustomizer;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.micrometer.observation.ObservationRegistry;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * What clients are made of.
 */
@Configuration(proxyBeanMethods = false)
class LlmHttpClientConfiguration {

    static final String BREAKERS = "llmCircuitBreakerRegistry";

    static final String RETRIES = "llmRetryRegistry";

    @Bean
    @ConditionalOnMissingBean
    ProviderDialects llmProviderDialects(ObjectProvider<ProviderDialect> dialects) {
        return new ProviderDialects(dialects.orderedStream().toList());
    }

    @Bean
    @ConditionalOnMissingBean
    Providers llmProviders(ProviderDialects dialects) {
        return Providers.of(dialects.ids().stream().map(dialects::get).toList(), (host) -> dialects.byHost(host).id());
    }

    @Bean(BREAKERS)
    @ConditionalOnMissingBean
    CircuitBreakerRegistry llmCircuitBreakerRegistry() {
        return CircuitBreakerRegistry.ofDefaults();
    }

    @Bean(RETRIES)
    @ConditionalOnMissingBean
    RetryRegistry llmRetryRegistry() {
        return RetryRegistry.ofDefaults();
    }

    @Bean
    LlmHttpRuntime llmHttpRuntime() {
        return new LlmHttpRuntime();
    }

    @Bean
    Customizers llmHttpCustomizers(ObjectProvider<ConnectionPoolCustomizer> pools, ObjectProvider<DnsCustomizer> dns,
            ObjectProvider<TlsCustomizer> tls, ObjectProvider<ProxyCustomizer> proxies,
            ObjectProvider<HttpClientCustomizer> http) {
        return new Customizers(list(pools), list(dns), list(tls), list(proxies), list(http));
    }

    @Bean
    Watchers llmHttpWatchers(ObjectProvider<ClientListener> clients, ObjectProvider<CallListener> calls,
            CallObservations observations) {
        return new Watchers(list(clients), list(calls), observations);
    }

    @Bean
    @ConditionalOnMissingBean
    CallObservations llmCallObservations(ObjectProvider<ObservationRegistry> registry,
            ObjectProvider<CallObservationConvention> calls, ObjectProvider<AttemptObservationConvention> attempts) {
        return new CallObservations(registry.getIfAvailable(() -> ObservationRegistry.NOOP), calls.getIfAvailable(),
                attempts.getIfAvailable());
    }

    private static <T> List<T> list(ObjectProvider<T> beans) {
        return beans.orderedStream().toList();
    }

    @Bean
    @ConditionalOnMissingBean
    ClientFactory llmClientFactory(LlmHttpRuntime runtime, ObjectProvider<WebClient.Builder> webClients,
            ObjectProvider<JsonMapper> json, ProviderDialects dialects, ObjectProvider<ApiKeyProvider> keys,
            RetryRegistry retries, CircuitBreakerRegistry breakers, ObjectProvider<SslBundles> bundles,
            Customizers customizers, Watchers watchers) {
        SslBundles known = bundles.getIfAvailable();
        TlsSource tls = (known != null) ? new BundleTlsSource(known) : TlsSource.jvm();
        return new DefaultClientFactory(new ClientEnvironment(webClients.getIfAvailable(WebClient::builder),
                json.getIfAvailable(JsonMapper::new), dialects, keys.getIfAvailable(), retries, breakers, tls,
                runtime.loops(), runtime.time(), customizers, watchers));
    }

}
