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

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * What each setting may be. Largest values are generous: they catch a wrong unit, not a
 * bold choice. Those of keep-alive are Linux's own (tcp(7): 32767 s, 127 probes).
 */
public final class SettingRanges {

    private static final Duration MILLI = Duration.ofMillis(1);

    private static final Duration HOUR = Duration.ofHours(1);

    private static final Duration DAY = Duration.ofDays(1);

    private static final int PORTS = 65535;

    private static final Map<String, SettingRange> RANGES = ranges();

    private static final Map<String, Class<?>> TYPES = SettingKeys.types(LlmHttpProperties.class);

    private static final Map<String, String> EXAMPLES = Map.ofEntries(Map.entry("provider", "openai"),
            Map.entry("base-url", "https://api.openai.com"), Map.entry("endpoints.url", "http://10.0.0.7:8000"),
            Map.entry("endpoints", "[{url: \"http://10.0.0.7:8000\"}, {url: \"http://10.0.0.8:8000\"}]"),
            Map.entry("api-key", "${OPENAI_API_KEY}"), Map.entry("model", "gpt-4o-mini"),
            Map.entry("fallback", "backup"), Map.entry("fallback-models", "gpt-4o-mini,gpt-4.1-mini"),
            Map.entry("headers", "{X-Team: search}"), Map.entry("query", "{api-version: 2024-10-21}"),
            Map.entry("clients", "{local: {base-url: \"http://localhost:8000\"}}"),
            Map.entry("dns.servers", "10.0.0.2:53"), Map.entry("dns.hosts", "{llm.internal: \"10.0.0.7,10.0.0.8\"}"),
            Map.entry("tls.bundle", "llm"), Map.entry("proxy.host", "proxy.internal"),
            Map.entry("proxy.username", "llm"), Map.entry("proxy.password", "${PROXY_PASSWORD}"),
            Map.entry("proxy.non-proxy-hosts", "*.internal"), Map.entry("health.path", "/health"),
            Map.entry("monitoring.models", "gpt-4o-mini,gpt-4.1-mini"));

    private SettingRanges() {
    }

    private static Map<String, SettingRange> ranges() {
        Map<String, SettingRange> ranges = new HashMap<>();
        ranges.put("endpoints.weight", SettingRange.of(1, 1000, "2"));
        ranges.put("endpoints.priority", SettingRange.of(0, 1000, "1"));
        ranges.put("pool.max-connections", SettingRange.of(1, PORTS, "100"));
        ranges.put("pool.max-connections-per-host", SettingRange.of(1, PORTS, "50"));
        ranges.put("pool.max-streams", SettingRange.of(1, PORTS, "90"));
        ranges.put("pool.max-idle-connections", SettingRange.of(0, PORTS, "20"));
        ranges.put("pool.max-pending-acquires", SettingRange.of(0, 1_000_000, "400"));
        ranges.put("pool.min-idle", SettingRange.of(0, PORTS, "4"));
        ranges.put("janitor.max-idle-time", SettingRange.of(MILLI, DAY, "60s"));
        ranges.put("janitor.max-life-time", SettingRange.of(MILLI, Duration.ofDays(7), "10m"));
        ranges.put("janitor.max-life-variance", SettingRange.of(0.0, 1.0, "0.2"));
        ranges.put("janitor.max-requests", SettingRange.of(1, 1_000_000, "500"));
        ranges.put("janitor.sweep-interval", SettingRange.of(MILLI, HOUR, "15s"));
        ranges.put("http2.max-connections", SettingRange.of(1, PORTS, "4"));
        ranges.put("http2.max-concurrent-streams", SettingRange.of(1, 10_000, "100"));
        ranges.put("http2.ping-interval", SettingRange.of(MILLI, HOUR, "20s"));
        ranges.put("http2.ping-timeout", SettingRange.of(MILLI, HOUR, "10s"));
        ranges.put("websocket.handshake-timeout", SettingRange.of(MILLI, Duration.ofMinutes(5), "10s"));
        ranges.put("websocket.heartbeat-interval", SettingRange.of(MILLI, HOUR, "20s"));
        ranges.put("websocket.heartbeat-timeout", SettingRange.of(MILLI, HOUR, "10s"));
        ranges.put("websocket.close-timeout", SettingRange.of(MILLI, Duration.ofMinutes(5), "5s"));
        ranges.put("websocket.max-message-size",
                SettingRange.of(DataSize.ofBytes(1), DataSize.ofMegabytes(1024), "10MB"));
        ranges.put("websocket.send-queue", SettingRange.of(1, 100_000, "100"));
        ranges.put("websocket.max-sessions", SettingRange.of(1, PORTS, "20"));
        ranges.put("websocket.max-reconnects", SettingRange.of(0, 100, "3"));
        ranges.put("keep-alive.idle", SettingRange.seconds(1, 32767, "60s"));
        ranges.put("keep-alive.interval", SettingRange.seconds(1, 32767, "10s"));
        ranges.put("keep-alive.count", SettingRange.of(1, 127, "3"));
        ranges.put("keep-alive.user-timeout", SettingRange.of(MILLI, DAY, "90s"));
        ranges.put("dns.cache-min-ttl", SettingRange.seconds(0, 86400, "5s"));
        ranges.put("dns.cache-max-ttl", SettingRange.seconds(0, 86400, "60s"));
        ranges.put("dns.negative-ttl", SettingRange.seconds(0, 3600, "2s"));
        ranges.put("dns.stale-max", SettingRange.of(Duration.ZERO, DAY, "10m"));
        ranges.put("proxy.port", SettingRange.of(1, PORTS, "3128"));
        ranges.put("timeout.acquire", SettingRange.of(MILLI, HOUR, "5s"));
        ranges.put("timeout.dns", SettingRange.of(MILLI, Duration.ofMinutes(5), "3s"));
        ranges.put("timeout.connect", SettingRange.of(MILLI, Duration.ofMinutes(5), "5s"));
        ranges.put("timeout.tls", SettingRange.of(MILLI, Duration.ofMinutes(5), "5s"));
        ranges.put("timeout.write", SettingRange.of(MILLI, HOUR, "30s"));
        ranges.put("timeout.headers", SettingRange.of(MILLI, DAY, "30s"));
        ranges.put("timeout.first-token", SettingRange.of(MILLI, DAY, "60s"));
        ranges.put("timeout.token-gap", SettingRange.of(MILLI, DAY, "30s"));
        ranges.put("timeout.byte-idle", SettingRange.of(MILLI, DAY, "180s"));
        ranges.put("timeout.call", SettingRange.of(MILLI, DAY, "180s"));
        ranges.put("timeout.stream", SettingRange.of(MILLI, DAY, "15m"));
        ranges.put("timeout.total", SettingRange.of(MILLI, DAY, "20m"));
        ranges.put("retry.max-attempts", SettingRange.of(1, 10, "3"));
        ranges.put("retry.initial-backoff", SettingRange.of(MILLI, HOUR, "500ms"));
        ranges.put("retry.max-backoff", SettingRange.of(MILLI, HOUR, "30s"));
        ranges.put("retry.jitter", SettingRange.of(0.0, 1.0, "0.5"));
        ranges.put("retry.max-retry-after", SettingRange.of(Duration.ZERO, DAY, "60s"));
        ranges.put("retry.budget", SettingRange.of(0.0, 10.0, "0.1"));
        ranges.put("circuit-breaker.failure-rate", SettingRange.of(1, 100, "50"));
        ranges.put("circuit-breaker.window", SettingRange.of(1, 10_000, "50"));
        ranges.put("circuit-breaker.min-calls", SettingRange.of(1, 10_000, "10"));
        ranges.put("circuit-breaker.open-time", SettingRange.of(MILLI, HOUR, "15s"));
        ranges.put("circuit-breaker.half-open-calls", SettingRange.of(1, 1000, "3"));
        ranges.put("circuit-breaker.consecutive-failures", SettingRange.of(1, 10_000, "5"));
        ranges.put("circuit-breaker.slow-first-token", SettingRange.of(MILLI, DAY, "20s"));
        ranges.put("shutdown.grace-period", SettingRange.of(Duration.ZERO, HOUR, "20s"));
        ranges.put("limits.answer", SettingRange.of(DataSize.ofBytes(1), DataSize.ofMegabytes(1024), "16MB"));
        ranges.put("limits.event", SettingRange.of(DataSize.ofBytes(1), DataSize.ofMegabytes(1024), "4MB"));
        ranges.put("limits.error-body", SettingRange.of(DataSize.ofBytes(1), DataSize.ofMegabytes(16), "64KB"));
        ranges.put("limits.replay-body", SettingRange.of(DataSize.ofBytes(0), DataSize.ofMegabytes(1024), "4MB"));
        ranges.put("health.interval", SettingRange.of(Duration.ofSeconds(1), DAY, "30s"));
        ranges.put("health.timeout", SettingRange.of(MILLI, Duration.ofMinutes(5), "5s"));
        return Map.copyOf(ranges);
    }

    static @Nullable SettingRange of(String key) {
        return RANGES.get(key);
    }

    /**
     * What a setting may be, in words.
     * @param key the key, relative to the client
     * @return what is allowed
     */
    public static String allowed(String key) {
        SettingRange range = RANGES.get(key);
        if (range != null) {
            return range.allowed();
        }
        Class<?> type = TYPES.getOrDefault(key, String.class);
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants()).map(SettingFormat::of).collect(Collectors.joining(", "));
        }
        if (isFlag(type)) {
            return "true, false";
        }
        if (Map.class.isAssignableFrom(type)) {
            return "names and their values";
        }
        return switch (key) {
            case "base-url", "endpoints.url" -> "http or https, host, optional port and path";
            case "endpoints" -> "a list of url, weight and priority";
            default -> "text";
        };
    }

    /**
     * A value that would be right.
     * @param key the key, relative to the client
     * @return the value as one would write it
     */
    public static String example(String key) {
        SettingRange range = RANGES.get(key);
        if (range != null) {
            return range.example();
        }
        Class<?> type = TYPES.get(key);
        if (type != null && type.isEnum()) {
            return SettingFormat.of(type.getEnumConstants()[0]);
        }
        if (isFlag(type)) {
            return "true";
        }
        return EXAMPLES.getOrDefault(key, "text");
    }

    private static boolean isFlag(@Nullable Class<?> type) {
        return type == boolean.class || type == Boolean.class;
    }

}
