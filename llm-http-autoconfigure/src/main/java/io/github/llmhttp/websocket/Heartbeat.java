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

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Pings the server in a fixed rhythm, so that nobody on the way takes the connection for
 * unused, and notices when nothing comes back (RFC 6455, section 5.5.2). Any frame proves
 * that the server lives. One timer a connection; runs on its event loop.
 */
final class Heartbeat {

    private final long interval;

    private final long timeout;

    private final Runnable pinged;

    private final Runnable missed;

    private @Nullable ScheduledFuture<?> timer;

    private long lastPing;

    /** When the first ping was sent that nothing came after. */
    private long asked;

    private boolean waiting;

    Heartbeat(Duration interval, Duration timeout, Runnable pinged, Runnable missed) {
        this.interval = interval.toNanos();
        this.timeout = timeout.toNanos();
        this.pinged = pinged;
        this.missed = missed;
    }

    void start(ChannelHandlerContext context, WebSocketConnection connection) {
        this.lastPing = System.nanoTime();
        arm(context, connection, this.interval);
    }

    /** A frame has come. */
    void heard() {
        this.waiting = false;
    }

    void stop() {
        if (this.timer != null) {
            this.timer.cancel(false);
        }
    }

    private void arm(ChannelHandlerContext context, WebSocketConnection connection, long nanos) {
        this.timer = context.executor().schedule(() -> beat(context, connection), nanos, TimeUnit.NANOSECONDS);
    }

    private void beat(ChannelHandlerContext context, WebSocketConnection connection) {
        long now = System.nanoTime();
        if (!connection.isReading()) {
            // A reader that wants nothing hears nothing: that silence is not the server's
            this.asked = now;
        }
        if (this.waiting && now - this.asked >= this.timeout) {
            this.missed.run();
            connection.fail(WebSocketException.of(WebSocketException.Problem.DEAF));
            return;
        }
        if (now - this.lastPing >= this.interval) {
            ping(context, now);
        }
        long untilPing = this.lastPing + this.interval - now;
        arm(context, connection, this.waiting ? Math.min(untilPing, this.asked + this.timeout - now) : untilPing);
    }

    private void ping(ChannelHandlerContext context, long now) {
        this.lastPing = now;
        if (!this.waiting) {
            this.waiting = true;
            this.asked = now;
        }
        context.writeAndFlush(new PingWebSocketFrame(Unpooled.EMPTY_BUFFER));
        this.pinged.run();
    }

}
