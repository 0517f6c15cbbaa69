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

package io.github.llmhttp.test;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;

/**
 * First handler of a connection, before TLS: lets faults at {@link Moment#ACCEPT} happen
 * and resets connections without a goodbye of TLS.
 */
final class Doorman extends ChannelInboundHandlerAdapter {

    private final Script script;

    private final Connection connection;

    private boolean discards;

    Doorman(Script script, Connection connection) {
        this.script = script;
        this.connection = connection;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        this.connection.accepted();
        Fault fault = this.script.onAccept();
        if (fault == null) {
            ctx.fireChannelActive();
        }
        else if (fault.kind() == Fault.Kind.STALL) {
            ctx.channel().config().setAutoRead(false);
        }
        else if (fault.kind() == Fault.Kind.RESET) {
            this.connection.closing();
            reset(ctx);
        }
        else if (fault.kind() == Fault.Kind.GARBLE) {
            this.discards = true;
            ctx.writeAndFlush(Unpooled.wrappedBuffer(fault.bytes()));
        }
        else {
            this.connection.closing();
            sayEnd(ctx);
        }
    }

    /**
     * Say that nothing more comes. A close with unread bytes would be a reset, so what
     * still comes from the client is read and thrown away.
     */
    void sayEnd(ChannelHandlerContext doorman) {
        goDeaf();
        ((SocketChannel) doorman.channel()).shutdownOutput();
    }

    /**
     * Throw away what still comes from the client.
     */
    void goDeaf() {
        this.discards = true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (this.discards) {
            ReferenceCountUtil.release(message);
        }
        else {
            ctx.fireChannelRead(message);
        }
    }

    static void reset(ChannelHandlerContext doorman) {
        doorman.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        doorman.close();
    }

}
