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

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientConfig;
import reactor.netty.resources.LoopResources;

/**
 * Name resolution of one client, with a cache and bounds of its own. A name that has
 * several addresses yields all of them, and a connection tries one after the other.
 */
public final class DnsResolution implements AutoCloseable {

    private final LimitedResolverGroup group;

    private final @Nullable RefreshAhead refreshAhead;

    private final RecentAnswers answers = new RecentAnswers();

    private volatile @Nullable LoopResources loops;

    private volatile boolean preferNative;

    /**
     * Create the name resolution of a client.
     * @param client name of the client
     * @param properties settings, read once
     * @param limit longest whole resolution of a name, all name servers together
     * @param customizers callbacks for the resolver
     * @throws IllegalArgumentException if a name server or a fixed address is not valid
     */
    public DnsResolution(String client, DnsProperties properties, Duration limit, DnsCustomizer... customizers) {
        this(client, properties, limit, System::nanoTime, customizers);
    }

    DnsResolution(String client, DnsProperties properties, Duration limit, LongSupplier nanoTime,
            DnsCustomizer... customizers) {
        AnswerCache cache = DnsServers.answers(properties, nanoTime);
        LastGoodAnswers lastGood = new LastGoodAnswers(client, properties.getStaleMax(), cache::remainingNanos,
                nanoTime);
        AddressResolverGroup<InetSocketAddress> resolvers;
        if (properties.getResolver() == DnsResolver.JVM) {
            resolvers = new JvmResolverGroup(properties.getAddressTypes(), limit, InetAddress::getAllByName, nanoTime);
            this.refreshAhead = null;
        }
        else {
            DnsNameResolverBuilder resolver = DnsServers.resolver(client, properties, limit, cache,
                    List.of(customizers));
            resolvers = new DnsServerResolverGroup(resolver, this::loops);
            this.refreshAhead = properties.isRefreshAhead() ? RefreshAhead.of(cache, resolver, this::loops, this::loop)
                    : null;
        }
        this.group = new LimitedResolverGroup(resolvers,
                StaticHosts.of(properties.getHosts(), properties.getAddressTypes()), limit, this.answers,
                new FailedNames(properties.getNegativeTtl(), nanoTime), lastGood,
                properties.isRoundRobin() ? new AddressRotation()::next : (host, addresses) -> addresses);
    }

    /**
     * Let a client resolve names here. Its connect timeout becomes the limit for all
     * addresses of a host together. A proxy comes after this, as it hands the names to
     * the proxy.
     * @param client the client
     * @return the client with this resolution
     */
    public HttpClient apply(HttpClient client) {
        HttpClientConfig config = client.configuration();
        this.preferNative = config.isPreferNative();
        this.loops = config.loopResources();
        return client.resolver(this.group)
            .doOnChannelInit((observer, channel, remote) -> ConnectTimeShare.add(channel, remote, this.answers));
    }

    /**
     * Resolve a name ahead of the first call, so that the cache knows it. Runs on the
     * event loops of the client that this resolution was applied to.
     * @param host the name
     * @return completes when the name is resolved, or fails as a call would
     */
    public Mono<Void> preResolve(String host) {
        return Mono.create((sink) -> preResolve(host, sink));
    }

    private void preResolve(String host, MonoSink<Void> sink) {
        Future<List<InetSocketAddress>> addresses = this.group.getResolver(loop())
            .resolveAll(InetSocketAddress.createUnresolved(host, 0));
        addresses.addListener((future) -> {
            if (future.isSuccess()) {
                sink.success();
            }
            else {
                sink.error(future.cause());
            }
        });
    }

    /**
     * What the last connections got, by host name. Bounded; the least recently asked name
     * is dropped first.
     * @return the answers
     */
    public Map<String, DnsAnswer> answers() {
        return this.answers.asMap();
    }

    /**
     * Close the sockets to the name servers. Must happen before the event loops end.
     */
    @Override
    public void close() {
        this.group.close();
        if (this.refreshAhead != null) {
            this.refreshAhead.close();
        }
    }

    private EventLoop loop() {
        return loops().onClient(this.preferNative).next();
    }

    private LoopResources loops() {
        LoopResources loops = this.loops;
        if (loops == null) {
            throw new IllegalStateException("The name resolution is not part of a client yet");
        }
        return loops;
    }

}
