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
package io.github.llmhttp.http2;

import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.ConnectionFault;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;

/**
 * Sees the frames of one call on an HTTP/2 connection, and tells the call why its stream
 * ended. What comes out behind it is a response that broke off, whatever the reason was.
 */
final class StreamWatch extends ChannelDuplexHandler {

    static final String NAME = "llmhttp.http2.stream";

    private final CallContext call;

    private final ConnectionWatch connection;

    private boolean ended;

    StreamWatch(CallContext call, ConnectionWatch connection) {
        this.call = call;
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        if (!this.call.isResponseBegun()) {
            this.call.responseBegun();
        }
        if (frame instanceof Http2DataFrame data) {
            this.call.received(data.content().readableBytes());
            this.ended = data.isEndStream();
        }
        else if (frame instanceof Http2HeadersFrame headers) {
            this.ended = headers.isEndStream();
        }
        context.fireChannelRead(frame);
    }

    @Override
    public void write(ChannelHandlerContext context, Object frame, ChannelPromise promise) {
        if (frame instanceof Http2DataFrame data) {
            this.call.sent(data.content().readableBytes());
        }
        else if (frame instanceof ByteBuf bytes) {
            this.call.sent(bytes.readableBytes());
        }
        context.write(frame, promise);
    }

    /** Frames that flow control does not hold back come as events. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2ResetFrame reset) {
            fault(Faults.reset(reset.errorCode()));
        }
        else if (event instanceof Http2GoAwayFrame goAway) {
            fault(Faults.notTaken(goAway.errorCode()));
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof Http2FrameStreamException violation) {
            fault(Faults.violation(violation.error()));
        }
        context.fireExceptionCaught(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Channel parent = context.channel().parent();
        ConnectionFault fault = ConnectionWatch.fault(parent);
        if (fault != null) {
            fault(fault);
        }
        context.fireChannelInactive();
        this.connection.streamEnded(parent);
    }

    /** What comes after the whole response changes nothing. */
    private void fault(ConnectionFault fault) {
        if (!this.ended) {
            this.call.fault(fault);
        }
    }

}
