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
 * A WebSocket to one path of the client's endpoint, for whatever is spoken there. It is
 * opened when it is used for the first time, and never again: whoever wants to go on
 * after its end asks the client for another one. Safe for use by any number of threads.
 * <p>
 * An open session holds one of the client's connections, see
 * {@code websocket.max-sessions}. Failures are {@link LlmHttpException}s; one that the
 * server closed with another code than 1000 fails with code and reason.
 */
public interface LlmWebSocketSession {

    /**
     * Name of the client.
     * @return the name
     */
    String client();

    /**
     * Open the session now, unless it is open.
     * @return completes when messages can be sent; may be tried again after a failure
     */
    Mono<Void> open();

    /**
     * Send a text message.
     * @param message the text
     * @return completes when it is written; fails with {@code POOL_FULL} if
     * {@code websocket.send-queue} messages wait to be written
     */
    Mono<Void> send(String message);

    /**
     * Send JSON as a text message.
     * @param message anything that Jackson can write
     * @return completes when it is written
     */
    Mono<Void> sendJson(Object message);

    /**
     * Receive messages, as fast as they are asked for and no faster; those that came
     * before are kept. There is one subscriber at a time; leaving does not close.
     * @return messages as they come; completes when this side or the server has closed
     * the session in order
     */
    Flux<String> receive();

    /**
     * Whether messages can be sent.
     * @return {@code true} from the handshake until one side begins to close
     */
    boolean isOpen();

    /**
     * Close in order, with code 1000, and wait for the server to agree, for
     * {@code websocket.close-timeout} at most.
     * @return completes when the connection is closed
     */
    default Mono<Void> close() {
        return close(1000, "");
    }

    /**
     * Close in order, and wait for the server to agree.
     * @param code 1000, 1001, or one of 3000 to 4999 (RFC 6455, section 7.4)
     * @param reason what to tell the server, 123 bytes of UTF-8 at most
     * @return completes when the connection is closed
     * @throws IllegalArgumentException if code or reason may not be sent
     */
    Mono<Void> close(int code, String reason);

}
