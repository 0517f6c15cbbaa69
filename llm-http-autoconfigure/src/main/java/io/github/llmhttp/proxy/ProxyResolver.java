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
import java.net.SocketAddress;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;

/**
 * Resolves the name of the proxy when a connection to it begins, with the resolver of the
 * client: off the caller's thread, within the DNS limit, and again for each connection.
 */
@Sharable
final class ProxyResolver extends ChannelOutboundHandlerAdapter {

    private final InetSocketAddress proxy;

    private final AddressResolverGroup<?> resolvers;

    ProxyResolver(InetSocketAddress proxy, AddressResolverGroup<?> resolvers) {
        this.proxy = proxy;
        this.resolvers = resolvers;
    }

    @Override
    public void connect(ChannelHandlerContext context, SocketAddress remote, SocketAddress local,
            ChannelPromise promise) {
        if (!this.proxy.equals(remote)) {
            context.connect(remote, local, promise);
            return;
        }
        AddressResolver<?> resolver = this.resolvers.getResolver(context.executor());
        resolver.resolve(this.proxy).addListener((FutureListener<SocketAddress>) (future) -> {
            if (future.isSuccess()) {
                ChannelPromise connected = context.newPromise();
                connected.addListener((connect) -> relay(connect, promise));
                context.connect(future.getNow(), local, connected);
            }
            else {
                relay(future, promise);
            }
        });
    }

    private void relay(Future<?> from, ChannelPromise to) {
        if (from.isSuccess()) {
            to.trySuccess();
        }
        else {
            to.tryFailure(new ProxyUnreachableException(this.proxy, from.cause()));
        }
    }

}
