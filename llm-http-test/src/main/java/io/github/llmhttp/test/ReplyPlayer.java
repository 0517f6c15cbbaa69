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
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

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

    private final Dripper dripper;

    private final Steps.Place faultPlace;

    private int index;

    private int offset;

    private boolean faultHappened;

    private boolean garbles;

    private int waitedFor = -1;

    private boolean awaitsWritability;

    private boolean stopped;

    /**
     * Prepare to play a reply.
     * @param connection where it is written as HTTP
     * @param wire where it is written as bytes
     * @param rendering the reply
     * @param call the call
     * @param whenEnded hears how it ended
     */
    ReplyPlayer(ChannelHandlerContext connection, ChannelHandlerContext wire, Rendering rendering, RecordedCall call,
            Consumer<Ending> whenEnded) {
        this.connection = connection;
        this.wire = wire;
        this.rendering = rendering;
        this.call = call;
        this.whenEnded = whenEnded;
        this.dripper = connection.pipeline().get(Dripper.class);
        this.faultPlace = rendering.faultPlace();
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
        if ((isFaultAt(Moment.REQUEST) || isFaultAt(Moment.REQUEST_HEAD)) && isEndedByFault()) {
            return;
        }
        HttpResponse head = this.rendering.head();
        Fault fault = this.rendering.fault();
        if (head != null && fault != null && fault.moment().isInHead()) {
            this.wire.write(Unpooled.wrappedBuffer(Rendering.partOf(head, fault.moment())));
            isEndedByFault();
            return;
        }
        if (head != null) {
            this.connection.writeAndFlush(head);
        }
        if (isFaultAt(Moment.HEADERS) && isEndedByFault()) {
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
            if (!this.faultHappened && this.index == this.faultPlace.index()) {
                writePartBeforeFault();
                if (isEndedByFault()) {
                    return;
                }
            }
            if (this.index == this.rendering.steps().size()) {
                end();
                return;
            }
            write(this.rendering.steps().get(this.index++));
        }
    }

    private void writePartBeforeFault() {
        this.offset = this.faultPlace.offset();
        if (this.offset > 0) {
            write(Arrays.copyOf(this.rendering.steps().get(this.index).bytes(), this.offset));
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
                ping();
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
        byte[] bytes = Arrays.copyOfRange(step.bytes(), this.offset, step.bytes().length);
        write(this.garbles ? Fault.garbled(bytes) : bytes);
        this.offset = 0;
        this.garbles = false;
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
        if (this.rendering.head() != null) {
            this.connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        Fault fault = this.rendering.fault();
        if (fault != null && fault.moment() == Moment.COMPLETE) {
            this.wire.write(Unpooled.wrappedBuffer(fault.bytes()));
        }
        endWhenWritten(endingOf(fault));
    }

    private static Ending endingOf(@Nullable Fault fault) {
        if (fault != null && fault.kind() == Fault.Kind.END_EARLY) {
            return Ending.CUT;
        }
        if (fault == null || fault.moment() != Moment.COMPLETE) {
            return Ending.COMPLETE;
        }
        return switch (fault.kind()) {
            case RESET -> Ending.COMPLETE_THEN_RESET;
            case TRUNCATE -> Ending.COMPLETE_THEN_CLOSE;
            case STALL -> Ending.COMPLETE_THEN_DEAF;
            default -> Ending.COMPLETE;
        };
    }

    private boolean isFaultAt(Moment moment) {
        Fault fault = this.rendering.fault();
        return fault != null && fault.moment() == moment;
    }

    /**
     * Let the fault happen.
     * @return whether nothing of the reply follows it
     */
    private boolean isEndedByFault() {
        this.faultHappened = true;
        Fault fault = Objects.requireNonNull(this.rendering.fault());
        switch (fault.kind()) {
            case DRIP -> {
                this.dripper.start(fault.interval());
                return false;
            }
            case GARBLE -> {
                return isEndedByGarbling(fault);
            }
            case END_EARLY -> end();
            case CLOSE_FRAME -> {
                this.connection.write(new CloseWebSocketFrame(fault.code(), fault.reason()));
                endWhenWritten(Ending.CLOSE);
            }
            case RESET -> endWhenWritten(Ending.RESET);
            case TRUNCATE -> endWhenWritten(Ending.CLOSE);
            default -> stall(fault);
        }
        return true;
    }

    private boolean isEndedByGarbling(Fault fault) {
        boolean inBody = fault.moment().isInBody();
        if (inBody && this.index < this.rendering.steps().size()) {
            this.garbles = true;
        }
        else if (inBody) {
            write(fault.bytes());
        }
        else {
            this.wire.writeAndFlush(Unpooled.wrappedBuffer(fault.bytes()));
        }
        return !inBody;
    }

    private void stall(Fault fault) {
        this.connection.flush();
        Duration pingEvery = this.rendering.pace().pingEvery();
        // Within an event a sign of life would be a part of it
        if (pingEvery != null && fault.moment().isInBody() && this.offset == 0) {
            pingForEver(pingEvery);
        }
    }

    private void pingForEver(Duration interval) {
        after(interval, () -> {
            ping();
            pingForEver(interval);
        });
    }

    private void ping() {
        write(this.rendering.pace().ping().getBytes(StandardCharsets.UTF_8));
        this.connection.flush();
    }

    /**
     * What precedes the end has to be with the kernel first. If that fails, the client
     * has left, and there is no connection to which a fault could happen.
     */
    private void endWhenWritten(Ending ending) {
        this.connection.flush();
        this.wire.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((written) -> {
            if (written.isSuccess()) {
                this.dripper.stop();
                end(ending);
            }
        });
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
        COMPLETE(RecordedCall.Outcome.COMPLETE),

        /**
         * All of it was written; the connection is to be closed now.
         */
        COMPLETE_THEN_CLOSE(RecordedCall.Outcome.COMPLETE),

        /**
         * All of it was written; the connection is to be reset now.
         */
        COMPLETE_THEN_RESET(RecordedCall.Outcome.COMPLETE),

        /**
         * All of it was written; nothing on the connection is answered any more.
         */
        COMPLETE_THEN_DEAF(RecordedCall.Outcome.COMPLETE),

        /**
         * The HTTP message is complete, its content is not.
         */
        CUT(RecordedCall.Outcome.BROKEN),

        /**
         * The connection is to be closed now.
         */
        CLOSE(RecordedCall.Outcome.BROKEN),

        /**
         * The connection is to be reset now.
         */
        RESET(RecordedCall.Outcome.BROKEN);

        private final RecordedCall.Outcome outcome;

        Ending(RecordedCall.Outcome outcome) {
            this.outcome = outcome;
        }

        RecordedCall.Outcome outcome() {
            return this.outcome;
        }

    }

}
