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

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A chat whose turns share one WebSocket, which saves their handshakes and what the
 * server would have to load anew. The connection is opened with the first turn, and
 * again, between two turns, if it was lost; see {@code websocket.max-reconnects}.
 * <p>
 * Each turn is a call with all that calls have: limits of time, retries, circuit breaker,
 * listeners and meters. A turn that fails, or whose subscriber leaves, closes the
 * connection. An open chat holds one of the client's connections, see
 * {@code websocket.max-sessions}.
 */
public interface LlmWebSocketChat {

    /**
     * Name of the client.
     * @return the name
     */
    String client();

    /**
     * Take a turn. There is one at a time: a turn that is subscribed to while another one
     * runs fails at once with {@code POOL_FULL}.
     * @param request what the model is asked, with all that it has to know
     * @return text, reasoning, tool calls, usage and finish as they come
     */
    Flux<ChatEvent> events(ChatRequest request);

    /**
     * Take a turn of which the text alone is wanted.
     * @param request what the model is asked, with all that it has to know
     * @return pieces of text as they come
     */
    Flux<String> stream(ChatRequest request);

    /**
     * Take a turn of which the text alone is wanted.
     * @param prompt what the user says
     * @return pieces of text as they come
     */
    default Flux<String> stream(String prompt) {
        return Flux.defer(() -> stream(ChatRequest.of(prompt)));
    }

    /**
     * Whether there is a connection.
     * @return {@code true} from the first turn until the connection or the chat is closed
     */
    boolean isOpen();

    /**
     * Close in order. Turns that are taken later fail.
     * @return completes when the connection is closed, after
     * {@code websocket.close-timeout} at last
     */
    Mono<Void> close();

}
