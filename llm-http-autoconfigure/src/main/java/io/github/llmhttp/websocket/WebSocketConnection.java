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
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.github.llmhttp.websocket.WebSocketException.Problem;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One WebSocket connection behind its handshake: messages in both directions, pings, and
 * the close handshake of RFC 6455, section 7. Its state belongs to the event loop; its
 * methods may be called by any thread.
 */
public final class WebSocketConnection extends ChannelInboundHandlerAdapter {

    static final String NAME = "llmhttp.websocket";

    private final Channel channel;

    private final Duration closeTimeout;

    private final MessageAssembly assembly;

    private final Inbox inbox;

    private final Outbox outbox;

    private final Heartbeat heartbeat;

    private final BooleanSupplier closing;

    private @Nullable ChannelHandlerContext context;

    /** Whether neither side has begun to close. */
    private volatile boolean open = true;

    /** Whether this side wants to close, which the event loop may not know yet. */
    private volatile boolean leaving;

    private volatile boolean idle;

    private volatile boolean busy;

    private volatile long idleSince;

    /** How the session ended, for those who send. */
    private volatile @Nullable WebSocketException ending;

    private boolean paused;

    private @Nullable ScheduledFuture<?> closeTimer;

    WebSocketConnection(Channel channel, WebSocketProperties properties, Duration writeTimeout, Heartbeat heartbeat,
            BooleanSupplier closing) {
        this.channel = channel;
        this.closeTimeout = properties.getCloseTimeout();
        this.assembly = new MessageAssembly(properties.getMaxMessageSize().toBytes());
        this.inbox = new Inbox(channel.eventLoop(), this::resume, this::closeIfUnused);
        this.outbox = new Outbox(properties.getSendQueue(), writeTimeout);
        this.heartbeat = heartbeat;
        this.closing = closing;
    }

    /**
     * Whether messages can be sent.
     * @return whether neither side has begun to close
     */
    public boolean isOpen() {
        return this.open && !this.leaving;
    }

    /**
     * Whether nobody waits for a message at the moment, as between two turns of a chat.
     * @return whether there is no receiver and no turn
     */
    public boolean isUnused() {
        return this.idle || !(this.busy || this.inbox.isReceiving());
    }

    /**
     * The connection waits for the next turn: what comes in the meantime is thrown away.
     * @param idle whether it waits from now on, or a turn begins
     */
    public void idle(boolean idle) {
        this.idle = idle;
        this.busy = !idle;
        this.idleSince = System.nanoTime();
        run(() -> this.inbox.discard(idle));
        closeIfUnused();
    }

    /** A client that closes waits for nobody who has gone. */
    private void closeIfUnused() {
        if (this.closing.getAsBoolean() && isUnused()) {
            shutdown();
        }
    }

    /**
     * How long nobody has waited for a message.
     * @return nanoseconds since what was said last with {@link #idle(boolean)}
     */
    public long idleNanos() {
        return System.nanoTime() - this.idleSince;
    }

    /**
     * Everything that runs for the connection.
     * @return its channel
     */
    public Channel channel() {
        return this.channel;
    }

    /**
     * Send a text message. Waits while the connection cannot take it.
     * @param message UTF-8
     * @return completes when it is written; fails with a {@link WebSocketException}
     */
    public Mono<Void> send(byte[] message) {
        return Mono.create((sink) -> run(() -> {
            if (this.open) {
                this.outbox.send(context(), this, message, sink);
            }
            else {
                sink.error(ending());
            }
        }));
    }

    /**
     * Receive messages, those included that came before. Leaving the messages leaves the
     * connection open. There is one receiver at a time.
     * @return messages as they came; completes if the session was closed in order, else
     * fails with a {@link WebSocketException}
     */
    public Flux<byte[]> receive() {
        return this.inbox.receive();
    }

    /**
     * Close in order: say so, wait for the server to say so, close.
     * @param code a code that may be sent
     * @param reason what to tell the server, {@link CloseCode#MAX_REASON} bytes at most
     * @return completes when the connection is closed, which does not depend on being
     * subscribed to
     */
    public Mono<Void> close(int code, String reason) {
        this.leaving = true;
        run(() -> close(code, reason, null, WebSocketException.of(Problem.CLOSED_HERE)));
        return closed();
    }

    /**
     * The client closes: like {@link #close}, but whoever receives is told.
     * @return completes when the connection is closed
     */
    public Mono<Void> shutdown() {
        this.leaving = true;
        WebSocketException error = WebSocketException.of(Problem.SHUTDOWN);
        run(() -> close(CloseCode.GOING_AWAY, "", error, error));
        return closed();
    }

    /**
     * Nobody wants what still comes: tell the server and wait for nothing.
     */
    public void leave() {
        this.leaving = true;
        run(() -> {
            close(CloseCode.NORMAL, "", null, WebSocketException.of(Problem.CLOSED_HERE));
            // Behind the close frame
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        });
    }

    private Mono<Void> closed() {
        return Mono.create((sink) -> this.channel.closeFuture().addListener((closed) -> sink.success()));
    }

    private void run(Runnable task) {
        if (this.channel.eventLoop().inEventLoop()) {
            task.run();
        }
        else {
            this.channel.eventLoop().execute(task);
        }
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(this.context);
    }

    /**
     * How the session ended, also if that was in order.
     * @return the end
     * @throws NullPointerException if it is open
     */
    public WebSocketException ending() {
        return Objects.requireNonNull(this.ending);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        this.channel.config().setAutoRead(false);
        this.heartbeat.start(context, this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof WebSocketFrame frame)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            this.heartbeat.heard();
            read(context, frame);
        }
        catch (WebSocketException ex) {
            fail(ex);
        }
        finally {
            frame.release();
        }
    }

    private void read(ChannelHandlerContext context, WebSocketFrame frame) throws WebSocketException {
        if (frame.rsv() != 0) {
            throw WebSocketException.of(Problem.PROTOCOL);
        }
        if (frame instanceof PingWebSocketFrame) {
            context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
        }
        else if (frame instanceof CloseWebSocketFrame close) {
            closing(context, close);
        }
        else if (!(frame instanceof PongWebSocketFrame) && this.open) {
            byte[] message = this.assembly.add(frame);
            if (message != null) {
                this.inbox.add(message);
            }
        }
    }

    /** The server closes, or answers our close. */
    private void closing(ChannelHandlerContext context, CloseWebSocketFrame frame) {
        if (!this.open) {
            this.channel.close();
            return;
        }
        int code = (frame.statusCode() >= 0) ? frame.statusCode() : CloseCode.NONE;
        WebSocketException error = new WebSocketException(Problem.CLOSED, code, frame.reasonText(), null);
        end((code == CloseCode.NORMAL) ? null : error, error);
        // The server closes the connection then
        context.writeAndFlush(frame.retainedDuplicate());
        closeLater(context);
    }

    private void close(int code, String reason, @Nullable WebSocketException toReceiver, WebSocketException toSenders) {
        if (this.open) {
            end(toReceiver, toSenders);
            context().writeAndFlush(new CloseWebSocketFrame(code, reason));
            closeLater(context());
            resume();
        }
    }

    private void closeLater(ChannelHandlerContext context) {
        this.closeTimer = context.executor()
            .schedule(() -> this.channel.close(), this.closeTimeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * End the session because of an error; the connection is closed at once.
     */
    void fail(WebSocketException error) {
        if (!this.open) {
            this.channel.close();
            return;
        }
        end(error, error);
        WebSocketCloseStatus status = switch (error.problem()) {
            case TOO_LARGE -> WebSocketCloseStatus.MESSAGE_TOO_BIG;
            case PROTOCOL -> (error.code() == CloseCode.NOT_UTF8) ? WebSocketCloseStatus.INVALID_PAYLOAD_DATA
                    : WebSocketCloseStatus.PROTOCOL_ERROR;
            default -> null;
        };
        if (status == null) {
            this.channel.close();
        }
        else {
            context().writeAndFlush(new CloseWebSocketFrame(status)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void end(@Nullable WebSocketException toReceiver, WebSocketException toSenders) {
        this.open = false;
        this.ending = toSenders;
        this.heartbeat.stop();
        this.outbox.fail(toSenders);
        this.inbox.end(toReceiver);
    }

    /** Whether what the server sends is read. */
    boolean isReading() {
        return !this.paused;
    }

    private void resume() {
        if (this.paused) {
            this.paused = false;
            this.channel.read();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        if (this.inbox.isEmpty() || !this.open) {
            context.read();
        }
        else {
            this.paused = true;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        this.outbox.write(context);
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (this.open) {
            WebSocketException error = new WebSocketException(Problem.CLOSED, CloseCode.ABNORMAL, "", null);
            end(error, error);
        }
        if (this.closeTimer != null) {
            this.closeTimer.cancel(false);
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(error(cause));
    }

    private static WebSocketException error(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof CorruptedWebSocketFrameException corrupted) {
                boolean large = corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG);
                return new WebSocketException(large ? Problem.TOO_LARGE : Problem.PROTOCOL, CloseCode.ABNORMAL, "",
                        cause);
            }
            if (each instanceof DecompressionException) {
                // Damaged or too large: Netty does not say which, and a bomb is both
                return new WebSocketException(Problem.TOO_LARGE, CloseCode.ABNORMAL, "", cause);
            }
        }
        return new WebSocketException(Problem.CLOSED, CloseCode.ABNORMAL, "", cause);
    }

    @Override
    public String toString() {
        return "WebSocketConnection[" + this.channel.id() + (this.open ? ", open]" : ", closed]");
    }

}
