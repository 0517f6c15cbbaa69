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

package io.github.llmhttp.janitor;

import io.github.llmhttp.call.CallContext;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;

/**
 * Sits before the HTTP codec and sees the bytes of a connection as they arrive.
 */
final class ByteWatch extends ChannelDuplexHandler {

    static final String NAME = "llmhttp.bytes";

    private final ConnectionJanitor janitor;

    private final TrackedConnection connection;

    ByteWatch(ConnectionJanitor janitor, TrackedConnection connection) {
        this.janitor = janitor;
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        CallContext call = this.connection.call();
        if (call == null) {
            ReferenceCountUtil.release(bytes);
            this.janitor.closeForSurplusBytes(this.connection);
            return;
        }
        if (!call.isResponseBegun()) {
            call.responseBegun();
        }
        if (bytes instanceof ByteBuf buffer) {
            call.received(buffer.readableBytes());
        }
        this.connection.readBegins();
        try {
            context.fireChannelRead(bytes);
        }
        finally {
            this.connection.readEnds();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object bytes, ChannelPromise promise) {
        CallContext call = this.connection.call();
        if (call != null && bytes instanceof ByteBuf buffer) {
            call.sent(buffer.readableBytes());
        }
        context.write(bytes, promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        this.janitor.onClosed(this.connection);
        context.fireChannelInactive();
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        this.connection.closedByUs();
        context.close(promise);
    }

}
