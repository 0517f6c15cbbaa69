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

package io.github.llmhttp;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What is spoken in the turns of a {@link LlmWebSocketChat}.
 *
 * @param kind the form of requests and answers
 * @param path path of the endpoint, after the base URL's prefix; may have a query
 * @param endMarker message that ends the answer to a prompt, {@code null} if the answer
 * is one message
 */
public record WebSocketProtocol(Kind kind, String path, @Nullable String endMarker) {

    /**
     * Create a protocol.
     * @param kind the form of requests and answers
     * @param path path of the endpoint, after the base URL's prefix; may have a query
     * @param endMarker message that ends the answer to a prompt
     */
    public WebSocketProtocol {
        Objects.requireNonNull(kind, "The kind must not be null");
        Objects.requireNonNull(path, "The path must not be null");
    }

    /**
     * OpenAI's Responses API over WebSocket: each turn is one {@code response.create}.
     * @return the protocol at {@code /v1/responses}
     */
    public static WebSocketProtocol responses() {
        return new WebSocketProtocol(Kind.RESPONSES, "/v1/responses", null);
    }

    /**
     * OpenAI's Realtime API, text only: each turn is a response of its own outside the
     * session's conversation, so that a new connection loses nothing. The model is part
     * of the address, hence the same for all turns of a chat.
     * @return the protocol at {@code /v1/realtime}
     */
    public static WebSocketProtocol realtime() {
        return new WebSocketProtocol(Kind.REALTIME, "/v1/realtime", null);
    }

    /**
     * A server that takes a prompt as a text message and answers with one message.
     * @param path path of the endpoint, after the base URL's prefix
     * @return the protocol
     * @see #untilMarker(String)
     */
    public static WebSocketProtocol prompt(String path) {
        return new WebSocketProtocol(Kind.PROMPT, path, null);
    }

    /**
     * The same for a server that answers a prompt with any number of messages.
     * @param marker the message behind the last one, such as {@code [DONE]}
     * @return the protocol
     * @throws IllegalStateException unless it is the protocol of a prompt
     */
    public WebSocketProtocol untilMarker(String marker) {
        if (this.kind != Kind.PROMPT) {
            throw new IllegalStateException("Only the answer to a prompt ends with a marker of one's own");
        }
        return new WebSocketProtocol(this.kind, this.path, Objects.requireNonNull(marker));
    }

    /**
     * The same at another path, such as that of a gateway.
     * @param path path of the endpoint, after the base URL's prefix; may have a query
     * @return the protocol
     */
    public WebSocketProtocol at(String path) {
        return new WebSocketProtocol(this.kind, path, this.endMarker);
    }

    /**
     * Forms of requests and answers.
     */
    public enum Kind {

        /** OpenAI's Responses API. */
        RESPONSES,

        /** OpenAI's Realtime API. */
        REALTIME,

        /** Text in, text out. */
        PROMPT

    }

}
