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

import java.util.Map;
import java.util.function.Function;

import io.github.llmhttp.CallOperation;
import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebSocketChat;
import io.github.llmhttp.WebSocketProtocol;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.call.WholeCall;
import io.github.llmhttp.provider.TurnDialect;
import io.github.llmhttp.streaming.StreamCompletion;
import io.github.llmhttp.streaming.StreamRestart;
import io.github.llmhttp.timeout.AttemptLimits;
import io.github.llmhttp.websocket.CloseCode;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;

/**
 * THE ORDER of a turn: message, attempt (connection or gate, clocks, translation),
 * handshake if there is no connection, message out, messages in, dialect.
 */
final class DefaultWebSocketChat implements LlmWebSocketChat {

    private final FollowedCalls followed;

    private final Handshakes handshakes;

    private final ClientParts parts;

    private final WebSocketProtocol protocol;

    private final TurnDialect dialect;

    private final WebSocketFailures failures;

    private final ChatLine line;

    DefaultWebSocketChat(FollowedCalls followed, Handshakes handshakes, WebSocketProtocol protocol) {
        this.followed = followed;
        this.handshakes = handshakes;
        this.parts = handshakes.parts();
        this.protocol = protocol;
        this.dialect = TurnDialect.of(protocol);
        this.failures = new WebSocketFailures(handshakes.properties(), this.parts.timeouts().getWrite());
        this.line = new ChatLine(handshakes.properties().getMaxReconnects());
    }

    @Override
    public String client() {
        return this.parts.bodies().client();
    }

    @Override
    public Flux<ChatEvent> events(ChatRequest request) {
        Function<LlmHttpException, ChatEvent> restarted = (failure) -> new ChatEvent.Restarted(failure.kind());
        boolean announced = (this.parts.streaming().getRestart() == StreamRestart.ANNOUNCE);
        return this.followed.many(CallOperation.EVENTS, this.parts.bodies().model(request),
                (call) -> turn(
                        call, request, (actual, frames, attempt) -> new EventReader(actual, frames,
                                this.dialect.decoder(), StreamCompletion.STRICT, attempt),
                        announced ? restarted : null));
    }

    @Override
    public Flux<String> stream(ChatRequest request) {
        return this.followed.many(CallOperation.STREAM, this.parts.bodies().model(request),
                (call) -> turn(call, request, (actual, frames, attempt) -> new TextReader(actual, frames,
                        this.dialect.decoder(), StreamCompletion.STRICT, attempt), null));
    }

    private <T> Flux<T> turn(WholeCall whole, ChatRequest request, StreamPipeline.ReaderFactory<T> reader,
            @Nullable Function<LlmHttpException, T> restarted) {
        return Flux.defer(() -> {
            check(request);
            byte[] message = this.parts.bodies().turn(this.dialect, request);
            String model = this.dialect.isModelOfSession() ? this.parts.bodies().model(request) : "";
            Route route = this.parts.requests()
                .route(HttpMethod.GET, this.protocol.path(), model.isEmpty() ? Map.of() : Map.of("model", model));
            CallContext call = this.parts.start(Lane.SESSION, route, Turn.only(whole, request));
            AttemptLimits limits = this.handshakes.limits(this.parts.attemptLimits(Lane.SESSION, request));
            this.line.begin(call);
            return this.parts.attempts()
                .turn(call, limits, this.line.choice(route, this.parts.choice(route)), this.line::permit,
                        (attempt) -> this.line.connection(attempt, model, this.handshakes, route)
                            .flatMapMany((open) -> new TurnFlux<>(open, message, attempt, this.failures, reader)),
                        restarted)
                .doOnTerminate(() -> this.line.end(call))
                // Behind the cancel, which has left the connection then
                .doFinally((signal) -> this.line.end(call));
        });
    }

    private void check(ChatRequest request) {
        if (!request.headers().isEmpty() || !request.query().isEmpty()) {
            throw Failure.of(FailureKind.CONFIG, client())
                .detail("headers and query parameters belong to the handshake of a WebSocket chat, not to a turn; "
                        + "configure them for the client")
                .toException();
        }
    }

    @Override
    public boolean isOpen() {
        return this.line.isOpen();
    }

    @Override
    public Mono<Void> close() {
        return this.line.close(CloseCode.NORMAL);
    }

    @Override
    public String toString() {
        return "LlmWebSocketChat[" + client() + ", " + this.protocol.kind() + "]";
    }

}
