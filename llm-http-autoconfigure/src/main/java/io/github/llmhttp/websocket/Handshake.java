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

package io.github.llmhttp.websocket;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * One WebSocket handshake: keeps what a server says that does not switch protocols, which
 * Reactor Netty would drop. Travels in the Reactor Context.
 */
public final class Handshake extends ChannelInboundHandlerAdapter {

    /** Longest wait for the body of a refusal; its status is known without it. */
    private static final Duration BODY_TIME = Duration.ofSeconds(2);

    private static final String NAME = "llmhttp.handshake";

    private final int maxBody;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    private volatile @Nullable HttpResponse refusal;

    private volatile boolean answered;

    private boolean interim;

    private @Nullable ScheduledFuture<?> timer;

    /**
     * Prepare for a handshake.
     * @param maxBody the most bytes that are kept of the body of a refusal
     */
    public Handshake(int maxBody) {
        this.maxBody = maxBody;
    }

    /**
     * The handshake that a request makes.
     * @param context the request's Reactor Context
     * @return the handshake, {@code null} if it makes none
     */
    public static @Nullable Handshake from(ContextView context) {
        return context.getOrDefault(Handshake.class, null);
    }

    /**
     * Put it into a Reactor Context.
     * @param context the context
     * @return the new context
     */
    public Context putInto(Context context) {
        return context.put(Handshake.class, this);
    }

    /**
     * Watch the answer on a connection.
     * @param channel the connection, before the request is written
     */
    public void watch(Channel channel) {
        // Behind what Reactor Netty adds meanwhile, so that this comes before it
        channel.eventLoop().execute(() -> {
            if (channel.pipeline().get(NettyPipeline.HttpCodec) != null) {
                channel.pipeline().addAfter(NettyPipeline.HttpCodec, NAME, this);
            }
        });
    }

    /**
     * What the server said in place of switching protocols.
     * @return the head of its response, {@code null} if it said nothing of the kind
     */
    public @Nullable HttpResponse refusal() {
        return this.refusal;
    }

    /**
     * The body of the refusal.
     * @return what came of it within the limits
     */
    public byte[] body() {
        return this.body.toByteArray();
    }

    /**
     * Whether the server said anything.
     * @return whether the head of a response has come
     */
    public boolean isAnswered() {
        return this.answered;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse response) {
            head(context, response);
        }
        if (this.refusal == null && !this.interim) {
            context.fireChannelRead(message);
            return;
        }
        if (message instanceof HttpContent content) {
            content(context, content);
        }
        ReferenceCountUtil.release(message);
    }

    private void head(ChannelHandlerContext context, HttpResponse response) {
        HttpResponseStatus status = response.status();
        boolean switching = status.code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code();
        this.interim = !switching && status.codeClass() == HttpStatusClass.INFORMATIONAL;
        this.answered = !this.interim;
        if (switching || this.interim) {
            return;
        }
        this.refusal = response;
        this.timer = context.executor().schedule(() -> end(context), BODY_TIME.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void content(ChannelHandlerContext context, HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        if (!this.interim) {
            ByteBuf bytes = content.content();
            int kept = Math.min(bytes.readableBytes(), this.maxBody - this.body.size());
            byte[] copy = new byte[kept];
            bytes.readBytes(copy);
            this.body.writeBytes(copy);
            if (last || this.body.size() >= this.maxBody) {
                end(context);
            }
        }
        this.interim = this.interim && !last;
    }

    /** The connection is good for nothing else. */
    private void end(ChannelHandlerContext context) {
        if (this.timer != null) {
            this.timer.cancel(false);
        }
        context.close();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        if (this.refusal != null || !this.answered) {
            context.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (this.timer != null) {
            this.timer.cancel(false);
        }
        context.fireChannelInactive();
    }

}
