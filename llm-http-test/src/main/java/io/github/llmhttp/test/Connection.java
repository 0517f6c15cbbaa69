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
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client: takes its requests one after another, and keeps count.
 */
final class Connection extends SimpleChannelInboundHandler<FullHttpRequest> {

    private final MockLlmServer server;

    private final Deque<FullHttpRequest> pipelined = new ArrayDeque<>();

    private int id;

    private int requests;

    private boolean closing;

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
     * From now on it is the server that closes.
     */
    void closing() {
        this.closing = true;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        startIdleTimer(ctx);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (this.player != null) {
            this.pipelined.add(request.retain());
            return;
        }
        if (this.idleTimer != null) {
            this.idleTimer.cancel(false);
        }
        this.requests++;
        RecordedCall received = this.server.ledger().received(this.id, this.requests, request);
        Rendering rendering = this.server.answer(received);
        boolean keepAlive = HttpUtil.isKeepAlive(request) && this.requests < this.server.maxRequestsPerConnection();
        HttpResponse head = rendering.head();
        if (head != null) {
            keepAlive = negotiate(head, keepAlive);
        }
        boolean closes = !keepAlive;
        this.call = received;
        this.player = new ReplyPlayer(ctx, rendering, received, (ending) -> ended(ctx, ending, closes));
        this.player.play();
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

    private void ended(ChannelHandlerContext ctx, ReplyPlayer.Ending ending, boolean closes) {
        RecordedCall ended = this.call;
        this.call = null;
        this.player = null;
        if (ended != null) {
            this.server.ledger()
                .ended(ended, (ending == ReplyPlayer.Ending.COMPLETE) ? RecordedCall.Outcome.COMPLETE
                        : RecordedCall.Outcome.BROKEN);
        }
        if (ending == ReplyPlayer.Ending.RESET) {
            this.closing = true;
            Doorman.reset(ctx.pipeline().context(Doorman.class));
        }
        else if (ending == ReplyPlayer.Ending.CLOSE || closes) {
            this.closing = true;
            ctx.close();
        }
        else {
            next(ctx);
        }
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
