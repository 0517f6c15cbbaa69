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

package io.github.llmhttp.proxy;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.DefaultAddressResolverGroup;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.transport.ProxyProvider;

/**
 * The proxy of one client. A host that is reached through it is resolved by the proxy,
 * the proxy itself and the other hosts by the client. The proxy settings of the JVM play
 * no part.
 */
public final class Proxy {

    private final String client;

    private final ProxyProvider.Proxy type;

    private final @Nullable String username;

    /** One object, because the pool tells proxies apart by it. */
    private final Function<String, String> password;

    private final @Nullable InetSocketAddress address;

    private final NonProxyHosts nonProxyHosts;

    private final Duration connectTimeout;

    private final List<ProxyCustomizer> customizers;

    /**
     * Create the proxy of a client.
     * @param client name of the client
     * @param properties settings; without a host there is no proxy
     * @param connectTimeout longest wait for the proxy's answer once it is connected
     * @param customizers callbacks for the proxy
     * @throws IllegalArgumentException if the settings contradict each other
     */
    public Proxy(String client, ProxyProperties properties, Duration connectTimeout, ProxyCustomizer... customizers) {
        this.client = client;
        this.address = address(properties);
        this.type = type(properties.getType());
        this.username = properties.getUsername();
        String password = (properties.getPassword() != null) ? properties.getPassword() : "";
        this.password = (user) -> password;
        this.nonProxyHosts = new NonProxyHosts(properties.getNonProxyHosts());
        this.connectTimeout = connectTimeout;
        this.customizers = List.of(customizers);
    }

    /**
     * Whether a host is reached without the proxy.
     * @param properties settings of the proxy
     * @param host the host, as it is written in the URL
     * @return whether {@code non-proxy-hosts} names it
     */
    public static boolean isDirect(ProxyProperties properties, String host) {
        return new NonProxyHosts(properties.getNonProxyHosts()).test(InetSocketAddress.createUnresolved(host, 0));
    }

    /**
     * Let a client use the proxy. Comes after its name resolution, which is kept for the
     * proxy's own name and for hosts without proxy.
     * @param client the client
     * @return the client with the proxy, or the same client if there is none
     */
    public HttpClient apply(HttpClient client) {
        InetSocketAddress proxy = this.address;
        if (proxy == null) {
            return client;
        }
        AddressResolverGroup<?> configured = client.configuration().resolver();
        AddressResolverGroup<?> resolvers = (configured != null) ? configured : DefaultAddressResolverGroup.INSTANCE;
        ProxyResolver proxyResolver = new ProxyResolver(proxy, resolvers);
        // Not with the predicate of the builder, for which Reactor Netty resolves direct
        // hosts with the JVM: that blocks an event loop and ignores the client's own DNS
        return client
            .proxyWhen((config, spec) -> isDirect(config.uri()) ? Mono.empty() : Mono.just(configure(spec, proxy)))
            .resolver(new DirectHostResolverGroup(resolvers, this.nonProxyHosts))
            .doOnChannelInit((observer, channel, remote) -> {
                if (remote != null && !this.nonProxyHosts.test(remote)) {
                    channel.pipeline().addFirst(proxyResolver);
                }
            });
    }

    private boolean isDirect(@Nullable String uri) {
        String host = (uri != null) ? URI.create(uri).getHost() : null;
        return host != null && this.nonProxyHosts.test(InetSocketAddress.createUnresolved(unbracketed(host), 0));
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private ProxyProvider.Builder configure(ProxyProvider.TypeSpec spec, InetSocketAddress proxy) {
        // As a supplier the address stays unresolved; otherwise it is resolved here,
        // which blocks
        ProxyProvider.Builder builder = spec.type(this.type)
            .socketAddress(() -> proxy)
            .connectTimeoutMillis(this.connectTimeout.toMillis());
        if (this.username != null) {
            builder.username(this.username).password(this.password);
        }
        this.customizers.forEach((customizer) -> customizer.customize(this.client, builder));
        return builder;
    }

    private static ProxyProvider.Proxy type(ProxyType type) {
        return switch (type) {
            case HTTP -> ProxyProvider.Proxy.HTTP;
            case SOCKS4 -> ProxyProvider.Proxy.SOCKS4;
            case SOCKS5 -> ProxyProvider.Proxy.SOCKS5;
        };
    }

    private static @Nullable InetSocketAddress address(ProxyProperties properties) {
        if (properties.getPassword() != null && properties.getUsername() == null) {
            throw new IllegalArgumentException("'proxy.password' needs 'proxy.username'");
        }
        String host = properties.getHost();
        if (host == null) {
            return null;
        }
        Integer port = properties.getPort();
        if (port == null) {
            throw new IllegalArgumentException("'proxy.host' needs 'proxy.port'");
        }
        return InetSocketAddress.createUnresolved(host, port);
    }

}
