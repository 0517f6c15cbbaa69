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
import java.util.function.Supplier;

import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.NameResolver;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;

import reactor.netty.resources.LoopResources;

/**
 * Asks name servers with a resolver per event loop; all of them share one cache. The kind
 * of socket is that of the loop: epoll does not run NIO channels.
 */
final class DnsServerResolverGroup extends DnsAddressResolverGroup {

    private final DnsNameResolverBuilder resolver;

    private final Supplier<LoopResources> loops;

    DnsServerResolverGroup(DnsNameResolverBuilder resolver, Supplier<LoopResources> loops) {
        super(resolver);
        this.resolver = resolver;
        this.loops = loops;
    }

    @Override
    protected NameResolver<InetAddress> newNameResolver(EventLoop loop,
            ChannelFactory<? extends DatagramChannel> channelFactory, DnsServerAddressStreamProvider servers) {
        LoopResources resources = this.loops.get();
        return this.resolver.copy()
            .eventLoop(loop)
            .datagramChannelFactory(() -> resources.onChannel(DatagramChannel.class, loop))
            // For answers that are too large for a datagram
            .socketChannelFactory(() -> resources.onChannel(SocketChannel.class, loop))
            .build();
    }

}
