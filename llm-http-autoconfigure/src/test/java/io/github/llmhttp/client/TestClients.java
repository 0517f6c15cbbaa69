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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.llmhttp.ApiKeyProvider;
import io.github.llmhttp.CallListener;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.call.CallScheduler;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.config.Origins;
import io.github.llmhttp.config.Providers;
import io.github.llmhttp.config.SettingsResolver;
import io.github.llmhttp.monitoring.CallObservations;
import io.github.llmhttp.pool.ConnectionPoolCustomizer;
import io.github.llmhttp.provider.ProviderDialects;
import io.github.llmhttp.tls.TlsMaterial;
import io.github.llmhttp.tls.TlsSource;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.netty.pkitesting.X509Bundle;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Opens real clients for tests and closes them, with their loops and clock, at the end.
 */
public final class TestClients implements AutoCloseable {

    private final Scheduler scheduler = new CallScheduler("test");

    private final LoopResources loops;

    private final ProviderDialects dialects = new ProviderDialects();

    private final AtomicInteger sent = new AtomicInteger();

    private final AtomicInteger open = new AtomicInteger();

    private final List<ConnectionPoolCustomizer> poolCustomizers = new ArrayList<>();

    private final RetryRegistry retries = RetryRegistry.ofDefaults();

    private final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();

    private final WebClient.Builder webClient = WebClient.builder();

    private final List<CallListener> listeners = new ArrayList<>();

    private TlsSource tls = TlsSource.jvm();

    private CallObservations observations = CallObservations.none();

    private final List<OpenClient> all = new ArrayList<>();

    private final Map<String, OpenClient> byName = new ConcurrentHashMap<>();

    private @Nullable OpenClient last;

    public TestClients() {
        this(LoopResources.create("test-http", 2, true));
    }

    public TestClients(LoopResources loops) {
        this.loops = loops;
    }

    /**
     * Who hears of calls and attempts that end, of clients that are opened from now on.
     */
    public TestClients listener(CallListener listener) {
        this.listeners.add(listener);
        return this;
    }

    /** Whom clients trust that are opened from now on. */
    public TestClients trust(X509Bundle certificate) {
        TlsMaterial material = new TlsMaterial(null, certificate.toTrustManagerFactory(), List.of(), List.of());
        this.tls = new TlsSource() {

            @Override
            public TlsMaterial material(@Nullable String bundle) {
                return material;
            }

            @Override
            public Disposable onChange(String bundle, Runnable changed) {
                return Disposables.disposed();
            }

        };
        return this;
    }

    /** How calls of clients are observed that are opened from now on. */
    public TestClients observations(CallObservations observations) {
        this.observations = observations;
        return this;
    }

    public LlmWebClient open(String baseUrl, Consumer<LlmClientProperties> settings) {
        return open(baseUrl, null, settings);
    }

    public LlmWebClient open(String baseUrl, @Nullable ApiKeyProvider keys, Consumer<LlmClientProperties> settings) {
        return open("test", baseUrl, keys, settings);
    }

    /**
     * A client of a name, by which those that were opened find each other.
     */
    public LlmWebClient open(String name, String baseUrl, @Nullable ApiKeyProvider keys,
            Consumer<LlmClientProperties> settings) {
        LlmClientProperties properties = new LlmClientProperties();
        properties.setBaseUrl(baseUrl);
        properties.setModel("test-model");
        // One attempt tells what happened to it; tests of repetition switch it on
        properties.getRetry().setEnabled(false);
        properties.getCircuitBreaker().setEnabled(false);
        settings.accept(properties);
        ClientEnvironment environment = new ClientEnvironment(this.webClient, new JsonMapper(), this.dialects, keys,
                this.retries, this.breakers, this.tls, this.loops, CallTime.real(this.scheduler),
                new ClientEnvironment.Customizers(this.poolCustomizers, List.of(), List.of(), List.of(),
                        List.of(this::counting)),
                new ClientEnvironment.Watchers(List.of(), this.listeners, this.observations));
        this.last = new DefaultClientFactory(environment)
            .open(new SettingsResolver(Providers.of(this.dialects.ids().stream().map(this.dialects::get).toList(),
                    (host) -> this.dialects.byHost(host).id()), keys != null)
                .resolve(name, properties, new Origins(name, null)), this.byName::get);
        this.all.add(this.last);
        this.byName.put(name, this.last);
        return this.last.client();
    }

    public RetryRegistry retries() {
        return this.retries;
    }

    public CircuitBreakerRegistry breakers() {
        return this.breakers;
    }

    public TestClients customizePools(ConnectionPoolCustomizer customizer) {
        this.poolCustomizers.add(customizer);
        return this;
    }

    /**
     * A filter of the builder that the application gives its clients.
     */
    public TestClients filter(ExchangeFilterFunction filter) {
        this.webClient.filter(filter);
        return this;
    }

    private HttpClient counting(String client, HttpClient http) {
        return http.doOnRequest((request, connection) -> this.sent.incrementAndGet())
            .doOnChannelInit((observer, channel, address) -> {
                this.open.incrementAndGet();
                channel.closeFuture().addListener((closed) -> this.open.decrementAndGet());
            });
    }

    /**
     * How many connections are open or being opened.
     */
    public int openChannels() {
        return this.open.get();
    }

    /**
     * How many requests were put on a connection, those included that were repeated on a
     * fresh one.
     */
    public int sent() {
        return this.sent.get();
    }

    /**
     * Close a client before the end.
     */
    public void close(String name) {
        OpenClient closing = this.byName.remove(name);
        if (closing != null) {
            closing.close().block(Duration.ofSeconds(30));
        }
    }

    public OpenClient opened() {
        if (this.last == null) {
            throw new IllegalStateException("No client was opened");
        }
        return this.last;
    }

    @Override
    public void close() {
        this.all.forEach((client) -> client.close().block(Duration.ofSeconds(30)));
        this.loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block(Duration.ofSeconds(10));
        this.scheduler.dispose();
    }

}
