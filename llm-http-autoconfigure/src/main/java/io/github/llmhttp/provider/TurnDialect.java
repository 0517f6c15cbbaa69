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

package io.github.llmhttp.provider;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.WebSocketProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Speaks in the turns of a WebSocket chat: one message in, any number out. Stateless.
 */
public interface TurnDialect {

    /**
     * The dialect of a protocol.
     * @param protocol the protocol
     * @return its dialect
     */
    static TurnDialect of(WebSocketProtocol protocol) {
        return switch (protocol.kind()) {
            case RESPONSES -> new ResponsesTurns();
            case REALTIME -> new RealtimeTurns();
            case PROMPT -> new PromptTurns(protocol.endMarker());
        };
    }

    /**
     * Whether the model is part of the address, and thereby of the session.
     * @return whether {@code model} is a query parameter of the handshake
     */
    boolean isModelOfSession();

    /**
     * Write the message that begins a turn.
     * @param request what the model is asked
     * @param model the client's model, used if the request names none
     * @return UTF-8
     * @throws IllegalArgumentException if the request cannot be said in this dialect, a
     * {@link MissingModelException} if all that it lacks is a model
     */
    byte[] turn(ChatRequest request, @Nullable String model);

    /**
     * Start to read the messages of a turn.
     * @return a decoder for one turn
     */
    StreamDecoder decoder();

}
