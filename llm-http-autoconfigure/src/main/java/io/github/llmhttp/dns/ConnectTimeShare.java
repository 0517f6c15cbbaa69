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
import java.net.SocketAddress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * Gives each address of a host its share of the connect timeout. Without it a host with
 * two dead addresses takes twice the timeout, since each is tried on a channel of its
 * own.
 */
final class ConnectTimeShare extends ChannelOutboundHandlerAdapter {

    private final String host;

    private final RecentAnswers answers;

    private ConnectTimeShare(String host, RecentAnswers answers) {
        this.host = host;
        this.answers = answers;
    }

    static void add(Channel channel, @Nullable SocketAddress remote, RecentAnswers answers) {
        if (remote instanceof InetSocketAddress address && address.isUnresolved()) {
            channel.pipeline().addFirst(new ConnectTimeShare(address.getHostString(), answers));
        }
    }

    @Override
    public void connect(ChannelHandlerContext context, SocketAddress remote, SocketAddress local,
            ChannelPromise promise) {
        int limit = context.channel().config().getConnectTimeoutMillis();
        int addresses = Math.max(1, this.answers.count(this.host));
        context.channel().config().setConnectTimeoutMillis(Math.max(1, limit / addresses));
        context.pipeline().remove(this);
        context.connect(remote, local, promise);
    }

}
