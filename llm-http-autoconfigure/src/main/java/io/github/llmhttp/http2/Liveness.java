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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import org.jspecify.annotations.Nullable;

/**
 * Asks a silent connection whether it still lives, while there are calls on it: a PING
 * after an interval without any frame, and the end of all its calls when nothing comes
 * then either (RFC 9113, section 6.7). One timer a connection, one timestamp a read.
 */
final class Liveness extends ChannelInboundHandlerAdapter {

    static final String NAME = "llmhttp.http2.liveness";

    private final Http2FrameCodec codec;

    private final Duration interval;

    private final Duration timeout;

    private @Nullable ChannelHandlerContext context;

    private @Nullable ScheduledFuture<?> timer;

    private long heard;

    private boolean asked;

    Liveness(Http2FrameCodec codec, Duration interval, Duration timeout) {
        this.codec = codec;
        this.interval = interval;
        this.timeout = timeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    /** There is a call on the connection now. */
    void watch() {
        if (this.timer == null && this.context != null) {
            this.heard = System.nanoTime();
            this.asked = false;
            arm(this.context, this.interval.toNanos());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        this.heard = System.nanoTime();
        this.asked = false;
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (this.timer != null) {
            this.timer.cancel(false);
        }
        context.fireChannelInactive();
    }

    private void arm(ChannelHandlerContext context, long nanos) {
        this.timer = context.executor().schedule(() -> look(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
        if (this.codec.connection().numActiveStreams() == 0) {
            this.timer = null;
            return;
        }
        long silent = System.nanoTime() - this.heard;
        if (this.asked) {
            ConnectionWatch.close(context.channel(), Faults.noAnswerToPing(this.interval, this.timeout));
        }
        else if (silent >= this.interval.toNanos()) {
            this.asked = true;
            // Goes out through the codec, which is before this handler
            context.writeAndFlush(new DefaultHttp2PingFrame(ThreadLocalRandom.current().nextLong()));
            arm(context, this.timeout.toNanos());
        }
        else {
            arm(context, this.interval.toNanos() - silent);
        }
    }

}
