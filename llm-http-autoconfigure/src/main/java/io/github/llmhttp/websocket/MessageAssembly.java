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

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Puts the fragments of a message together (RFC 6455, section 5.4). Netty has checked
 * their order.
 */
final class MessageAssembly {

    private final long limit;

    private @Nullable ByteArrayOutputStream begun;

    MessageAssembly(long limit) {
        this.limit = limit;
    }

    /**
     * Add a frame of data.
     * @param frame the frame, which stays the caller's
     * @return the message, {@code null} if more of it is to come
     * @throws WebSocketException if it is too large
     */
    byte @Nullable [] add(WebSocketFrame frame) throws WebSocketException {
        ByteBuf content = frame.content();
        ByteArrayOutputStream before = this.begun;
        long size = content.readableBytes() + (long) ((before != null) ? before.size() : 0);
        if (size > this.limit) {
            throw WebSocketException.of(WebSocketException.Problem.TOO_LARGE);
        }
        byte[] bytes = ByteBufUtil.getBytes(content);
        if (before == null && frame.isFinalFragment()) {
            return text(bytes);
        }
        ByteArrayOutputStream message = (before != null) ? before : new ByteArrayOutputStream(bytes.length);
        message.writeBytes(bytes);
        this.begun = frame.isFinalFragment() ? null : message;
        return frame.isFinalFragment() ? text(message.toByteArray()) : null;
    }

    /** Some servers send their JSON as binary messages; it is text all the same. */
    private static byte[] text(byte[] message) throws WebSocketException {
        if (!ByteBufUtil.isText(Unpooled.wrappedBuffer(message), StandardCharsets.UTF_8)) {
            throw new WebSocketException(WebSocketException.Problem.PROTOCOL, CloseCode.NOT_UTF8, "", null);
        }
        return message;
    }

}
