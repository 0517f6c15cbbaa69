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

package io.github.llmhttp.client;

import java.util.List;

import io.github.llmhttp.ApiKeyProvider;
import io.github.llmhttp.CallListener;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.dns.DnsCustomizer;
import io.github.llmhttp.monitoring.CallObservations;
import io.github.llmhttp.pool.ConnectionPoolCustomizer;
import io.github.llmhttp.provider.ProviderDialects;
import io.github.llmhttp.proxy.ProxyCustomizer;
import io.github.llmhttp.tls.TlsCustomizer;
import io.github.llmhttp.tls.TlsSource;
import io.github.llmhttp.transport.HttpClientCustomizer;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.reactive.function.client.WebClient;

/**
 * What all clients of an application share.
 *
 * @param webClient prototype of the clients' WebClients; cloned, never changed
 * @param json writes and reads generic JSON bodies
 * @param dialects the providers
 * @param keys gives keys, if the application has such a bean
 * @param retries Resilience4j's instances by client
 * @param breakers Resilience4j's instances by client
 * @param tls where certificates come from
 * @param loops event loops
 * @param time the time that limits are measured by
 * @param customizers callbacks of the rooms
 * @param watchers hear of clients and their calls
 */
public record ClientEnvironment(WebClient.Builder webClient, JsonMapper json, ProviderDialects dialects,
        @Nullable ApiKeyProvider keys, RetryRegistry retries, CircuitBreakerRegistry breakers, TlsSource tls,
        LoopResources loops, CallTime time, Customizers customizers, Watchers watchers) {

    /**
     * Who hears of what happens, each in order.
     *
     * @param clients hear of clients that open and close
     * @param calls hear of calls and attempts that end
     * @param observations follow calls from their begin
     */
    public record Watchers(List<ClientListener> clients, List<CallListener> calls, CallObservations observations) {

        /**
         * Nobody.
         * @return empty lists
         */
        public static Watchers none() {
            return new Watchers(List.of(), List.of(), CallObservations.none());
        }

    }

    /**
     * Callbacks of the rooms, each in order.
     *
     * @param pools adjust connection pools
     * @param dns adjust resolvers
     * @param tls adjust TLS
     * @param proxies adjust proxies
     * @param http adjust HTTP clients, last
     */
    public record Customizers(List<ConnectionPoolCustomizer> pools, List<DnsCustomizer> dns, List<TlsCustomizer> tls,
            List<ProxyCustomizer> proxies, List<HttpClientCustomizer> http) {

        /**
         * No callbacks.
         * @return empty lists
         */
        public static Customizers none() {
            return new Customizers(List.of(), List.of(), List.of(), List.of(), List.of());
        }

    }

}
