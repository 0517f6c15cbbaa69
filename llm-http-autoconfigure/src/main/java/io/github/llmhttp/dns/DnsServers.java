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

package io.github.llmhttp.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

import io.github.llmhttp.Failure;
import io.netty.resolver.dns.DefaultDnsCnameCache;
import io.netty.resolver.dns.DnsCnameCache;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;

/**
 * Turns the settings into a resolver that asks name servers.
 */
final class DnsServers {

    private static final int DNS_PORT = 53;

    /** A datagram that is lost is sent once more before the whole limit ends. */
    private static final int ROUNDS = 2;

    private DnsServers() {
    }

    static DnsNameResolverBuilder resolver(String client, DnsProperties properties, Duration limit, AnswerCache answers,
            List<DnsCustomizer> customizers) {
        DnsServerAddressStreamProvider servers = servers(properties.getServers());
        DnsNameResolverBuilder resolver = new DnsNameResolverBuilder().nameServerProvider(servers)
            .resolvedAddressTypes(properties.getAddressTypes().toNetty())
            // A dead IPv6 network is common, so an IPv4 address must be at hand; with
            // IPv4 first, a call does not wait for the other answer
            .completeOncePreferredResolved(properties.getAddressTypes() != AddressTypes.IPV6_PREFERRED)
            .queryTimeoutMillis(share(limit, servers.nameServerAddressStream("").size()));
        resolver.resolveCache(answers).cnameCache(cnames(seconds(properties.getCacheMinTtl()), maxTtl(properties)));
        customizers.forEach((customizer) -> customizer.customize(client, resolver));
        return resolver;
    }

    /** The cache knows whole seconds only, as records do. */
    static AnswerCache answers(DnsProperties properties, LongSupplier nanoTime) {
        int min = seconds(properties.getCacheMinTtl());
        int max = maxTtl(properties);
        if (min > max) {
            throw new IllegalArgumentException("'dns.cache-min-ttl' (%s) must not be above 'dns.cache-max-ttl' (%s)"
                .formatted(Failure.seconds(properties.getCacheMinTtl()), Failure.seconds(properties.getCacheMaxTtl())));
        }
        return new AnswerCache(min, max, nanoTime);
    }

    private static DnsCnameCache cnames(int minTtl, int maxTtl) {
        return (maxTtl > 0) ? new DefaultDnsCnameCache(minTtl, maxTtl) : NoopDnsCnameCache.INSTANCE;
    }

    private static int maxTtl(DnsProperties properties) {
        return seconds(properties.getCacheMaxTtl());
    }

    private static DnsServerAddressStreamProvider servers(List<String> servers) {
        if (servers.isEmpty()) {
            return DnsServerAddressStreamProviders.platformDefault();
        }
        return new SequentialDnsServerAddressStreamProvider(
                servers.stream().map(DnsServers::server).toArray(InetSocketAddress[]::new));
    }

    private static InetSocketAddress server(String server) {
        int colon = server.lastIndexOf(':');
        // More than one colon without brackets is an IPv6 address without port
        boolean hasPort = colon >= 0 && (server.indexOf(':') == colon || server.charAt(colon - 1) == ']');
        String host = hasPort ? server.substring(0, colon) : server;
        InetSocketAddress address = new InetSocketAddress(host.replaceAll("[\\[\\]]", ""),
                hasPort ? port(server, server.substring(colon + 1)) : DNS_PORT);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("'dns.servers' has an unknown host '%s'".formatted(server));
        }
        return address;
    }

    private static int port(String server, String port) {
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
            throw new IllegalArgumentException(
                    "'dns.servers' needs host or host:port, port 1 to 65535, not '%s'".formatted(server));
        }
        return Integer.parseInt(port);
    }

    /** The time for one server, so that each can be asked in each round. */
    private static long share(Duration limit, int servers) {
        return Math.max(1, limit.toMillis() / ROUNDS / Math.max(1, servers));
    }

    /** A time below a second must not mean never. */
    private static int seconds(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, (duration.toMillis() + 999) / 1000);
    }

}
