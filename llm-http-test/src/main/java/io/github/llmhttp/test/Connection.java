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

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client: takes its requests one after another, and keeps count.
 */
final class Connection extends SimpleChannelInboundHandler<FullHttpRequest> {

    private final MockLlmServer server;

    private final Deque<FullHttpRequest> pipelined = new ArrayDeque<>();

    private int id;

    /** Where bytes are written past the frames of a WebSocket, if it is one. */
    private @Nullable ChannelHandlerContext wire;

    private int requests;

    private boolean closing;

    private boolean early;

    private @Nullable ChannelHandlerContext context;

    private @Nullable RecordedCall call;

    private @Nullable ReplyPlayer player;

    private @Nullable Future<?> idleTimer;

    Connection(MockLlmServer server) {
        this.server = server;
    }

    void accepted() {
        this.id = this.server.ledger().accepted();
    }

    /**
     * Send bytes that nobody asked for, unless the connection is busy or gone.
     * @param bytes the bytes
     * @return whether they were sent
     */
    boolean sendsUnasked(byte[] bytes) {
        if (this.player != null || this.closing || this.wire != null || !context().channel().isActive()) {
            return false;
        }
        context().pipeline().context(HttpResponseEncoder.class).writeAndFlush(Unpooled.copiedBuffer(bytes));
        return true;
    }

    /**
     * From now on it is the server that closes.
     */
    void closing() {
        this.closing = true;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        this.context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        startIdleTimer(ctx);
    }

    /**
     * Answer a request of which only the head is known, if the script wants that.
     * @param head the head of the request
     * @return whether nothing more of the request is to be read
     */
    boolean answersEarly(HttpRequest head) {
        if (this.player != null || WebSocketTurns.isHandshake(head.headers())) {
            return false;
        }
        FullHttpRequest request = new DefaultFullHttpRequest(head.protocolVersion(), head.method(), head.uri(),
                Unpooled.EMPTY_BUFFER, head.headers(), EmptyHttpHeaders.INSTANCE);
        Reply reply = this.server.earlyReply(new RecordedCall(0, this.id, this.requests + 1, request));
        if (reply == null) {
            return false;
        }
        this.early = true;
        Fault fault = reply.fault();
        if (fault != null && fault.kind() == Fault.Kind.STALL && fault.moment() == Moment.REQUEST_HEAD) {
            stopReading();
        }
        RecordedCall received = received(request);
        play(received, Rendering.of(reply, received), false);
        return true;
    }

    /**
     * Let the client's write stall soon: what was not read fills the buffers of both
     * sides.
     */
    private void stopReading() {
        ChannelConfig config = context().channel().config();
        config.setAutoRead(false);
        config.setOption(ChannelOption.SO_RCVBUF, 4096);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (this.player != null) {
            this.pipelined.add(request.retain());
            return;
        }
        if (this.wire == null && WebSocketTurns.isHandshake(request.headers())) {
            handshake(ctx, request);
            return;
        }
        RecordedCall received = received(request);
        boolean keepAlive = HttpUtil.isKeepAlive(request) && this.requests < this.server.maxRequestsPerConnection();
        play(received, this.server.answer(received), keepAlive);
    }

    private void handshake(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (this.idleTimer != null) {
            this.idleTimer.cancel(false);
        }
        RecordedCall handshake = this.server.ledger().handshake(this.id, request);
        Rendering refusal = this.server.refusal(handshake);
        if (refusal != null) {
            play(handshake, refusal, true);
            return;
        }
        WebSocketTurns.accept(ctx, request, this.server.ledger());
        this.wire = ctx.pipeline().context(WebSocketFrameEncoder.class);
    }

    /**
     * Close the connection with a close frame, if it is a WebSocket.
     * @param code the close code
     * @param reason what is said
     * @return whether it is one
     */
    boolean closeWebSocket(int code, String reason) {
        if (this.wire == null || this.closing) {
            return false;
        }
        this.closing = true;
        context().writeAndFlush(new CloseWebSocketFrame(code, reason)).addListener((written) -> context().close());
        return true;
    }

    private RecordedCall received(FullHttpRequest request) {
        if (this.idleTimer != null) {
            this.idleTimer.cancel(false);
        }
        this.requests++;
        return this.server.ledger().received(this.id, this.requests, request);
    }

    private void play(RecordedCall received, Rendering rendering, boolean keepAlive) {
        HttpResponse head = rendering.head();
        boolean closes = !((head != null) ? negotiate(head, keepAlive) : keepAlive);
        this.call = received;
        ChannelHandlerContext bytes = (this.wire != null) ? this.wire
                : context().pipeline().context(HttpResponseEncoder.class);
        this.player = new ReplyPlayer(context(), bytes, rendering, received, (ending) -> ended(ending, closes));
        this.player.play();
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(this.context, "the connection is not open yet");
    }

    private boolean negotiate(HttpResponse head, boolean keepAlive) {
        if (!keepAlive) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        String keepAliveHeader = this.server.keepAliveHeader();
        if (keepAliveHeader != null && HttpUtil.isKeepAlive(head)) {
            head.headers().set("Keep-Alive", keepAliveHeader);
        }
        return HttpUtil.isKeepAlive(head);
    }

    private void ended(ReplyPlayer.Ending ending, boolean closes) {
        RecordedCall ended = this.call;
        this.call = null;
        this.player = null;
        if (ended != null) {
            this.server.ledger().ended(ended, ending.outcome());
        }
        switch (ending) {
            case RESET, COMPLETE_THEN_RESET -> reset();
            case CLOSE, COMPLETE_THEN_CLOSE -> close();
            case COMPLETE_THEN_DEAF -> doorman().goDeaf();
            default -> {
                if (closes) {
                    close();
                }
                else {
                    next(context());
                }
            }
        }
    }

    private void reset() {
        this.closing = true;
        Doorman.reset(context().pipeline().context(Doorman.class));
    }

    private void close() {
        this.closing = true;
        if (!this.early) {
            context().close();
            return;
        }
        ChannelPipeline pipeline = context().pipeline();
        SslHandler ssl = pipeline.get(SslHandler.class);
        if (ssl != null) {
            ssl.closeOutbound();
        }
        doorman().sayEnd(pipeline.context(Doorman.class));
    }

    private Doorman doorman() {
        return context().pipeline().get(Doorman.class);
    }

    private void next(ChannelHandlerContext ctx) {
        FullHttpRequest next = this.pipelined.poll();
        if (next == null) {
            startIdleTimer(ctx);
            return;
        }
        // Not within the reply that just ended: a long pipeline would be a deep recursion
        ctx.executor().execute(() -> {
            try {
                channelRead0(ctx, next);
            }
            finally {
                next.release();
            }
        });
    }

    private void startIdleTimer(ChannelHandlerContext ctx) {
        Duration limit = this.server.idleTimeout();
        if (limit != null) {
            this.idleTimer = ctx.executor().schedule(() -> {
                this.closing = true;
                ctx.close();
            }, limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (this.player != null) {
            this.player.writabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (this.player != null) {
            this.player.stop();
        }
        if (this.idleTimer != null) {
            this.idleTimer.cancel(false);
        }
        this.pipelined.forEach(FullHttpRequest::release);
        this.pipelined.clear();
        this.server.ledger().closed(this.call, !this.closing);
        this.server.forget(ctx.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A client that resets or fails its handshake is part of the game; it is counted
        if (!(cause instanceof IOException)) {
            this.closing = true;
        }
        ctx.close();
    }

}
