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

package io.github.llmhttp.transport;

import java.net.SocketAddress;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.call.CallContext;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/**
 * Tells the call that opens a connection how far it is: names are resolved when the
 * socket is told to connect, and TLS begins when it is connected. Leaves after that.
 */
final class StageProbe extends ChannelDuplexHandler {

    static final String NAME = "llm-http.stage";

    private final CallContext call;

    private final boolean secure;

    StageProbe(CallContext call, boolean secure) {
        this.call = call;
        this.secure = secure;
        call.enter(CallStage.DNS);
    }

    @Override
    public void connect(ChannelHandlerContext context, SocketAddress remote, SocketAddress local,
            ChannelPromise promise) {
        this.call.enter(CallStage.CONNECT);
        context.connect(remote, local, promise);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (this.secure) {
            this.call.enter(CallStage.TLS);
        }
        context.fireChannelActive();
        if (!context.isRemoved()) {
            context.pipeline().remove(this);
        }
    }

}
