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

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns replies, which are written as if they were responses, into messages: one for each
 * event of a stream, one for the error that a status means.
 */
final class WebSocketReplies extends ChannelOutboundHandlerAdapter {

    private static final String DATA = "data: ";

    private static final int OK = 200;

    private static final int INTERNAL_ERROR = 1011;

    private final Protocol protocol;

    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

    private int status;

    WebSocketReplies(Protocol protocol) {
        this.protocol = protocol;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse head) {
            this.status = head.status().code();
            this.rest.reset();
            promise.setSuccess();
        }
        else if (message instanceof HttpContent content) {
            byte[] bytes = ByteBufUtil.getBytes(content.content());
            content.release();
            write(context, frames(bytes, content instanceof LastHttpContent), promise);
        }
        else {
            context.write(message, promise);
        }
    }

    private static void write(ChannelHandlerContext context, List<WebSocketFrame> frames, ChannelPromise promise) {
        if (frames.isEmpty()) {
            promise.setSuccess();
            return;
        }
        WebSocketFrame last = frames.remove(frames.size() - 1);
        frames.forEach(context::write);
        context.write(last, promise);
    }

    private List<WebSocketFrame> frames(byte[] bytes, boolean last) {
        List<WebSocketFrame> frames = new ArrayList<>();
        this.rest.writeBytes(bytes);
        if (this.status != OK) {
            if (last) {
                frames.add(error());
            }
            return frames;
        }
        if (this.protocol != Protocol.PROMPT) {
            cut(frames);
        }
        else if (bytes.length > 0) {
            boolean ping = new String(bytes, StandardCharsets.UTF_8).equals(new PromptDialect().ping());
            frames.add(ping ? new PingWebSocketFrame() : text(bytes));
            this.rest.reset();
        }
        return frames;
    }

    private WebSocketFrame error() {
        if (this.protocol == Protocol.PROMPT) {
            return new CloseWebSocketFrame(INTERNAL_ERROR, "status " + this.status);
        }
        Map<String, @Nullable Object> event = Json.object("type", "error", "status", this.status, "error",
                Json.read(this.rest.toString(StandardCharsets.UTF_8)).path("error"));
        return text(Json.text(event).getBytes(StandardCharsets.UTF_8));
    }

    /** A byte for a character, so that what is no UTF-8 stays so. */
    private void cut(List<WebSocketFrame> frames) {
        String stream = this.rest.toString(StandardCharsets.ISO_8859_1);
        int from = 0;
        int end = stream.indexOf("\n\n");
        while (end >= 0) {
            String event = stream.substring(from, end);
            int data = event.indexOf(DATA);
            if (data >= 0) {
                add(frames, event.substring(data + DATA.length()).getBytes(StandardCharsets.ISO_8859_1));
            }
            else {
                frames.add(new PingWebSocketFrame());
            }
            from = end + 2;
            end = stream.indexOf("\n\n", from);
        }
        this.rest.reset();
        this.rest.writeBytes(stream.substring(from).getBytes(StandardCharsets.ISO_8859_1));
    }

    private void add(List<WebSocketFrame> frames, byte[] event) {
        if (this.protocol != Protocol.OPENAI_REALTIME) {
            frames.add(text(event));
            return;
        }
        JsonNode json = Json.read(new String(event, StandardCharsets.UTF_8));
        JsonNode realtime = json.isObject() ? realtime((ObjectNode) json) : json;
        if (realtime != null) {
            frames.add(json.isObject() ? text(Json.text(realtime).getBytes(StandardCharsets.UTF_8)) : text(event));
        }
    }

    /**
     * The events of Realtime are those of Responses but for begin and end.
     * @return the event, {@code null} if Realtime has none
     */
    private static @Nullable JsonNode realtime(ObjectNode event) {
        return switch (event.path("type").asString("")) {
            case "response.in_progress" -> null;
            case "response.completed", "response.incomplete", "response.failed" -> done(event);
            case "error" -> Json.node()
                .put("type", "error")
                .set("error",
                        Json.node()
                            .put("type", event.path("code").asString("server_error"))
                            .put("message", event.path("message").asString("")));
            default -> event;
        };
    }

    private static JsonNode done(ObjectNode event) {
        ObjectNode response = (ObjectNode) event.path("response");
        ObjectNode details = Json.node().put("type", response.path("status").asString(""));
        details.set("reason", response.path("incomplete_details").path("reason"));
        details.set("error", response.path("error"));
        response.set("status_details", details);
        response.remove(List.of("incomplete_details", "error"));
        return event.put("type", "response.done");
    }

    private static TextWebSocketFrame text(byte[] bytes) {
        return new TextWebSocketFrame(true, 0, Unpooled.wrappedBuffer(bytes));
    }

}
