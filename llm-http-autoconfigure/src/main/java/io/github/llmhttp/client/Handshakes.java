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

import java.io.EOFException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.timeout.AttemptLimits;
import io.github.llmhttp.websocket.Handshake;
import io.github.llmhttp.websocket.WebSocketConnection;
import io.github.llmhttp.websocket.WebSocketProperties;
import io.github.llmhttp.websocket.WebSockets;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.websocket.WebsocketInbound;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * THE ORDER of a WebSocket handshake: key, request, answer; then the connection, which
 * keeps the permit of its attempt until it is closed.
 */
final class Handshakes {

    private static final String SUBPROTOCOL = "Sec-WebSocket-Protocol";

    static final int SWITCHING_PROTOCOLS = 101;

    private final HttpClient http;

    private final WebSockets sockets;

    private final WebSocketProperties properties;

    private final ClientParts parts;

    Handshakes(HttpClient http, WebSockets sockets, WebSocketProperties properties, ClientParts parts) {
        this.http = http;
        this.sockets = sockets;
        this.properties = properties;
        this.parts = parts;
    }

    WebSockets sockets() {
        return this.sockets;
    }

    WebSocketProperties properties() {
        return this.properties;
    }

    ClientParts parts() {
        return this.parts;
    }

    AttemptLimits limits(AttemptLimits limits) {
        return limits.withUpgrade("websocket.handshake-timeout", this.properties.getHandshakeTimeout());
    }

    /**
     * Open a connection.
     * @param attempt the attempt that wants it
     * @param uri where it goes
     * @return the connection; fails like the exchange of a call
     */
    Mono<WebSocketConnection> open(Attempt attempt, URI uri) {
        return this.parts.keys()
            .key()
            .map(Optional::of)
            .defaultIfEmpty(Optional.empty())
            .flatMap((key) -> upgrade(attempt, uri, key.orElse(null)));
    }

    private Mono<WebSocketConnection> upgrade(Attempt attempt, URI uri, @Nullable String key) {
        Attempt sending = attempt.sending(this.parts.secrets(key, Map.of()));
        Handshake handshake = new Handshake(this.parts.responses().maxErrorBody());
        HttpHeaders headers = headers(attempt.call(), key);
        return this.http.headers((sent) -> headers.forEach(sent::set))
            .websocket(spec(headers.getFirst(SUBPROTOCOL)))
            .uri(UriComponentsBuilder.fromUri(uri).scheme(isSecure(uri) ? "wss" : "ws").build(true).toUri())
            .connect()
            .contextWrite(handshake::putInto)
            .map((connection) -> opened(connection, sending))
            .onErrorMap((error) -> failure(error, handshake, sending));
    }

    private static boolean isSecure(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    private HttpHeaders headers(CallContext call, @Nullable String key) {
        HttpHeaders headers = new HttpHeaders();
        this.parts.requests().writeHeaders(key, Map.of(), MediaType.ALL_VALUE).accept(headers);
        call.headers().forEach((name, value) -> {
            if (!headers.containsHeader(name)) {
                headers.set(name, value);
            }
        });
        return headers;
    }

    private WebsocketClientSpec spec(@Nullable String subprotocol) {
        int largest = Math.toIntExact(this.properties.getMaxMessageSize().toBytes());
        WebsocketClientSpec.Builder spec = WebsocketClientSpec.builder()
            .maxFramePayloadLength(largest)
            .compress(this.properties.isCompression())
            .maxDecompressionBufferSize(largest);
        return ((subprotocol != null) ? spec.protocols(subprotocol) : spec).build();
    }

    private WebSocketConnection opened(Connection connection, Attempt attempt) {
        String requestId = (connection instanceof WebsocketInbound answer) ? answer.headers().get("x-request-id")
                : null;
        attempt.call().response(SWITCHING_PROTOCOLS, Texts.oneLine(requestId, 100));
        WebSocketConnection opened = this.sockets.take(connection.channel(), NettyPipeline.ReactiveBridge);
        attempt.call().closer(opened::leave);
        Disposable permit = attempt.permit().keep();
        connection.channel().closeFuture().addListener((closed) -> permit.dispose());
        return opened;
    }

    private Throwable failure(Throwable error, Handshake handshake, Attempt attempt) {
        CallContext call = attempt.call();
        HttpResponse refusal = handshake.refusal();
        if (refusal != null) {
            HttpHeaders headers = new HttpHeaders();
            refusal.headers().forEach((header) -> headers.add(header.getKey(), header.getValue()));
            return this.parts.responses().handshakeRefused(refusal.status().code(), headers, handshake.body(), attempt);
        }
        if (!(error instanceof WebSocketClientHandshakeException)) {
            return error;
        }
        if (!handshake.isAnswered()) {
            // Reactor Netty has one exception for both
            return new EOFException("The handshake was not answered");
        }
        return call.failure(FailureKind.PROTOCOL)
            .stage(CallStage.UPGRADE)
            .detail("the server's answer to the WebSocket handshake is not the one that RFC 6455 demands")
            .notProcessed(true)
            .toException(error);
    }

}
