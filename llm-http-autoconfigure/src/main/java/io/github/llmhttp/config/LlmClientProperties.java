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

package io.github.llmhttp.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.llmhttp.circuitbreaker.CircuitBreakerProperties;
import io.github.llmhttp.dns.DnsProperties;
import io.github.llmhttp.endpoint.EndpointProperties;
import io.github.llmhttp.health.HealthProperties;
import io.github.llmhttp.http2.Http2Properties;
import io.github.llmhttp.janitor.JanitorProperties;
import io.github.llmhttp.keepalive.KeepAliveProperties;
import io.github.llmhttp.monitoring.MonitoringProperties;
import io.github.llmhttp.pool.PoolProperties;
import io.github.llmhttp.pool.WarmUpProperties;
import io.github.llmhttp.proxy.ProxyProperties;
import io.github.llmhttp.retry.RetryProperties;
import io.github.llmhttp.streaming.ChatProperties;
import io.github.llmhttp.streaming.LimitsProperties;
import io.github.llmhttp.streaming.StreamingProperties;
import io.github.llmhttp.timeout.ShutdownProperties;
import io.github.llmhttp.timeout.TimeoutProperties;
import io.github.llmhttp.tls.TlsProperties;
import io.github.llmhttp.websocket.WebSocketProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.LinkedCaseInsensitiveMap;

/**
 * Settings of one client, as they are bound: the keys below
 * {@code llm.http.clients.<name>}, and those below {@code llm.http} that all clients
 * share.
 */
public class LlmClientProperties {

    /**
     * Set of values for a kind of use, below all other keys.
     */
    private @Nullable ClientPreset preset;

    /**
     * Who answers, and its wire format. Found by the host of the base URL when unset.
     */
    private @Nullable String provider;

    /**
     * Scheme, host, port and path prefix of the endpoint. Public address of the provider
     * when unset.
     */
    private @Nullable String baseUrl;

    /**
     * Several addresses of one service with one key, in place of the base URL: calls are
     * spread over them, and go to another one when one fails.
     */
    private List<EndpointProperties> endpoints = new ArrayList<>();

    /**
     * Key sent with each request, in the header that the provider expects.
     */
    private @Nullable String apiKey;

    /**
     * Model used by requests that name none.
     */
    private @Nullable String model;

    /**
     * Models that are asked in this order, of the same client, when the one that was
     * asked has no capacity.
     */
    private List<String> fallbackModels = new ArrayList<>();

    /**
     * Client that is asked in place of this one when this one has no capacity. None when
     * unset.
     */
    private @Nullable String fallback;

    /**
     * Headers sent with each request.
     */
    private Map<String, String> headers = new LinkedCaseInsensitiveMap<>();

    /**
     * Query parameters sent with each request.
     */
    private Map<String, String> query = new LinkedHashMap<>();

    @NestedConfigurationProperty
    private final PoolProperties pool = new PoolProperties();

    @NestedConfigurationProperty
    private final WarmUpProperties warmUp = new WarmUpProperties();

    @NestedConfigurationProperty
    private final JanitorProperties janitor = new JanitorProperties();

    @NestedConfigurationProperty
    private final KeepAliveProperties keepAlive = new KeepAliveProperties();

    @NestedConfigurationProperty
    private final DnsProperties dns = new DnsProperties();

    @NestedConfigurationProperty
    private final TlsProperties tls = new TlsProperties();

    @NestedConfigurationProperty
    private final ProxyProperties proxy = new ProxyProperties();

    @NestedConfigurationProperty
    private final Http2Properties http2 = new Http2Properties();

    @NestedConfigurationProperty
    private final WebSocketProperties websocket = new WebSocketProperties();

    @NestedConfigurationProperty
    private final TimeoutProperties timeout = new TimeoutProperties();

    @NestedConfigurationProperty
    private final CircuitBreakerProperties circuitBreaker = new CircuitBreakerProperties();

    @NestedConfigurationProperty
    private final ShutdownProperties shutdown = new ShutdownProperties();

    @NestedConfigurationProperty
    private final RetryProperties retry = new RetryProperties();

    @NestedConfigurationProperty
    private final ChatProperties chat = new ChatProperties();

    @NestedConfigurationProperty
    private final StreamingProperties streaming = new StreamingProperties();

    @NestedConfigurationProperty
    private final LimitsProperties limits = new LimitsProperties();

    @NestedConfigurationProperty
    private final HealthProperties health = new HealthProperties();

    @NestedConfigurationProperty
    private final MonitoringProperties monitoring = new MonitoringProperties();

    public @Nullable ClientPreset getPreset() {
        return this.preset;
    }

    public void setPreset(@Nullable ClientPreset preset) {
        this.preset = preset;
    }

    public @Nullable String getProvider() {
        return this.provider;
    }

    public void setProvider(@Nullable String provider) {
        this.provider = provider;
    }

    public @Nullable String getBaseUrl() {
        return this.baseUrl;
    }

    public void setBaseUrl(@Nullable String baseUrl) {
        this.baseUrl = baseUrl;
    }

    public List<EndpointProperties> getEndpoints() {
        return this.endpoints;
    }

    public void setEndpoints(List<EndpointProperties> endpoints) {
        this.endpoints = endpoints;
    }

    public @Nullable String getApiKey() {
        return this.apiKey;
    }

    public void setApiKey(@Nullable String apiKey) {
        this.apiKey = apiKey;
    }

    public @Nullable String getModel() {
        return this.model;
    }

    public void setModel(@Nullable String model) {
        this.model = model;
    }

    public List<String> getFallbackModels() {
        return this.fallbackModels;
    }

    public void setFallbackModels(List<String> fallbackModels) {
        this.fallbackModels = fallbackModels;
    }

    public @Nullable String getFallback() {
        return this.fallback;
    }

    public void setFallback(@Nullable String fallback) {
        this.fallback = fallback;
    }

    public Map<String, String> getHeaders() {
        return this.headers;
    }

    public void setHeaders(Map<String, String> headers) {
        this.headers = new LinkedCaseInsensitiveMap<>();
        this.headers.putAll(headers);
    }

    public Map<String, String> getQuery() {
        return this.query;
    }

    public void setQuery(Map<String, String> query) {
        this.query = query;
    }

    public PoolProperties getPool() {
        return this.pool;
    }

    public WarmUpProperties getWarmUp() {
        return this.warmUp;
    }

    public JanitorProperties getJanitor() {
        return this.janitor;
    }

    public KeepAliveProperties getKeepAlive() {
        return this.keepAlive;
    }

    public DnsProperties getDns() {
        return this.dns;
    }

    public TlsProperties getTls() {
        return this.tls;
    }

    public ProxyProperties getProxy() {
        return this.proxy;
    }

    public Http2Properties getHttp2() {
        return this.http2;
    }

    public WebSocketProperties getWebsocket() {
        return this.websocket;
    }

    public TimeoutProperties getTimeout() {
        return this.timeout;
    }

    public CircuitBreakerProperties getCircuitBreaker() {
        return this.circuitBreaker;
    }

    public ShutdownProperties getShutdown() {
        return this.shutdown;
    }

    public RetryProperties getRetry() {
        return this.retry;
    }

    public ChatProperties getChat() {
        return this.chat;
    }

    public StreamingProperties getStreaming() {
        return this.streaming;
    }

    public LimitsProperties getLimits() {
        return this.limits;
    }

    public HealthProperties getHealth() {
        return this.health;
    }

    public MonitoringProperties getMonitoring() {
        return this.monitoring;
    }

    /**
     * The provider alone: the rest may be secret.
     */
    @Override
    public String toString() {
        return "LlmClientProperties[provider=" + this.provider + "]";
    }

}
