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

import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * Lets bytes through as they come or, when told so, one at a time. It is nearer to the
 * wire than HTTP, so that heads and chunks drip too.
 */
final class Dripper extends ChannelOutboundHandlerAdapter {

    private final Queue<Write> waiting = new ArrayDeque<>();

    private @Nullable Duration interval;

    private boolean dripping;

    void start(Duration interval) {
        this.interval = interval;
    }

    void stop() {
        this.interval = null;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (this.interval == null && this.waiting.isEmpty()) {
            ctx.write(message, promise);
        }
        else {
            this.waiting.add(new Write((ByteBuf) message, promise));
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        ctx.flush();
        Duration current = this.interval;
        if (!this.dripping && !this.waiting.isEmpty() && current != null) {
            this.dripping = true;
            drip(ctx, current);
        }
    }

    private void drip(ChannelHandlerContext ctx, Duration current) {
        Write next = this.waiting.peek();
        if (next == null) {
            this.dripping = false;
            return;
        }
        if (next.bytes().readableBytes() > 1) {
            ctx.writeAndFlush(next.bytes().readRetainedSlice(1));
        }
        else {
            this.waiting.remove();
            ctx.writeAndFlush(next.bytes(), next.promise());
        }
        ctx.executor().schedule(() -> drip(ctx, current), current.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        for (Write write = this.waiting.poll(); write != null; write = this.waiting.poll()) {
            write.bytes().release();
            write.promise().tryFailure(new ClosedChannelException());
        }
    }

    private record Write(ByteBuf bytes, ChannelPromise promise) {
    }

}
