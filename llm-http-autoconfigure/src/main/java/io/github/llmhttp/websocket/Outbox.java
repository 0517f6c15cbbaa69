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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * Messages that wait until the connection can take them: so many and no more. Runs on the
 * event loop.
 */
final class Outbox {

    private final int limit;

    private final Duration writeTimeout;

    private final Deque<Letter> waiting = new ArrayDeque<>();

    Outbox(int limit, Duration writeTimeout) {
        this.limit = limit;
        this.writeTimeout = writeTimeout;
    }

    void send(ChannelHandlerContext context, WebSocketConnection connection, byte[] message, MonoSink<Void> sink) {
        if (this.waiting.size() >= this.limit) {
            sink.error(WebSocketException.of(WebSocketException.Problem.QUEUE_FULL));
            return;
        }
        ScheduledFuture<?> timer = context.executor()
            .schedule(() -> connection.fail(WebSocketException.of(WebSocketException.Problem.NOT_WRITTEN)),
                    this.writeTimeout.toNanos(), TimeUnit.NANOSECONDS);
        Letter letter = new Letter(message, sink, timer);
        this.waiting.add(letter);
        sink.onCancel(() -> context.executor().execute(() -> withdraw(letter)));
        write(context);
    }

    /** Whoever leaves before the message is written has not sent it. */
    private void withdraw(Letter letter) {
        if (this.waiting.remove(letter)) {
            letter.timer().cancel(false);
        }
    }

    void write(ChannelHandlerContext context) {
        boolean written = false;
        while (context.channel().isWritable() && !this.waiting.isEmpty()) {
            Letter letter = this.waiting.remove();
            context.write(new TextWebSocketFrame(Unpooled.wrappedBuffer(letter.message())))
                .addListener((future) -> letter.written(future));
            written = true;
        }
        if (written) {
            context.flush();
        }
    }

    void fail(WebSocketException error) {
        Letter letter = this.waiting.poll();
        while (letter != null) {
            letter.timer().cancel(false);
            letter.sink().error(error);
            letter = this.waiting.poll();
        }
    }

    /**
     * A message with whoever waits for it.
     */
    private record Letter(byte[] message, MonoSink<Void> sink, ScheduledFuture<?> timer) {

        void written(Future<?> future) {
            this.timer.cancel(false);
            Throwable cause = future.cause();
            if (cause == null) {
                this.sink.success();
            }
            else {
                this.sink.error(closed(cause));
            }
        }

        private static WebSocketException closed(@Nullable Throwable cause) {
            return new WebSocketException(WebSocketException.Problem.CLOSED, CloseCode.ABNORMAL, "", cause);
        }

    }

}
