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
import java.util.List;
import java.util.Map;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The messages of a client on one WebSocket: each that begins a turn becomes a call, as
 * if it had been posted; the others are answered here.
 */
final class WebSocketTurns extends SimpleChannelInboundHandler<WebSocketFrame> {

    private static final int MAX_MESSAGE = 64 * 1024 * 1024;

    private static final String CREATE = "response.create";

    private final Ledger ledger;

    private final String uri;

    private final HttpHeaders headers;

    private final Protocol protocol;

    private final ArrayNode conversation = Json.array();

    private WebSocketTurns(Ledger ledger, FullHttpRequest handshake, Protocol protocol) {
        this.ledger = ledger;
        this.uri = handshake.uri();
        this.headers = handshake.headers().copy();
        this.protocol = protocol;
    }

    static boolean isHandshake(HttpHeaders headers) {
        return headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    /**
     * Switch protocols on the connection of a handshake.
     * @param connection the last handler of the connection
     * @param handshake the request
     * @param ledger hears of pings
     */
    static void accept(ChannelHandlerContext connection, FullHttpRequest handshake, Ledger ledger) {
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory(null, null, false, MAX_MESSAGE)
            .newHandshaker(handshake);
        if (handshaker == null) {
            WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(connection.channel());
            return;
        }
        Protocol protocol = Protocol.of(new QueryStringDecoder(handshake.uri()).path());
        WebSocketTurns turns = new WebSocketTurns(ledger, handshake, protocol);
        handshaker.handshake(connection.channel(), handshake);
        ChannelPipeline pipeline = connection.pipeline();
        pipeline.addBefore(connection.name(), null, new WebSocketFrameAggregator(MAX_MESSAGE));
        pipeline.addBefore(connection.name(), null, new WebSocketReplies(protocol));
        pipeline.addBefore(connection.name(), null, turns);
        if (protocol == Protocol.OPENAI_REALTIME) {
            turns.say(pipeline.context(turns), "session.created", "session", turns.session());
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        if (frame instanceof PingWebSocketFrame) {
            this.ledger.pinged();
            context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
        }
        else if (frame instanceof CloseWebSocketFrame) {
            context.writeAndFlush(frame.retain()).addListener((written) -> context.close());
        }
        else if (!(frame instanceof PongWebSocketFrame)) {
            message(context, frame.content().toString(StandardCharsets.UTF_8));
        }
    }

    private void message(ChannelHandlerContext context, String message) {
        if (this.protocol == Protocol.PROMPT) {
            call(context, message);
            return;
        }
        JsonNode event = Json.read(message);
        String type = event.path("type").asString("");
        if (type.equals(CREATE)) {
            call(context, Json.text((this.protocol == Protocol.OPENAI_REALTIME) ? realtime(event) : responses(event)));
        }
        else if (this.protocol != Protocol.OPENAI_REALTIME || !converses(context, type, event)) {
            say(context, "error", "status", 400, "error", Json.object("type", "invalid_request_error", "code",
                    "invalid_event", "message", "Unknown event: " + (type.isEmpty() ? "no type" : type)));
        }
    }

    private static JsonNode responses(JsonNode event) {
        ObjectNode request = ((ObjectNode) event).deepCopy();
        request.remove("type");
        return request.put("stream", true);
    }

    private ObjectNode realtime(JsonNode event) {
        JsonNode response = event.path("response");
        ObjectNode request = response.isObject() ? ((ObjectNode) response).deepCopy() : Json.node();
        if (!request.path("input").isArray()) {
            request.set("input", this.conversation.deepCopy());
        }
        return request.put("model", model()).put("stream", true);
    }

    private String model() {
        return new QueryStringDecoder(this.uri).parameters().getOrDefault("model", List.of("mock")).get(0);
    }

    private Map<String, @Nullable Object> session() {
        return Json.object("id", "sess_mock", "object", "realtime.session", "type", "realtime", "model", model());
    }

    /** What is said beside the turns of a Realtime session. */
    private boolean converses(ChannelHandlerContext context, String type, JsonNode event) {
        switch (type) {
            case "session.update" -> say(context, "session.updated", "session", session());
            case "conversation.item.create" -> {
                this.conversation.add(event.path("item"));
                say(context, "conversation.item.added", "item", event.path("item"));
                say(context, "conversation.item.done", "item", event.path("item"));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void call(ChannelHandlerContext context, String body) {
        context.fireChannelRead(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, this.uri,
                Unpooled.copiedBuffer(body, StandardCharsets.UTF_8), this.headers, EmptyHttpHeaders.INSTANCE));
    }

    private void say(ChannelHandlerContext context, String type, @Nullable Object... fields) {
        Map<String, @Nullable Object> event = Json.object("type", type);
        event.putAll(Json.object(fields));
        context.writeAndFlush(new TextWebSocketFrame(Json.text(event)));
    }

}
