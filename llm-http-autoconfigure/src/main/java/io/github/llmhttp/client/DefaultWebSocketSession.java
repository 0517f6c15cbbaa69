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

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import io.github.llmhttp.CallOperation;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebSocketSession;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.call.WholeCall;
import io.github.llmhttp.timeout.AttemptLimits;
import io.github.llmhttp.websocket.CloseCode;
import io.github.llmhttp.websocket.WebSocketConnection;
import io.github.llmhttp.websocket.WebSocketException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;

/**
 * A session: its begin is a call, what follows belongs to the application.
 */
final class DefaultWebSocketSession implements LlmWebSocketSession {

    private final FollowedCalls followed;

    private final Handshakes handshakes;

    private final ClientParts parts;

    private final String path;

    private final WebSocketFailures failures;

    private final AtomicReference<@Nullable Mono<Opened>> opening = new AtomicReference<>();

    private volatile @Nullable Opened opened;

    private volatile boolean closed;

    DefaultWebSocketSession(FollowedCalls followed, Handshakes handshakes, String path) {
        this.followed = followed;
        this.handshakes = handshakes;
        this.parts = handshakes.parts();
        this.path = path;
        this.failures = new WebSocketFailures(handshakes.properties(), this.parts.timeouts().getWrite());
    }

    @Override
    public String client() {
        return this.parts.bodies().client();
    }

    @Override
    public Mono<Void> open() {
        return opened().then();
    }

    /** All who come while the session is being opened wait for the same handshake. */
    private Mono<Opened> opened() {
        return Mono.defer(() -> {
            if (this.closed && this.opened == null) {
                return Mono.error(() -> Failure.of(FailureKind.CONFIG, client())
                    .detail("the WebSocket session was closed before it was opened")
                    .toException());
            }
            Mono<Opened> fresh = handshake().cache();
            Mono<Opened> running = this.opening.compareAndExchange(null, fresh);
            return (running != null) ? running : fresh;
        });
    }

    private Mono<Opened> handshake() {
        return this.followed.one(CallOperation.WEB_SOCKET, "", this::handshake)
            .doOnNext(this::opened)
            .doOnError((error) -> this.opening.set(null));
    }

    private Mono<Opened> handshake(WholeCall whole) {
        return Mono.defer(() -> {
            Route route = this.parts.requests().route(HttpMethod.GET, this.path, Map.of());
            CallContext call = this.parts.start(Lane.SESSION, route, whole);
            AttemptLimits limits = this.handshakes
                .limits(this.parts.attemptLimits(Lane.SESSION, null).withoutContent());
            return this.parts.attempts()
                .one(call, limits, this.parts.choice(route),
                        (attempt) -> this.handshakes.open(attempt, route.at(attempt.endpoint()))
                            .map((connection) -> new Opened(connection, attempt)));
        });
    }

    private void opened(Opened opened) {
        this.opened = opened;
        if (this.closed) {
            opened.connection().leave();
        }
    }

    @Override
    public Mono<Void> send(String message) {
        return send(message.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Mono<Void> sendJson(Object message) {
        return Mono.defer(() -> send(this.parts.bodies().json(message)));
    }

    private Mono<Void> send(byte[] message) {
        return opened().flatMap((session) -> session.connection()
            .send(message)
            .onErrorMap(WebSocketException.class, (end) -> failure(end, session)));
    }

    @Override
    public Flux<String> receive() {
        return opened().flatMapMany((session) -> session.connection()
            .receive()
            .map((message) -> new String(message, StandardCharsets.UTF_8))
            .onErrorMap(WebSocketException.class, (end) -> failure(end, session)));
    }

    private LlmHttpException failure(WebSocketException end, Opened session) {
        return this.failures.of(end, session.attempt(), false);
    }

    @Override
    public boolean isOpen() {
        Opened now = this.opened;
        return now != null && now.connection().isOpen();
    }

    @Override
    public Mono<Void> close(int code, String reason) {
        if (!CloseCode.isSendable(code)) {
            throw new IllegalArgumentException(
                    "The close code %d must not be sent; 1000, 1001 and 3000 to 4999 may".formatted(code));
        }
        if (reason.getBytes(StandardCharsets.UTF_8).length > CloseCode.MAX_REASON) {
            throw new IllegalArgumentException("The reason is longer than the %d bytes that a close frame can hold"
                .formatted(CloseCode.MAX_REASON));
        }
        return Mono.defer(() -> {
            this.closed = true;
            Opened now = this.opened;
            return (now != null) ? now.connection().close(code, reason) : Mono.empty();
        });
    }

    @Override
    public String toString() {
        return "LlmWebSocketSession[" + client() + (isOpen() ? ", open]" : "]");
    }

    /**
     * A connection with the attempt that opened it, which gives its failures their facts.
     */
    private record Opened(WebSocketConnection connection, Attempt attempt) {
    }

}
