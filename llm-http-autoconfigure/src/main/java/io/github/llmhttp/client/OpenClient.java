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

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.config.ClientSettings;
import io.github.llmhttp.health.ClientHealth;
import io.github.llmhttp.websocket.WebSocketNumbers;
import reactor.core.publisher.Mono;

/**
 * A client together with what it takes to close it.
 */
public interface OpenClient {

    /**
     * The client.
     * @return what the application uses
     */
    LlmWebClient client();

    /**
     * What it was built from.
     * @return its effective settings
     */
    ClientSettings settings();

    /**
     * What is remembered of the client and its endpoint. Calls nobody.
     * @return the facts
     */
    ClientHealth health();

    /**
     * What its transport does now. Calls nobody.
     * @return the state
     */
    TransportState transport();

    /**
     * What its WebSocket sessions have done. Calls nobody.
     * @return the numbers
     */
    WebSocketNumbers webSockets();

    /**
     * Close all circuit breakers of the client and forget what they have counted.
     */
    void resetCircuitBreakers();

    /**
     * Close all connections that are unused at this moment.
     * @return how many there are
     */
    int evictIdleConnections();

    /**
     * Fail a call that is under way with {@code CANCELLED}.
     * @param id its number
     * @return whether it was under way
     */
    boolean cancel(long id);

    /**
     * Refuse new calls, give running ones {@code shutdown.grace-period}, then close all
     * connections. May be subscribed to more than once.
     * @return completes when all is closed
     */
    Mono<Void> close();

}
