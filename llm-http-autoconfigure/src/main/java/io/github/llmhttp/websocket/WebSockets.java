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
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * All WebSocket connections of one client.
 */
public final class WebSockets {

    private static final String DECODER = "llmhttp.websocket.decoder";

    private final WebSocketProperties properties;

    private final Duration writeTimeout;

    private final Set<WebSocketConnection> open = ConcurrentHashMap.newKeySet();

    private volatile boolean closing;

    private final LongAdder opened = new LongAdder();

    private final LongAdder pings = new LongAdder();

    private final LongAdder missedPongs = new LongAdder();

    private final LongAdder reconnects = new LongAdder();

    /**
     * Create an empty set.
     * @param properties limits of each connection
     * @param writeTimeout longest time to write a message
     */
    public WebSockets(WebSocketProperties properties, Duration writeTimeout) {
        this.properties = properties;
        this.writeTimeout = writeTimeout;
    }

    /**
     * Take over a connection whose handshake has just succeeded. On its event loop.
     * @param channel its channel, whose last handler but one this becomes
     * @param last name of the last handler
     * @return the connection
     */
    public WebSocketConnection take(Channel channel, String last) {
        Heartbeat heartbeat = new Heartbeat(this.properties.getHeartbeatInterval(),
                this.properties.getHeartbeatTimeout(), this.pings::increment, this.missedPongs::increment);
        WebSocketConnection connection = new WebSocketConnection(channel, this.properties, this.writeTimeout, heartbeat,
                () -> this.closing);
        this.opened.increment();
        this.open.add(connection);
        channel.closeFuture().addListener((closed) -> this.open.remove(connection));
        channel.pipeline().replace(WebSocket13FrameDecoder.class, DECODER, decoder());
        channel.pipeline().addBefore(last, WebSocketConnection.NAME, connection);
        return connection;
    }

    /**
     * The handshake's own decoder would close the connection without telling the server
     * why: its close frame passes by the encoder. It has read nothing yet.
     */
    private WebSocket13FrameDecoder decoder() {
        return new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
            .expectMaskedFrames(false)
            .allowExtensions(this.properties.isCompression())
            .maxFramePayloadLength(Math.toIntExact(this.properties.getMaxMessageSize().toBytes()))
            .closeOnProtocolViolation(false)
            .build());
    }

    /**
     * A chat opened a connection in place of one that it lost.
     */
    public void reconnected() {
        this.reconnects.increment();
    }

    /**
     * What was done so far.
     * @return the numbers
     */
    public WebSocketNumbers numbers() {
        return new WebSocketNumbers(this.open.size(), this.opened.sum(), this.pings.sum(), this.missedPongs.sum(),
                this.reconnects.sum());
    }

    /**
     * Close connections that nobody uses at the moment, and chats when their turns end.
     */
    public void closeUnused() {
        this.closing = true;
        for (WebSocketConnection connection : this.open) {
            if (connection.isUnused()) {
                connection.shutdown();
            }
        }
    }

    /**
     * Tell all servers that the client goes away.
     * @return completes when all connections are closed, after the close timeout at last
     */
    public Mono<Void> closeAll() {
        return Flux.defer(() -> Flux.fromIterable(List.copyOf(this.open)))
            .flatMap(WebSocketConnection::shutdown, Integer.MAX_VALUE)
            .then();
    }

}
