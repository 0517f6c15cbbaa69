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

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import io.github.llmhttp.circuitbreaker.CircuitBreakerProperties;
import io.github.llmhttp.config.SettingProblem.Severity;
import io.github.llmhttp.dns.AddressTypes;
import io.github.llmhttp.dns.DnsProperties;
import io.github.llmhttp.dns.DnsResolver;
import io.github.llmhttp.http2.Http2Mode;
import io.github.llmhttp.proxy.Proxy;
import io.github.llmhttp.proxy.ProxyProperties;
import io.github.llmhttp.proxy.ProxyType;
import io.github.llmhttp.streaming.ChatTransport;
import io.github.llmhttp.timeout.OnCallTimeout;
import io.netty.util.NetUtil;

/**
 * Checks that settings do not contradict each other. Two values that were written in one
 * place contradict each other by mistake: an error. If one of them was inherited or comes
 * from a preset or a default, the smaller one wins, with a warning.
 */
final class ContradictionLint {

    private static final String ADDRESS_TYPES = "dns.address-types";

    private static final String RESOLVES = "the proxy resolves the names";

    private final EffectiveSettings settings;

    private final List<SettingProblem> problems = new ArrayList<>();

    private ContradictionLint(EffectiveSettings settings) {
        this.settings = settings;
    }

    static List<SettingProblem> check(EffectiveSettings settings, List<EndpointSettings> endpoints) {
        ContradictionLint lint = new ContradictionLint(settings);
        lint.checkPool();
        lint.checkTimes();
        lint.checkRetry();
        lint.checkHttp2();
        lint.checkChat();
        lint.checkDns();
        lint.checkKeepAlive();
        lint.checkCircuitBreaker();
        lint.checkHealth();
        lint.checkProxy();
        if (!endpoints.isEmpty()) {
            List<String> hosts = endpoints.stream().map((endpoint) -> endpoint.url().host()).toList();
            lint.checkAddresses(hosts);
            lint.checkNamesBehindProxy(hosts);
            lint.checkScheme(endpoints.get(0).url().isSecure());
        }
        return lint.problems;
    }

    private void checkPool() {
        notOver("pool.max-connections-per-host", "pool.max-connections");
        notOver("pool.max-streams", "pool.max-connections");
        notOver("websocket.max-sessions", "pool.max-streams");
        checkStreams();
        notOver("pool.max-idle-connections", "pool.max-connections");
        for (String limit : List.of("max-connections", "max-connections-per-host", "max-idle-connections")) {
            notOver("pool.min-idle", "pool." + limit);
        }
        if (!this.settings.properties().getWarmUp().isEnabled()) {
            for (String key : List.of("health-request", "fail-fast")) {
                noEffect("warm-up." + key, "warm-up.enabled", "nothing is warmed up");
            }
        }
        notOver("janitor.max-idle-time", "janitor.max-life-time");
        if (this.settings.isUserSet("janitor.sweep-interval")
                && isOver("janitor.sweep-interval", "janitor.max-idle-time")) {
            reportOver("janitor.sweep-interval", "janitor.max-idle-time",
                    "unused connections stay open longer than that", Severity.WARN);
        }
    }

    private void checkStreams() {
        int all = this.settings.properties().getPool().getMaxConnections();
        Integer streams = this.settings.properties().getPool().getMaxStreams();
        if (all > 1 && streams != null && streams == all) {
            report("pool.max-streams", "equals", "pool.max-connections", "streams can starve calls", Severity.WARN);
        }
    }

    // Not timeout.acquire: that wait is over before an attempt begins
    private void checkTimes() {
        notOver("timeout.call", "timeout.stream");
        for (String part : List.of("acquire", "dns", "connect", "tls", "write", "headers", "first-token", "token-gap",
                "byte-idle", "call", "stream")) {
            notOverIfBothSet("timeout." + part, "timeout.total");
        }
        for (String silence : List.of("first-token", "token-gap", "byte-idle")) {
            notOverIfBothSet("timeout." + silence, "timeout.stream");
        }
        if (this.settings.isUserSet("timeout.headers") && this.settings.isUserSet("timeout.first-token")
                && isOver("timeout.headers", "timeout.first-token")) {
            report("timeout.headers", "is over", "timeout.first-token", "only calls can reach it", Severity.WARN);
        }
        List.of("dns", "connect", "tls", "write", "headers").forEach((stage) -> checkStage("timeout." + stage));
    }

    private void checkChat() {
        if (this.settings.properties().getChat().getTransport() == ChatTransport.BUFFERED
                && this.settings.properties().getTimeout().getOnCallTimeout() == OnCallTimeout.PARTIAL) {
            noEffect("timeout.on-call-timeout", "chat.transport", "no part of an answer arrives before all of it");
        }
    }

    private void checkRetry() {
        notOver("retry.initial-backoff", "retry.max-backoff");
        notOverIfBothSet("retry.initial-backoff", "timeout.total");
        if (!this.settings.properties().getRetry().isEnabled()) {
            for (String key : List.of("max-attempts", "initial-backoff", "max-backoff", "jitter", "max-retry-after",
                    "doubtful", "on-pool-timeout", "budget")) {
                noEffect("retry." + key, "retry.enabled", "no call is repeated");
            }
        }
    }

    private void checkHttp2() {
        if (this.settings.properties().getHttp2().getMode() == Http2Mode.OFF) {
            for (String key : List.of("max-connections", "max-concurrent-streams", "ping-interval", "ping-timeout")) {
                noEffect("http2." + key, "http2.mode", "HTTP/2 is not used");
            }
        }
        notOver("http2.max-connections", "pool.max-connections");
    }

    private void checkStage(String stage) {
        if (!this.settings.isUserSet(stage)) {
            return;
        }
        if (isOver(stage, "timeout.stream")) {
            notOver(stage, "timeout.stream");
        }
        else if (this.settings.isUserSet("timeout.call") && isOver(stage, "timeout.call")) {
            reportOver(stage, "timeout.call", "only streams can reach it", Severity.WARN);
        }
    }

    private void checkDns() {
        if (isOver("dns.cache-min-ttl", "dns.cache-max-ttl")) {
            reportOver("dns.cache-min-ttl", "dns.cache-max-ttl", "no time fits both", Severity.ERROR);
        }
        DnsProperties dns = this.settings.properties().getDns();
        if (dns.getResolver() == DnsResolver.JVM) {
            for (String key : List.of("dns.servers", "dns.cache-min-ttl", "dns.cache-max-ttl")) {
                if (this.settings.isUserSet(key)) {
                    report(key, "has no effect with", "dns.resolver", "the JVM asks and remembers by itself",
                            severity(key, "dns.resolver"));
                }
            }
        }
        if (dns.isRefreshAhead() && dns.getResolver() == DnsResolver.JVM) {
            noEffect("dns.refresh-ahead", "dns.resolver", "the JVM asks and remembers by itself");
        }
        if (dns.isRefreshAhead() && dns.getCacheMaxTtl().isZero()) {
            noEffect("dns.refresh-ahead", "dns.cache-max-ttl", "there is no cache");
        }
        dns.getHosts().forEach(this::checkFixedAddresses);
    }

    private void checkFixedAddresses(String host, String addresses) {
        AddressTypes types = this.settings.properties().getDns().getAddressTypes();
        if (Arrays.stream(addresses.split(",", -1)).allMatch((address) -> isExcluded(types, address.strip()))) {
            String key = "dns.hosts." + host;
            String reason = "has no address for %s: the host cannot be reached"
                .formatted(this.settings.describe(ADDRESS_TYPES));
            this.problems.add(this.settings.problem(key, addresses, reason, "at least one address of the wanted type",
                    (types == AddressTypes.IPV6_ONLY) ? "fd00::7" : "10.0.0.7", severity(key, ADDRESS_TYPES)));
        }
    }

    private void checkAddresses(List<String> hosts) {
        AddressTypes types = this.settings.properties().getDns().getAddressTypes();
        if (hosts.stream().anyMatch((host) -> isExcluded(types, host))) {
            report(ADDRESS_TYPES, "excludes the address in", addressKey(), "an address is used as it is written",
                    severity(ADDRESS_TYPES, addressKey()));
        }
    }

    /** The key that says where requests go. */
    private String addressKey() {
        return this.settings.properties().getEndpoints().isEmpty() ? "base-url" : EndpointListLint.ENDPOINTS;
    }

    private static boolean isExcluded(AddressTypes types, String address) {
        InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
        return parsed != null && !types.allows(parsed);
    }

    // The user timeout acts without probes too
    private void checkKeepAlive() {
        if (!this.settings.properties().getKeepAlive().isEnabled()) {
            for (String key : List.of("keep-alive.idle", "keep-alive.interval", "keep-alive.count")) {
                noEffect(key, "keep-alive.enabled", "no probes are sent");
            }
        }
        else if (isOver("keep-alive.idle", "keep-alive.user-timeout")) {
            report("keep-alive.user-timeout", "is below", "keep-alive.idle",
                    "the first probe that is not answered ends the connection, whatever keep-alive.count is",
                    Severity.WARN);
        }
    }

    private void checkHealth() {
        if (!Boolean.TRUE.equals(this.settings.properties().getHealth().getActive())) {
            noEffect("health.interval", "health.active", "nothing is checked in the background");
        }
    }

    private void checkCircuitBreaker() {
        CircuitBreakerProperties breaker = this.settings.properties().getCircuitBreaker();
        if (!breaker.isEnabled()) {
            for (String key : List.of("failure-rate", "window", "min-calls", "open-time", "half-open-calls",
                    "consecutive-failures", "slow-first-token")) {
                noEffect("circuit-breaker." + key, "circuit-breaker.enabled", "no call is refused");
            }
            return;
        }
        if (breaker.getConsecutiveFailures() != null) {
            for (String key : List.of("failure-rate", "window", "min-calls")) {
                noEffect("circuit-breaker." + key, "circuit-breaker.consecutive-failures",
                        "failures in a row are counted, no percentage is taken");
            }
        }
        else {
            notOver("circuit-breaker.min-calls", "circuit-breaker.window");
        }
        notOver("circuit-breaker.slow-first-token", "timeout.first-token");
    }

    private void checkProxy() {
        ProxyProperties proxy = this.settings.properties().getProxy();
        if (proxy.getHost() != null && proxy.getPort() == null) {
            report("proxy.host", "needs", "proxy.port", "a proxy has both", Severity.ERROR);
        }
        if (isWithoutProxy("proxy.port")) {
            report("proxy.port", "needs", "proxy.host", "a proxy has both", Severity.ERROR);
        }
        if (proxy.getPassword() != null && proxy.getUsername() == null) {
            report("proxy.password", "needs", "proxy.username", "a password alone says nothing", Severity.ERROR);
        }
        if (isWithoutProxy("proxy.username")) {
            report("proxy.username", "needs", "proxy.host", "there is no proxy", Severity.ERROR);
        }
        for (String key : List.of("proxy.type", "proxy.non-proxy-hosts")) {
            if (isWithoutProxy(key)) {
                report(key, "has no effect without", "proxy.host", "there is no proxy", Severity.WARN);
            }
        }
        if (proxy.getPassword() != null && proxy.getType() == ProxyType.SOCKS4) {
            report("proxy.password", "has no effect with", "proxy.type", "SOCKS 4 knows no password", Severity.ERROR);
        }
    }

    // Not where a host was written and is empty: that switches the proxy off
    private boolean isWithoutProxy(String key) {
        return this.settings.properties().getProxy().getHost() == null && this.settings.isUserSet(key)
                && isAbove(key, "proxy.host");
    }

    private void checkNamesBehindProxy(List<String> hosts) {
        ProxyProperties proxy = this.settings.properties().getProxy();
        String proxyHost = proxy.getHost();
        if (proxyHost == null || hosts.stream().anyMatch((host) -> Proxy.isDirect(proxy, host))) {
            return;
        }
        DnsProperties dns = this.settings.properties().getDns();
        // The proxy's own name is resolved here
        if (NetUtil.isValidIpV4Address(proxyHost) || NetUtil.isValidIpV6Address(proxyHost)) {
            noEffect("dns.servers", "proxy.host", RESOLVES);
        }
        if (dns.getHosts().keySet().stream().noneMatch((name) -> name.equalsIgnoreCase(proxyHost))) {
            noEffect("dns.hosts", "proxy.host", RESOLVES);
        }
        if (dns.isPreResolve()) {
            noEffect("dns.pre-resolve", "proxy.host", RESOLVES);
        }
    }

    private void checkScheme(boolean secure) {
        Http2Mode mode = this.settings.properties().getHttp2().getMode();
        if (secure && mode == Http2Mode.PRIOR_KNOWLEDGE) {
            report("http2.mode", "does not go with", addressKey(),
                    "prior knowledge is for http; https negotiates (http2.mode: negotiate)", Severity.ERROR);
        }
        if (!secure && mode == Http2Mode.NEGOTIATE) {
            report("http2.mode", "has no effect with", addressKey(),
                    "HTTP/2 is negotiated in the TLS handshake; the client uses HTTP/1.1", Severity.WARN);
        }
        if (!secure && this.settings.properties().getTls().getBundle() != null) {
            report("tls.bundle", "has no effect with", addressKey(), "connections are not encrypted", Severity.WARN);
        }
    }

    // A layer that switches off what it inherits means it
    private void noEffect(String key, String other, String reason) {
        if (this.settings.isUserSet(key) && !isAbove(other, key)) {
            report(key, "has no effect with", other, reason, Severity.WARN);
        }
    }

    private boolean isAbove(String one, String other) {
        return this.settings.origins().layer(one).compareTo(this.settings.origins().layer(other)) > 0;
    }

    private void notOver(String low, String high) {
        if ((this.settings.isUserSet(low) || this.settings.isUserSet(high)) && isOver(low, high)) {
            reportOver(low, high, "the smaller one acts", severity(low, high));
        }
    }

    // An outer limit may well be the only one that is set: it just cuts the others short
    private void notOverIfBothSet(String low, String high) {
        if (this.settings.isUserSet(low) && this.settings.isUserSet(high)) {
            notOver(low, high);
        }
    }

    private boolean isOver(String low, String high) {
        Object lower = this.settings.value(low);
        Object upper = this.settings.value(high);
        return lower != null && upper != null && SettingRange.compare(lower, upper) > 0;
    }

    private Severity severity(String one, String other) {
        Layer layer = this.settings.origins().layer(one);
        return (layer.isUser() && layer == this.settings.origins().layer(other)) ? Severity.ERROR : Severity.WARN;
    }

    // The usual example may be over the other one, too
    private void reportOver(String low, String high, String consequence, Severity severity) {
        String limit = text(high);
        this.problems.add(this.settings.problem(low, text(low),
                "is over %s: %s".formatted(this.settings.describe(high), consequence), "at most " + limit, limit,
                severity));
    }

    private String text(String key) {
        return SettingFormat.of(Objects.requireNonNull(this.settings.value(key)));
    }

    private void report(String key, String relation, String other, String consequence, Severity severity) {
        this.problems.add(this.settings.problem(key,
                "%s %s: %s".formatted(relation, this.settings.describe(other), consequence), severity));
    }

}
