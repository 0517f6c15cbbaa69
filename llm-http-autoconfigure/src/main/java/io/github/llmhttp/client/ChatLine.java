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

package io.github.llmhttp.client;

import java.util.concurrent.atomic.AtomicReference;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.endpoint.Endpoint;
import io.github.llmhttp.endpoint.EndpointChoice;
import io.github.llmhttp.endpoint.Grant;
import io.github.llmhttp.pool.Permit;
import io.github.llmhttp.websocket.WebSocketConnection;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The connection of a chat from turn to turn: one turn has it at a time, and a lost one
 * is replaced so many times a turn.
 */
final class ChatLine {

    /** The turn that runs. */
    private final AtomicReference<@Nullable CallContext> turn = new AtomicReference<>();

    private final int maxReconnects;

    private volatile @Nullable Line line;

    private volatile boolean closed;

    // Of the turn that runs

    private volatile @Nullable Line taken;

    private int reconnects;

    ChatLine(int maxReconnects) {
        this.maxReconnects = maxReconnects;
    }

    boolean isOpen() {
        Line now = this.line;
        return now != null && now.connection().isOpen();
    }

    /**
     * A turn begins.
     * @param call its first attempt
     */
    void begin(CallContext call) {
        if (this.closed) {
            throw call.failure(FailureKind.CONFIG)
                .detail("the WebSocket chat was closed; another one can be opened")
                .notProcessed(true)
                .toException();
        }
        if (!this.turn.compareAndSet(null, call)) {
            throw call.failure(FailureKind.POOL_FULL)
                .detail("a WebSocket chat takes one turn after another, and one is running; turns side by side need "
                        + "a chat each")
                .notProcessed(true)
                .toException();
        }
        this.reconnects = 0;
    }

    /**
     * A turn is over; the next one may begin.
     * @param call its first attempt
     */
    void end(CallContext call) {
        this.turn.compareAndSet(call, null);
    }

    /**
     * Who is asked by the attempts of a turn: whoever the connection goes to, if there is
     * one.
     */
    EndpointChoice choice(Route route, EndpointChoice other) {
        return new EndpointChoice() {

            @Override
            public Grant next(CallContext call) {
                Line now = ChatLine.this.line;
                Line open = (now != null && now.connection().isOpen()) ? now : null;
                ChatLine.this.taken = open;
                if (open == null) {
                    return other.next(call);
                }
                route.direct(call, open.endpoint());
                return EndpointChoice.only(open.endpoint()).next(call);
            }

            @Override
            public boolean hasOther() {
                return other.hasOther();
            }

        };
    }

    /** The permit that the attempt at hand has already, by its connection. */
    @Nullable Permit permit() {
        Line open = this.taken;
        return (open != null) ? open.permit() : null;
    }

    /**
     * The connection for an attempt.
     * @param attempt the attempt
     * @param model the model of the session, empty if it has none
     * @param handshakes open connections
     * @param route where to
     * @return the connection, open and not idle
     */
    Mono<WebSocketConnection> connection(Attempt attempt, String model, Handshakes handshakes, Route route) {
        Line open = this.taken;
        if (open != null) {
            return Mono.just(reused(open, attempt.call(), model));
        }
        if (this.line != null) {
            if (this.reconnects >= this.maxReconnects) {
                return Mono.error(() -> lost(attempt.call()));
            }
            this.reconnects++;
            handshakes.sockets().reconnected();
        }
        return handshakes.open(attempt, route.at(attempt.endpoint()))
            .doOnNext((opened) -> opened.idle(false))
            .doOnNext((opened) -> opened(new Line(opened, attempt.permit(), attempt.endpoint(), model)));
    }

    private static WebSocketConnection reused(Line open, CallContext call, String model) {
        if (!open.model().equals(model)) {
            throw call.failure(FailureKind.CONFIG)
                .detail("the model of a Realtime session cannot change; another model needs another chat")
                .notProcessed(true)
                .toException();
        }
        WebSocketConnection connection = open.connection();
        connection.idle(false);
        call.connection(true, connection.idleNanos());
        call.eventLoop(connection.channel().eventLoop());
        call.closer(connection::leave);
        call.response(Handshakes.SWITCHING_PROTOCOLS, null);
        return connection;
    }

    private void opened(Line opened) {
        this.line = opened;
        if (this.closed) {
            opened.connection().leave();
        }
    }

    private RuntimeException lost(CallContext call) {
        return call.failure(FailureKind.CONNECT)
            .detail("the chat lost its WebSocket connection and may not open another one (%d of %d in this turn)"
                .formatted(this.reconnects, this.maxReconnects))
            .key("websocket.max-reconnects")
            .notProcessed(true)
            .permanent(true)
            .toException();
    }

    Mono<Void> close(int code) {
        return Mono.defer(() -> {
            this.closed = true;
            Line last = this.line;
            return (last != null) ? last.connection().close(code, "") : Mono.empty();
        });
    }

    /**
     * A connection with what belongs to it.
     *
     * @param connection the connection
     * @param permit its right to be
     * @param endpoint where it goes
     * @param model the model of the session, empty if it has none
     */
    private record Line(WebSocketConnection connection, Permit permit, Endpoint endpoint, String model) {
    }

}
