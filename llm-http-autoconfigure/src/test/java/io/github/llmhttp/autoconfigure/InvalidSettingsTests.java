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

import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.llmhttp.client.FakeClients;
import io.github.llmhttp.config.TestProviders;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class InvalidSettingsTests {

    private static final String CANARY = "sk-canary-4711";

    private final FakeClients factory = new FakeClients();

    private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(LlmHttpAutoConfiguration.class))
        .withBean(FakeClients.class, () -> this.factory)
        .withBean(TestProviders.class)
        .withBean(SslBundles.class, () -> this.bundles)
        .withPropertyValues("llm.http.base-url=http://localhost:8000");

    @ParameterizedTest
    @MethodSource
    @Covers(FaultRow.BAD_VALUE)
    void outOfRangeStopsTheStart(String property, String value, String allowed) {
        assertThat(analyse(property + "=" + value).getDescription()).contains("Property: " + property + "\n")
            .contains("Value:    \"" + value + "\"")
            .contains("Allowed:  " + allowed)
            .contains("Example:  " + property + ": ");
    }

    static Stream<Arguments> outOfRangeStopsTheStart() {
        return Stream.of(arguments("llm.http.pool.max-connections", "0", "1 to 65535"),
                arguments("llm.http.pool.max-connections", "-1", "1 to 65535"),
                arguments("llm.http.pool.max-connections", "many", "1 to 65535"),
                arguments("llm.http.pool.max-connections", "65536", "1 to 65535"),
                arguments("llm.http.pool.max-connections", "99999999999", "1 to 65535"),
                arguments("llm.http.pool.max-connections-per-host", "0", "1 to 65535"),
                arguments("llm.http.pool.max-streams", "0", "1 to 65535"),
                arguments("llm.http.pool.max-idle-connections", "-1", "0 to 65535"),
                arguments("llm.http.pool.max-pending-acquires", "-1", "0 to 1000000"),
                arguments("llm.http.pool.leasing", "random", "lifo, fifo"),
                arguments("llm.http.pool.min-idle", "-1", "0 to 65535"),
                arguments("llm.http.http2.max-connections", "0", "1 to 65535"),
                arguments("llm.http.http2.max-concurrent-streams", "0", "1 to 10000"),
                arguments("llm.http.websocket.handshake-timeout", "0s", "1ms to 300s"),
                arguments("llm.http.websocket.heartbeat-interval", "0s", "1ms to 1h"),
                arguments("llm.http.websocket.heartbeat-timeout", "0s", "1ms to 1h"),
                arguments("llm.http.websocket.close-timeout", "0s", "1ms to 300s"),
                arguments("llm.http.websocket.max-message-size", "0B", "1B to 1024MB"),
                arguments("llm.http.websocket.send-queue", "0", "1 to 100000"),
                arguments("llm.http.websocket.max-sessions", "0", "1 to 65535"),
                arguments("llm.http.websocket.max-reconnects", "-1", "0 to 100"),
                arguments("llm.http.http2.ping-interval", "0s", "1ms to 1h"),
                arguments("llm.http.http2.ping-timeout", "2h", "1ms to 1h"),
                arguments("llm.http.preset", "huge", "low, medium, high, streaming, local, reasoning"),
                arguments("llm.http.provider", "opnai", "anthropic, generic, ollama, openai, openai-responses, vllm"),
                arguments("llm.http.janitor.max-idle-time", "0s", "1ms to 24h"),
                arguments("llm.http.janitor.max-idle-time", "-5s", "1ms to 24h"),
                arguments("llm.http.janitor.max-idle-time", "25h", "1ms to 24h"),
                arguments("llm.http.janitor.max-life-time", "192h", "1ms to 168h"),
                arguments("llm.http.janitor.max-life-variance", "1.5", "0.0 to 1.0"),
                arguments("llm.http.janitor.max-life-variance", "-0.1", "0.0 to 1.0"),
                arguments("llm.http.janitor.max-life-variance", "NaN", "0.0 to 1.0"),
                arguments("llm.http.janitor.max-requests", "0", "1 to 1000000"),
                arguments("llm.http.janitor.sweep-interval", "0s", "1ms to 1h"),
                arguments("llm.http.janitor.eviction-order", "youngest", "lru, oldest"),
                arguments("llm.http.janitor.learn-server-idle", "perhaps", "true, false"),
                arguments("llm.http.keep-alive.idle", "1500ms", "1s to 32767s, whole seconds"),
                arguments("llm.http.keep-alive.idle", "0s", "1s to 32767s"),
                arguments("llm.http.keep-alive.interval", "10h", "1s to 32767s"),
                arguments("llm.http.keep-alive.count", "128", "1 to 127"),
                arguments("llm.http.keep-alive.user-timeout", "0s", "1ms to 24h"),
                arguments("llm.http.dns.cache-max-ttl", "25h", "0s to 24h"),
                arguments("llm.http.dns.negative-ttl", "-1s", "0s to 1h"),
                arguments("llm.http.dns.stale-max", "25h", "0s to 24h"),
                arguments("llm.http.dns.stale-max", "-1s", "0s to 24h"),
                arguments("llm.http.dns.refresh-ahead", "perhaps", "true, false"),
                arguments("llm.http.dns.round-robin", "random", "true, false"),
                arguments("llm.http.dns.servers", "10.0.0.2:99999", "host or host:port"),
                arguments("llm.http.dns.hosts.llm.internal", "10.0.0.999", "IPv4 or IPv6 addresses"),
                arguments("llm.http.dns.address-types", "ipv5", "ipv4-preferred, ipv6-preferred, ipv4-only, ipv6-only"),
                arguments("llm.http.http2.mode", "sometimes", "off, negotiate, prior-knowledge"),
                arguments("llm.http.proxy.port", "70000", "1 to 65535"),
                arguments("llm.http.proxy.host", "http://proxy", "text"),
                arguments("llm.http.proxy.non-proxy-hosts", "a*b", "hosts, with * at the beginning or end"),
                arguments("llm.http.proxy.type", "ftp", "http, socks4, socks5"),
                arguments("llm.http.timeout.acquire", "0s", "1ms to 1h"),
                arguments("llm.http.timeout.dns", "6m", "1ms to 300s"),
                arguments("llm.http.timeout.connect", "soon", "1ms to 300s"),
                arguments("llm.http.timeout.connect", "-1s", "1ms to 300s"),
                arguments("llm.http.timeout.tls", "1h", "1ms to 300s"),
                arguments("llm.http.timeout.write", "2h", "1ms to 1h"),
                arguments("llm.http.timeout.headers", "0s", "1ms to 24h"),
                arguments("llm.http.timeout.byte-idle", "5 minutes", "1ms to 24h"),
                arguments("llm.http.timeout.first-token", "0s", "1ms to 24h"),
                arguments("llm.http.retry.max-attempts", "0", "1 to 10"),
                arguments("llm.http.streaming.restart", "always", "never, announce"),
                arguments("llm.http.chat.transport", "pigeon", "auto, buffered, streamed"),
                arguments("llm.http.timeout.on-call-timeout", "maybe", "fail, partial"),
                arguments("llm.http.retry.initial-backoff", "0s", "1ms to 1h"),
                arguments("llm.http.retry.max-backoff", "2h", "1ms to 1h"),
                arguments("llm.http.retry.jitter", "1.5", "0.0 to 1.0"),
                arguments("llm.http.retry.max-retry-after", "-1s", "0s to 24h"),
                arguments("llm.http.retry.doubtful", "twice", "never, once"),
                arguments("llm.http.retry.budget", "-0.1", "0.0 to 10.0"),
                arguments("llm.http.timeout.token-gap", "-1s", "1ms to 24h"),
                arguments("llm.http.timeout.call", "48h", "1ms to 24h"),
                arguments("llm.http.timeout.stream", "-15m", "1ms to 24h"),
                arguments("llm.http.timeout.total", "0s", "1ms to 24h"),
                arguments("llm.http.circuit-breaker.enabled", "perhaps", "true, false"),
                arguments("llm.http.circuit-breaker.failure-rate", "0", "1 to 100"),
                arguments("llm.http.circuit-breaker.failure-rate", "101", "1 to 100"),
                arguments("llm.http.circuit-breaker.failure-rate", "50%", "1 to 100"),
                arguments("llm.http.circuit-breaker.window", "0", "1 to 10000"),
                arguments("llm.http.circuit-breaker.min-calls", "0", "1 to 10000"),
                arguments("llm.http.circuit-breaker.open-time", "0s", "1ms to 1h"),
                arguments("llm.http.circuit-breaker.half-open-calls", "0", "1 to 1000"),
                arguments("llm.http.circuit-breaker.consecutive-failures", "0", "1 to 10000"),
                arguments("llm.http.circuit-breaker.slow-first-token", "-1s", "1ms to 24h"),
                arguments("llm.http.shutdown.grace-period", "-1s", "0s to 1h"),
                arguments("llm.http.limits.answer", "2048MB", "1B to 1024MB"),
                arguments("llm.http.limits.event", "0B", "1B to 1024MB"),
                arguments("llm.http.limits.replay-body", "-1B", "0B to 1024MB"),
                arguments("llm.http.limits.error-body", "17MB", "1B to 16MB"),
                arguments("llm.http.limits.answer", "lots", "1B to 1024MB"),
                arguments("llm.http.health.path", "health", "a path that begins with /"),
                arguments("llm.http.health.interval", "999ms", "1s to 24h"),
                arguments("llm.http.health.timeout", "0s", "1ms to 300s"),
                arguments("llm.http.streaming.completion", "never", "lenient, strict"),
                arguments("llm.http.tls.bundle", "${BUNDLE}", "text"),
                arguments("llm.http.fallback", "${BACKUP}", "text"), arguments("llm.http.fallback", " ", "text"),
                arguments("llm.http.clients.other.timeout.call", "0s", "1ms to 24h"),
                arguments("llm.http.clients.other.timeout.connect", "soon", "1ms to 300s"));
    }

    @ParameterizedTest
    @MethodSource
    @Covers(FaultRow.BAD_BASE_URL)
    void badBaseUrlStopsTheStart(String baseUrl, String shown, String reason) {
        assertThat(analyse("llm.http.base-url=" + baseUrl).getDescription()).contains("Property: llm.http.base-url\n")
            .contains("Value:    \"" + shown + "\"")
            .contains("Reason:   " + reason)
            .contains("Allowed:  http or https, host, optional port and path")
            .contains("Example:  llm.http.base-url: https://api.openai.com")
            .doesNotContain("secret");
    }

    static Stream<Arguments> badBaseUrlStopsTheStart() {
        return Stream.of(arguments("localhost:8000", "localhost:8000", "has no scheme"),
                arguments("ftp://host", "ftp://host", "has a scheme other than http and https"),
                arguments("https://me:secret@host", "https://******@host", "has user info"),
                arguments("https://host?key=secret", "https://host?******", "has a query"),
                arguments("https://host/#secret", "https://host/?******", "has a fragment"),
                arguments("https://ho st", "https://ho st", "holds a blank"),
                arguments("https://host//", "https://host//", "has an empty path segment"),
                arguments("http://::1:8000", "http://::1:8000", "has an IPv6 address without brackets"),
                arguments("http://host:70000", "http://host:70000", "has a port outside 1 to 65535"),
                arguments("http://host:0", "http://host:0", "has a port outside 1 to 65535"),
                arguments("http://host:port", "http://host:port", "has a port that is not a number"),
                arguments("http://", "http://", "has no host"),
                arguments("http://-host", "http://-host", "has a host that is not valid"),
                arguments("http://10.0.0.256", "http://10.0.0.256", "has a host that is not valid"),
                arguments("http://my_service:8000", "http://my_service:8000",
                        "has an underscore in its host, which no host name may have (RFC 1123); use another alias"),
                arguments("http://gpu.1a", "http://gpu.1a", "has a host whose last label begins with a digit"),
                arguments("http://[::ffff:127.0.0.1]", "http://[::ffff:127.0.0.1]",
                        "has an IPv6 address that ends in an IPv4 address"),
                arguments("${LLM_URL}", "${LLM_URL}", "holds a placeholder that is not resolved"),
                arguments("https://host/v1/chat/completions", "https://host/v1/chat/completions",
                        "ends in the path of an API"));
    }

    @ParameterizedTest
    @MethodSource
    @Covers(FaultRow.CONTRADICTION)
    void contradictionStopsTheStartAndNamesBothKeys(String settings, String property, String other) {
        assertThat(analyse(settings.split(" ")).getDescription()).contains("Property: llm.http." + property + "\n")
            .contains("llm.http." + other)
            .contains("Example:  llm.http." + property + ": ");
    }

    static Stream<Arguments> contradictionStopsTheStartAndNamesBothKeys() {
        return Stream.of(
                arguments("llm.http.pool.max-connections=10 llm.http.pool.max-connections-per-host=11",
                        "pool.max-connections-per-host", "pool.max-connections = 10"),
                arguments("llm.http.pool.max-connections=10 llm.http.pool.max-streams=11", "pool.max-streams",
                        "pool.max-connections = 10"),
                arguments("llm.http.pool.max-connections=10 llm.http.pool.max-idle-connections=11",
                        "pool.max-idle-connections", "pool.max-connections = 10"),
                arguments("llm.http.pool.min-idle=11 llm.http.pool.max-connections=10", "pool.min-idle",
                        "pool.max-connections = 10"),
                arguments("llm.http.pool.min-idle=11 llm.http.pool.max-connections-per-host=10", "pool.min-idle",
                        "pool.max-connections-per-host = 10"),
                arguments("llm.http.pool.min-idle=11 llm.http.pool.max-idle-connections=10", "pool.min-idle",
                        "pool.max-idle-connections = 10"),
                arguments("llm.http.websocket.max-sessions=11 llm.http.pool.max-streams=10", "websocket.max-sessions",
                        "pool.max-streams = 10"),
                arguments("llm.http.janitor.max-idle-time=11m llm.http.janitor.max-life-time=10m",
                        "janitor.max-idle-time", "janitor.max-life-time = 10m"),
                arguments("llm.http.timeout.call=20m llm.http.timeout.stream=10m", "timeout.call",
                        "timeout.stream = 10m"),
                arguments("llm.http.timeout.call=20m llm.http.timeout.total=10m", "timeout.call",
                        "timeout.total = 10m"),
                arguments("llm.http.timeout.acquire=20s llm.http.timeout.total=10s", "timeout.acquire",
                        "timeout.total = 10s"),
                arguments("llm.http.timeout.connect=20s llm.http.timeout.total=10s", "timeout.connect",
                        "timeout.total = 10s"),
                arguments("llm.http.timeout.dns=20s llm.http.timeout.call=9s llm.http.timeout.stream=10s",
                        "timeout.dns", "timeout.stream = 10s"),
                arguments("llm.http.timeout.connect=20s llm.http.timeout.call=9s llm.http.timeout.stream=10s",
                        "timeout.connect", "timeout.stream = 10s"),
                arguments("llm.http.timeout.tls=20s llm.http.timeout.call=9s llm.http.timeout.stream=10s",
                        "timeout.tls", "timeout.stream = 10s"),
                arguments("llm.http.timeout.write=20s llm.http.timeout.call=9s llm.http.timeout.stream=10s",
                        "timeout.write", "timeout.stream = 10s"),
                arguments("llm.http.timeout.headers=20s llm.http.timeout.call=9s llm.http.timeout.stream=10s",
                        "timeout.headers", "timeout.stream = 10s"),
                arguments("llm.http.retry.initial-backoff=10s llm.http.retry.max-backoff=5s", "retry.initial-backoff",
                        "retry.max-backoff = 5s"),
                arguments("llm.http.timeout.first-token=20m llm.http.timeout.stream=10m", "timeout.first-token",
                        "timeout.stream = 10m"),
                arguments("llm.http.timeout.token-gap=20m llm.http.timeout.total=10m", "timeout.token-gap",
                        "timeout.total = 10m"),
                arguments("llm.http.timeout.byte-idle=20m llm.http.timeout.stream=10m", "timeout.byte-idle",
                        "timeout.stream = 10m"),
                arguments("llm.http.circuit-breaker.min-calls=21 llm.http.circuit-breaker.window=20",
                        "circuit-breaker.min-calls", "circuit-breaker.window = 20"),
                arguments("llm.http.circuit-breaker.slow-first-token=20s llm.http.timeout.first-token=10s",
                        "circuit-breaker.slow-first-token", "timeout.first-token = 10s"),
                arguments("llm.http.dns.cache-min-ttl=5m", "dns.cache-min-ttl", "dns.cache-max-ttl = 60s (default)"),
                arguments("llm.http.dns.resolver=jvm llm.http.dns.servers=10.0.0.2", "dns.servers",
                        "dns.resolver = jvm"),
                arguments("llm.http.dns.address-types=ipv4-only llm.http.dns.hosts.llm.test=fd00::7,fd00::8",
                        "dns.hosts.llm.test", "dns.address-types = ipv4-only"),
                arguments("llm.http.dns.address-types=ipv6-only llm.http.dns.hosts.llm.test=10.0.0.7",
                        "dns.hosts.llm.test", "dns.address-types = ipv6-only"),
                arguments("llm.http.dns.address-types=ipv4-only llm.http.base-url=http://[::1]:8000",
                        "dns.address-types", "base-url = http://[::1]:8000"),
                arguments("llm.http.http2.mode=prior-knowledge llm.http.base-url=https://llm.internal", "http2.mode",
                        "base-url = https://llm.internal"),
                arguments("llm.http.proxy.host=proxy", "proxy.host", "proxy.port"),
                arguments("llm.http.proxy.port=3128", "proxy.port", "proxy.host"),
                arguments("llm.http.proxy.host=proxy llm.http.proxy.port=1 llm.http.proxy.password=p", "proxy.password",
                        "proxy.username"),
                arguments("llm.http.proxy.username=u", "proxy.username", "proxy.host"));
    }

    @ParameterizedTest
    @CsvSource({ "timeout.call=60s timeout.stream=10s, timeout.call, 10s",
            "pool.max-streams=9 pool.max-connections=4, pool.max-streams, 4",
            "dns.cache-min-ttl=5m dns.cache-max-ttl=2s, dns.cache-min-ttl, 2s",
            "janitor.max-idle-time=1h janitor.max-life-time=30s, janitor.max-idle-time, 30s" })
    void exampleForAContradictionIsNotAnotherOne(String settings, String key, String limit) {
        String[] properties = Stream.of(settings.split(" ")).map("llm.http."::concat).toArray(String[]::new);
        assertThat(analyse(properties).getDescription()).contains("Allowed:  at most " + limit + "\n")
            .contains("Example:  llm.http." + key + ": " + limit + "\n");
    }

    @ParameterizedTest
    @MethodSource
    @Covers(FaultRow.BAD_KEY)
    void dangerousKeyOrHeaderStopsTheStartUnseen(String property, String value, String reason) {
        FailureAnalysis analysis = analyse(property + "=" + value);
        assertThat(analysis.getDescription()).contains("Property: " + property + "\n")
            .contains(reason + " (not shown, " + value.length() + " characters)")
            .contains("Allowed:  ")
            .contains("Example:  ")
            .doesNotContain("canary");
        assertThat(analysis.getCause()).hasMessageNotContaining("canary");
    }

    static Stream<Arguments> dangerousKeyOrHeaderStopsTheStartUnseen() {
        return Stream.of(arguments("llm.http.api-key", CANARY + "\nX-Evil: 1", "holds a line break"),
                arguments("llm.http.api-key", CANARY + "\r", "holds a line break"),
                arguments("llm.http.api-key", CANARY + "\u0000", "holds a control character"),
                arguments("llm.http.api-key", CANARY + "\u00e9", "holds a character that is not ASCII"),
                arguments("llm.http.api-key", "${CANARY_canary}", "holds a placeholder ${...} that is not resolved"),
                arguments("llm.http.api-key", " " + CANARY, "begins or ends with a blank"),
                arguments("llm.http.headers.x-team", CANARY + "\nX-Evil: 1", "holds a line break"),
                arguments("llm.http.headers.x-team", "${canary}", "holds a placeholder ${...} that is not resolved"),
                arguments("llm.http.headers.x-team", CANARY + "\u20ac", "holds a character that is not ASCII"));
    }

    @Test
    void scalarInPlaceOfHeadersIsNotShown() {
        FailureAnalysis analysis = analyse("llm.http.headers=" + CANARY);
        assertThat(analysis.getDescription()).contains("Property: llm.http.headers\n").doesNotContain(CANARY);
        assertThat(analysis.getCause()).hasNoCause();
    }

    @Test
    void headerThatFramesTheMessageStopsTheStart() {
        assertThat(analyse("llm.http.headers.Content-Length=" + CANARY).getDescription())
            .contains("Property: llm.http.headers.Content-Length\n")
            .contains("is a header that only the client itself can set")
            .contains("Example:  llm.http.headers.x-team: search")
            .doesNotContain(CANARY);
    }

    @Test
    void headerNameMustBeAToken() {
        assertThat(analyse("llm.http.headers[x team]=search").getDescription()).contains("Property: llm.http.headers\n")
            .contains("not an RFC 9110 token");
    }

    @ParameterizedTest
    @MethodSource
    @Covers(FaultRow.UNKNOWN_KEY)
    void unknownKeyStopsTheStartAndNamesTheNearest(String property, String nearest) {
        assertThat(analyse(property + "=" + CANARY).getDescription()).contains("Property: " + property + "\n")
            .contains("Reason:   is unknown; the nearest key is " + nearest + "\n")
            .contains("Example:  " + nearest + ": ")
            .doesNotContain(CANARY);
    }

    static Stream<Arguments> unknownKeyStopsTheStartAndNamesTheNearest() {
        return Stream.of(arguments("llm.http.api-kye", "llm.http.api-key"),
                arguments("llm.http.pool.max-conections", "llm.http.pool.max-connections"),
                arguments("llm.http.pol.leasing", "llm.http.pool.leasing"),
                arguments("llm.http.timeouts.call", "llm.http.timeout.call"),
                arguments("llm.http.enable", "llm.http.enabled"),
                arguments("llm.http.client.local.base-url", "llm.http.clients.local.base-url"),
                arguments("llm.http.clients.local.base-urll", "llm.http.clients.local.base-url"),
                arguments("llm.http.clients.local.tiemout.call", "llm.http.clients.local.timeout.call"));
    }

    @ParameterizedTest
    @MethodSource
    void badClientNameStopsTheStart(String name, String reason) {
        assertThat(analyse("llm.http.clients." + name + ".base-url=http://localhost").getDescription())
            .contains("Property: llm.http.clients.")
            .contains(reason)
            .contains("lower-case letters");
    }

    static Stream<Arguments> badClientNameStopsTheStart() {
        return Stream.of(arguments("OpenAI", "is not a name for a client"),
                arguments("[my_client]", "is not a name for a client"), arguments("1st", "is not a name for a client"),
                arguments("default", "is the name of the client that llm.http.base-url configures"));
    }

    @Test
    void clientWithoutBaseUrlStopsTheStart() {
        assertThat(analyse("llm.http.base-url=", "llm.http.clients.local.model=m").getDescription())
            .contains("Property: llm.http.clients.local.base-url\n")
            .contains("Reason:   is not set");
        assertThat(analyse("llm.http.base-url=", "llm.http.provider=vllm").getDescription())
            .contains("Property: llm.http.base-url\n")
            .contains("provider 'vllm' has no public address")
            .contains("Example:  llm.http.base-url: http://localhost:8000\n");
    }

    @ParameterizedTest
    @ValueSource(strings = { "llm.http.tls.bundle", "llm.http.clients.other.tls.bundle" })
    void unknownSslBundleStopsTheStartAndTheKnownOnesAreNamed(String property) {
        this.bundles.registerBundle("llm", SslBundle.systemDefault());
        this.bundles.registerBundle("database", SslBundle.systemDefault());
        assertThat(analyse(property + "=lmm").getDescription()).contains("Property: " + property + "\n")
            .contains("Value:    \"lmm\"")
            .contains("Reason:   is no SSL bundle that is known")
            .contains("Allowed:  database, llm\n")
            .contains("Example:  " + property + ": llm\n");
    }

    @Test
    void sslBundleWhereThereAreNoneStopsTheStart() {
        assertThat(analyse("llm.http.tls.bundle=llm").getDescription()).contains("Property: llm.http.tls.bundle\n")
            .contains("Allowed:  a bundle of spring.ssl.bundle.pem or spring.ssl.bundle.jks, and there are none");
    }

    @ParameterizedTest
    @CsvSource({ "llm.http.fallback=bakcup, llm.http.fallback",
            "llm.http.clients.a.fallback=bakcup, llm.http.clients.a.fallback" })
    void fallbackThatIsNoClientStopsTheStartAndNamesTheNearest(String setting, String property) {
        assertThat(analyse(setting, "llm.http.clients.a.timeout.call=10s", "llm.http.clients.backup.fallback=")
            .getDescription()).containsOnlyOnce("Property: " + property + "\n")
            .contains("Value:    \"bakcup\"")
            .contains("Reason:   is no client that there is")
            .contains("Allowed:  ")
            .contains("Example:  " + property + ": backup\n");
    }

    @Test
    void fallbackWhereThereIsNoOtherClientStopsTheStart() {
        assertThat(analyse("llm.http.fallback=backup").getDescription()).contains("Property: llm.http.fallback\n")
            .contains("Allowed:  another client, and there is none\n")
            .contains("Example:  llm.http.fallback: \"\"\n");
    }

    @ParameterizedTest
    @MethodSource
    void fallbackThatLeadsBackStopsTheStartAndNamesTheWholeWay(String settings, String way, String example) {
        String description = analyse(settings.split(" ")).getDescription();
        assertThat(description).containsOnlyOnce("leads back to where it began: " + way + "\n")
            .containsOnlyOnce("Property: ")
            .contains("Example:  " + example + ": \"\" (none)\n");
    }

    static Stream<Arguments> fallbackThatLeadsBackStopsTheStartAndNamesTheWholeWay() {
        return Stream.of(
                arguments("llm.http.clients.a.fallback=a", "a -> a (llm.http.clients.a.fallback)",
                        "llm.http.clients.a.fallback"),
                arguments(
                        "llm.http.clients.a.fallback=b llm.http.clients.b.fallback=c "
                                + "llm.http.clients.c.fallback=a llm.http.clients.d.fallback=a",
                        "a -> b -> c -> a (llm.http.clients.a.fallback, llm.http.clients.b.fallback, "
                                + "llm.http.clients.c.fallback)",
                        "llm.http.clients.c.fallback"),
                arguments("llm.http.fallback=a llm.http.clients.a.fallback=default",
                        "default -> a -> default (llm.http.fallback, llm.http.clients.a.fallback)",
                        "llm.http.clients.a.fallback"),
                arguments("llm.http.fallback=a llm.http.clients.a.fallback=b llm.http.clients.b.model=m",
                        "a -> b -> a (llm.http.clients.a.fallback, llm.http.fallback)", "llm.http.clients.b.fallback"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "llm.http.fallback-models=m-1, ,m-2 | is blank",
            "llm.http.fallback-models=${MODEL} | holds a placeholder" })
    void fallbackModelThatIsNoneStopsTheStart(String setting, String reason) {
        assertThat(analyse(setting).getDescription()).contains("Property: llm.http.fallback-models\n")
            .contains("Reason:   holds a model that " + reason);
    }

    @ParameterizedTest
    @MethodSource
    @Covers(FaultRow.BAD_BASE_URL)
    void badEndpointsStopTheStart(String settings, String property, String reason) {
        String description = analyse(settings.split(" ")).getDescription();
        assertThat(description).containsOnlyOnce("Property: " + property + "\n").contains("Reason:   " + reason);
    }

    static Stream<Arguments> badEndpointsStopTheStart() {
        String two = "llm.http.endpoints[0].url=http://a:1 llm.http.endpoints[1].url=";
        return Stream.of(
                arguments("llm.http.endpoints[0].url=ftp://a", "llm.http.endpoints[0].url",
                        "has a scheme other than http and https"),
                arguments(two + "http://u:p@b:1", "llm.http.endpoints[1].url", "has user info"),
                arguments(two + "http://A:1/other", "llm.http.endpoints[1].url",
                        "has the host and port of endpoints[0]"),
                arguments(two + "https://b:1", "llm.http.endpoints[1].url", "is encrypted, unlike"),
                arguments(
                        "llm.http.endpoints[0].url=https://api.openai.com "
                                + "llm.http.endpoints[1].url=https://api.anthropic.com",
                        "llm.http.endpoints", "belongs to provider 'anthropic'"),
                arguments(two + "http://b:1 llm.http.endpoints[1].weight=0", "llm.http.endpoints[1].weight",
                        "is out of its range"),
                arguments(two + "http://b:1 llm.http.endpoints[1].priority=-1", "llm.http.endpoints[1].priority",
                        "is out of its range"),
                arguments(two + "http://b:1 llm.http.endpoints[1].weight=many", "llm.http.endpoints[1].weight",
                        "is not a whole number"),
                arguments(two + "http://b:1 llm.http.endpoints[1].wieght=2", "llm.http.endpoints[1].wieght",
                        "is unknown; the nearest key is llm.http.endpoints[1].weight"),
                arguments("llm.http.endpoints[0].url=http://a:1 llm.http.endpoints[1].weight=2",
                        "llm.http.endpoints[1]", "has no url"),
                arguments("llm.http.base-url=http://a:1 llm.http.endpoints[0].url=http://b:1", "llm.http.base-url",
                        "is set besides llm.http.endpoints"),
                arguments(
                        "llm.http.clients.a.endpoints[0].url=http://a:1 llm.http.clients.a.endpoints[1].url=http://b:1 "
                                + "llm.http.clients.a-2.base-url=http://c:1",
                        "llm.http.clients.a.endpoints",
                        "gives an endpoint the circuit breaker 'a-2', which is that of client 'a-2'"));
    }

    @Test
    void allProblemsAreShownTogether() {
        assertThat(analyse("llm.http.timeout.call=0s", "llm.http.pool.max-connections=0", "llm.http.base-url=ftp://x")
            .getDescription()).contains("llm.http.timeout.call")
            .contains("llm.http.pool.max-connections")
            .contains("llm.http.base-url");
    }

    private FailureAnalysis analyse(String... settings) {
        FailureAnalysis analysis = FailureAnalyses.of(this.contextRunner,
                Stream.of(settings)
                    .map((setting) -> setting.split("=", 2))
                    .collect(Collectors.toMap((setting) -> setting[0], (setting) -> setting[1])));
        assertThat(analysis.getAction()).startsWith("Correct llm.http.").contains(", for example: llm.http.");
        assertThat(this.factory.opened()).hasSameSizeAs(this.factory.closed());
        return analysis;
    }

}
