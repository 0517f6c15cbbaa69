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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

import io.github.llmhttp.circuitbreaker.CircuitBreakerProperties;
import io.github.llmhttp.dns.DnsProperties;
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
import io.github.llmhttp.timeout.OnCallTimeout;
import io.github.llmhttp.timeout.ShutdownProperties;
import io.github.llmhttp.timeout.TimeoutProperties;
import io.github.llmhttp.tls.TlsProperties;
import io.github.llmhttp.websocket.WebSocketProperties;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one client: checked, with all layers applied and nothing left open. The
 * properties of the rooms are read once, while the client is built, and never set again.
 */
public final class ClientSettings {

    private final String name;

    private final List<EndpointSettings> endpoints;

    private final String provider;

    private final LlmClientProperties properties;

    private final List<String> fallbackModels;

    private final Map<String, String> headers;

    private final Map<String, String> query;

    private final Map<String, Setting> settings;

    private final List<SettingProblem> warnings;

    private final BooleanSupplier modelRequired;

    ClientSettings(String name, List<EndpointSettings> endpoints, String provider, LlmClientProperties properties,
            Origins origins, List<SettingProblem> warnings, BooleanSupplier modelRequired) {
        this.name = name;
        this.endpoints = List.copyOf(endpoints);
        this.provider = provider;
        this.properties = properties;
        this.fallbackModels = properties.getFallbackModels().stream().distinct().toList();
        this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(properties.getHeaders()));
        this.query = Collections.unmodifiableMap(new LinkedHashMap<>(properties.getQuery()));
        this.settings = settings(origins);
        this.warnings = List.copyOf(warnings);
        this.modelRequired = modelRequired;
    }

    private Map<String, Setting> settings(Origins origins) {
        Map<String, Setting> shown = new TreeMap<>();
        SettingKeys.values(this.properties)
            .forEach((key, value) -> shown.put(key, new Setting(Secrets.show(key, value), origins.text(key))));
        if (this.properties.getEndpoints().isEmpty()) {
            shown.put("base-url", new Setting(baseUrl().toString(), origin("base-url", origins)));
        }
        shown.put("provider", new Setting(this.provider, origin("provider", origins)));
        return Collections.unmodifiableMap(shown);
    }

    private String origin(String key, Origins origins) {
        boolean set = (key.equals("provider") ? this.properties.getProvider() : this.properties.getBaseUrl()) != null;
        return set ? origins.text(key) : "provider";
    }

    /**
     * Name of the client.
     * @return the last part of {@code llm.http.clients.<name>}, or {@code default}
     */
    public String name() {
        return this.name;
    }

    /**
     * Where requests go that are given as a path.
     * @return the configured base URL, that of the provider, or that of the first
     * endpoint
     */
    public BaseUrl baseUrl() {
        return this.endpoints.get(0).url();
    }

    /**
     * All addresses that may be asked.
     * @return the configured endpoints, or the base URL alone
     */
    public List<EndpointSettings> endpoints() {
        return this.endpoints;
    }

    /**
     * Who answers.
     * @return the configured provider or the one at the host, in lower case
     */
    public String provider() {
        return this.provider;
    }

    /**
     * The configured key.
     * @return the key, {@code null} if there is none or it is blank
     */
    public @Nullable String apiKey() {
        String key = this.properties.getApiKey();
        return (key == null || key.isBlank()) ? null : key;
    }

    /**
     * All values that must not be shown: the key, and headers and query parameters that
     * look like one.
     * @return the values
     */
    public Set<String> secrets() {
        Set<String> secrets = new LinkedHashSet<>();
        if (apiKey() != null) {
            secrets.add(apiKey());
        }
        addCredentials(this.headers, secrets);
        addCredentials(this.query, secrets);
        return secrets;
    }

    private static void addCredentials(Map<String, String> values, Set<String> secrets) {
        values.forEach((name, value) -> {
            if (Secrets.isCredential(name, value, Set.of())) {
                secrets.add(value);
            }
        });
    }

    /**
     * Model used by requests that name none.
     * @return the model, {@code null} if there is none
     */
    public @Nullable String model() {
        return this.properties.getModel();
    }

    /**
     * Whether a request that names no model is refused.
     */
    boolean lacksModel() {
        return model() == null && this.modelRequired.getAsBoolean();
    }

    /**
     * Models that are asked when the one that was asked has no capacity.
     * @return the models in order, none of them twice
     */
    public List<String> fallbackModels() {
        return this.fallbackModels;
    }

    /**
     * Client that is asked when this one has no capacity.
     * @return its name, {@code null} if there is none
     */
    public @Nullable String fallback() {
        return this.properties.getFallback();
    }

    /**
     * The preset below all other keys.
     * @return the preset, {@code null} if there is none
     */
    public @Nullable ClientPreset preset() {
        return this.properties.getPreset();
    }

    /**
     * Headers sent with each request.
     * @return values by name; no two names differ in case only
     */
    public Map<String, String> headers() {
        return this.headers;
    }

    /**
     * Query parameters sent with each request.
     * @return values by name
     */
    public Map<String, String> query() {
        return this.query;
    }

    public PoolProperties pool() {
        return this.properties.getPool();
    }

    public WarmUpProperties warmUp() {
        return this.properties.getWarmUp();
    }

    public JanitorProperties janitor() {
        return this.properties.getJanitor();
    }

    public KeepAliveProperties keepAlive() {
        return this.properties.getKeepAlive();
    }

    public DnsProperties dns() {
        return this.properties.getDns();
    }

    public TlsProperties tls() {
        return this.properties.getTls();
    }

    public ProxyProperties proxy() {
        return this.properties.getProxy();
    }

    public Http2Properties http2() {
        return this.properties.getHttp2();
    }

    public WebSocketProperties webSocket() {
        return this.properties.getWebsocket();
    }

    public TimeoutProperties timeout() {
        return this.properties.getTimeout();
    }

    public CircuitBreakerProperties circuitBreaker() {
        return this.properties.getCircuitBreaker();
    }

    public ShutdownProperties shutdown() {
        return this.properties.getShutdown();
    }

    public RetryProperties retry() {
        return this.properties.getRetry();
    }

    public ChatProperties chat() {
        return this.properties.getChat();
    }

    /**
     * Whether whole answers are fetched as streams.
     * @return what {@code chat.transport} says, or what follows for it
     */
    public boolean isChatStreamed() {
        return switch (chat().getTransport()) {
            case STREAMED -> true;
            case BUFFERED -> false;
            case AUTO -> timeout().getOnCallTimeout() == OnCallTimeout.PARTIAL;
        };
    }

    public StreamingProperties streaming() {
        return this.properties.getStreaming();
    }

    public LimitsProperties limits() {
        return this.properties.getLimits();
    }

    public HealthProperties health() {
        return this.properties.getHealth();
    }

    public MonitoringProperties monitoring() {
        return this.properties.getMonitoring();
    }

    /**
     * Most connections in use to one host, never more than over all hosts.
     * @return the limit
     */
    public int maxConnectionsPerHost() {
        return resolved(pool().getMaxConnectionsPerHost());
    }

    /**
     * Most connections in use by streams, never more than over all lanes.
     * @return the limit
     */
    public int maxStreams() {
        return resolved(pool().getMaxStreams());
    }

    /**
     * Most connections in use by WebSocket sessions, never more than by streams.
     * @return the limit
     */
    public int maxSessions() {
        return resolved(webSocket().getMaxSessions());
    }

    /**
     * Most unused connections that are kept.
     * @return the limit
     */
    public int maxIdleConnections() {
        return resolved(pool().getMaxIdleConnections());
    }

    /**
     * Most calls that wait for a connection.
     * @return the limit
     */
    public int maxPendingAcquires() {
        return resolved(pool().getMaxPendingAcquires());
    }

    private static int resolved(@Nullable Integer number) {
        return Objects.requireNonNull(number);
    }

    /**
     * All effective settings, as they may be shown.
     * @return by key relative to the client; secrets are masked
     */
    public Map<String, Setting> settings() {
        return this.settings;
    }

    /**
     * What looks wrong, but does not stop the client.
     * @return the warnings
     */
    public List<SettingProblem> warnings() {
        return this.warnings;
    }

    /**
     * Name, base URL and provider alone: the rest may be secret.
     */
    @Override
    public String toString() {
        return "ClientSettings[" + this.name + ", " + baseUrl() + ", " + this.provider + "]";
    }

    /**
     * One effective setting.
     *
     * @param value its value, masked if it is secret
     * @param origin {@code default}, {@code preset <name>}, {@code provider},
     * {@code llm.http} or {@code llm.http.clients.<name>}
     */
    public record Setting(String value, String origin) {
    }

}
