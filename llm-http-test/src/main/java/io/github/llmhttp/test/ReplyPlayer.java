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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Plays one reply on a connection: waits, writes, waits for the client when that reads
 * slowly, and lets the fault happen. Used on the event loop of the connection only.
 */
final class ReplyPlayer {

    private final ChannelHandlerContext connection;

    private final ChannelHandlerContext wire;

    private final Rendering rendering;

    private final RecordedCall call;

    private final Consumer<Ending> whenEnded;

    private final int faultIndex;

    private int index;

    private int waitedFor = -1;

    private boolean awaitsWritability;

    private boolean stopped;

    ReplyPlayer(ChannelHandlerContext connection, Rendering rendering, RecordedCall call, Consumer<Ending> whenEnded) {
        this.connection = connection;
        this.wire = connection.pipeline().context(HttpResponseEncoder.class);
        this.rendering = rendering;
        this.call = call;
        this.whenEnded = whenEnded;
        this.faultIndex = rendering.faultIndex();
    }

    void play() {
        after(this.rendering.pace().head(), this::head);
    }

    void stop() {
        this.stopped = true;
    }

    void writabilityChanged() {
        if (this.awaitsWritability && this.connection.channel().isWritable()) {
            this.awaitsWritability = false;
            body();
        }
    }

    private void head() {
        if (this.faultIndex == -2) {
            fault();
            return;
        }
        HttpResponse head = this.rendering.head();
        if (head != null) {
            this.connection.writeAndFlush(head);
        }
        if (this.faultIndex == -1) {
            fault();
            return;
        }
        if (this.call.method().equals("HEAD")) {
            end();
            return;
        }
        body();
    }

    private void body() {
        while (!this.stopped) {
            if (mustWait()) {
                this.connection.flush();
                return;
            }
            if (this.index == this.faultIndex) {
                fault();
                return;
            }
            if (this.index == this.rendering.steps().size()) {
                end();
                return;
            }
            write(this.rendering.steps().get(this.index++));
        }
    }

    private boolean mustWait() {
        Duration wait = this.rendering.pace().before(this.rendering.steps(), this.index);
        if (!wait.isZero() && this.waitedFor != this.index) {
            this.waitedFor = this.index;
            pause(wait.toNanos());
            return true;
        }
        if (!this.connection.channel().isWritable()) {
            this.connection.flush();
        }
        this.awaitsWritability = !this.connection.channel().isWritable();
        return this.awaitsWritability;
    }

    private void pause(long nanos) {
        Duration pingEvery = this.rendering.pace().pingEvery();
        if (pingEvery == null || pingEvery.toNanos() >= nanos) {
            after(Duration.ofNanos(nanos), this::body);
        }
        else {
            after(pingEvery, () -> {
                write(this.rendering.pace().ping().getBytes(StandardCharsets.UTF_8));
                this.connection.flush();
                pause(nanos - pingEvery.toNanos());
            });
        }
    }

    private void after(Duration wait, Runnable next) {
        if (wait.isZero()) {
            next.run();
            return;
        }
        this.connection.executor().schedule(() -> {
            if (!this.stopped) {
                next.run();
            }
        }, wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void write(Steps.Step step) {
        write(step.bytes());
        if (step.kind() == Steps.Kind.TOKEN) {
            this.call.tokenWritten();
        }
        if (this.rendering.pace().flushEach()) {
            this.connection.flush();
        }
    }

    private void write(byte[] bytes) {
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        if (this.rendering.head() != null) {
            this.connection.write(new DefaultHttpContent(buffer));
        }
        else {
            this.wire.write(buffer);
        }
    }

    private void end() {
        Object last = (this.rendering.head() != null) ? LastHttpContent.EMPTY_LAST_CONTENT : Unpooled.EMPTY_BUFFER;
        ChannelHandlerContext target = (this.rendering.head() != null) ? this.connection : this.wire;
        target.writeAndFlush(last).addListener((written) -> {
            if (written.isSuccess()) {
                end((this.rendering.fault() != null) ? Ending.CUT : Ending.COMPLETE);
            }
        });
    }

    /**
     * What precedes the fault has to be with the kernel first. If that fails, the client
     * has left, and there is no connection to which the fault could happen.
     */
    private void fault() {
        Fault fault = this.rendering.fault();
        if (fault == null || fault.kind() == Fault.Kind.STALL) {
            this.connection.flush();
        }
        else if (fault.kind() == Fault.Kind.END_EARLY) {
            end();
        }
        else {
            Ending ending = (fault.kind() == Fault.Kind.RESET) ? Ending.RESET : Ending.CLOSE;
            this.connection.flush();
            this.wire.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((written) -> {
                if (written.isSuccess()) {
                    end(ending);
                }
            });
        }
    }

    private void end(Ending ending) {
        if (!this.stopped) {
            this.stopped = true;
            this.whenEnded.accept(ending);
        }
    }

    /**
     * How a reply ended.
     */
    enum Ending {

        /**
         * All of it was written.
         */
        COMPLETE,

        /**
         * The HTTP message is complete, its content is not.
         */
        CUT,

        /**
         * The connection is to be closed now.
         */
        CLOSE,

        /**
         * The connection is to be reset now.
         */
        RESET

    }

}
