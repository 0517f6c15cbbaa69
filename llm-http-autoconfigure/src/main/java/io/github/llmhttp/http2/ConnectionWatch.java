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

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.ConnectionFault;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2PushPromiseFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Sits behind the codec of one HTTP/2 connection. Gives its server a limited time to
 * begin, sees that one slow call does not hold up the others, ends it when its server
 * floods it or has said that it takes no more, and remembers why it ended.
 */
final class ConnectionWatch extends ChannelInboundHandlerAdapter {

    static final String NAME = "llmhttp.http2";

    private static final AttributeKey<ConnectionFault> FAULT = AttributeKey.valueOf(ConnectionWatch.class, "fault");

    /**
     * Frames that carry nothing of a response, SETTINGS, PING and the like, that a server
     * may send within {@link #FLOOD_WINDOW}. Far more than one needs, and far less than
     * keep a core busy (CVE-2019-9512 and its kin).
     */
    private static final int FLOOD = 1000;

    private static final Duration FLOOD_WINDOW = Duration.ofSeconds(10);

    private final Http2FrameCodec codec;

    private final @Nullable CallContext opener;

    private final Duration settingsLimit;

    private final int connectionWindow;

    private @Nullable ScheduledFuture<?> settingsTimer;

    private boolean begun;

    private boolean leaving;

    private int empty;

    private long emptySince;

    /**
     * Create the watch of a connection.
     * @param codec its codec
     * @param opener the attempt that it is opened for, {@code null} if none
     * @param settingsLimit longest wait for the server's SETTINGS
     * @param connectionWindow bytes that all its calls together may leave unread
     */
    ConnectionWatch(Http2FrameCodec codec, @Nullable CallContext opener, Duration settingsLimit, int connectionWindow) {
        this.codec = codec;
        this.opener = opener;
        this.settingsLimit = settingsLimit;
        this.connectionWindow = connectionWindow;
    }

    /**
     * Why a connection ended.
     * @param connection its channel
     * @return the fault, or {@code null} if none is known
     */
    static @Nullable ConnectionFault fault(Channel connection) {
        return connection.attr(FAULT).get();
    }

    /**
     * End a connection.
     * @param connection its channel
     * @param fault why
     */
    static void close(Channel connection, ConnectionFault fault) {
        connection.attr(FAULT).setIfAbsent(fault);
        // Not gracefully: that would wait for the streams
        connection.unsafe().close(connection.voidPromise());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (context.channel().isActive()) {
            begin(context);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        begin(context);
        context.fireChannelActive();
    }

    private void begin(ChannelHandlerContext context) {
        if (this.settingsTimer == null) {
            this.settingsTimer = context.executor()
                .schedule(() -> end(context, Faults.noSettings(this.settingsLimit)), this.settingsLimit.toNanos(),
                        TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        if (!(frame instanceof Http2DataFrame data && data.content().isReadable())
                && !(frame instanceof Http2HeadersFrame) && isFlooded(context)) {
            ReferenceCountUtil.release(frame);
            end(context, Faults.flood(FLOOD, FLOOD_WINDOW));
            return;
        }
        if (frame instanceof Http2PushPromiseFrame push) {
            // Nobody waits for it
            context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL).stream(push.pushStream()));
            return;
        }
        if (frame instanceof Http2SettingsFrame settings && !this.begun) {
            Long streams = settings.settings().maxConcurrentStreams();
            if (streams != null && streams == 0) {
                tellOpener(Faults.noStreams());
            }
            settled(context);
        }
        else if (frame instanceof Http2GoAwayFrame goAway) {
            this.leaving = true;
            if (goAway.errorCode() != Http2Error.NO_ERROR.code()) {
                context.channel().attr(FAULT).setIfAbsent(Faults.goAway(goAway.errorCode()));
            }
        }
        context.fireChannelRead(frame);
        leave(context.channel());
    }

    private boolean isFlooded(ChannelHandlerContext context) {
        long now = System.nanoTime();
        if (this.empty == 0 || now - this.emptySince > FLOOD_WINDOW.toNanos()) {
            this.empty = 0;
            this.emptySince = now;
        }
        this.empty++;
        return this.empty > FLOOD && context.channel().isActive();
    }

    /**
     * The window of the connection is a share of all its calls, but begins as that of one
     * (RFC 9113, section 6.9.2).
     */
    private void settled(ChannelHandlerContext context) {
        this.begun = true;
        stopWaiting();
        int more = this.connectionWindow - this.codec.connection()
            .local()
            .flowController()
            .initialWindowSize(this.codec.connection().connectionStream());
        if (more > 0) {
            context.writeAndFlush(new DefaultHttp2WindowUpdateFrame(more));
        }
    }

    /** A stream has ended; the last one of a connection that goes takes it with it. */
    void streamEnded(Channel connection) {
        leave(connection);
    }

    private void leave(Channel connection) {
        if (this.leaving && this.codec.connection().numActiveStreams() == 0) {
            connection.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof Http2Exception violation && !(cause instanceof Http2Exception.StreamException)) {
            ConnectionFault fault = this.begun ? Faults.violation(violation.error()) : Faults.notHttp2();
            context.channel().attr(FAULT).setIfAbsent(fault);
            tellOpener(fault);
        }
        context.fireExceptionCaught(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopWaiting();
        context.fireChannelInactive();
    }

    private void end(ChannelHandlerContext context, ConnectionFault fault) {
        tellOpener(fault);
        close(context.channel(), fault);
    }

    /** Until the server begins there is no stream that would tell its call. */
    private void tellOpener(ConnectionFault fault) {
        if (!this.begun && this.opener != null) {
            this.opener.fault(fault);
        }
    }

    private void stopWaiting() {
        if (this.settingsTimer != null) {
            this.settingsTimer.cancel(false);
        }
    }

}
