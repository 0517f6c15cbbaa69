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

import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Calls one configured LLM endpoint over its own pool of connections. Safe for use by any
 * number of threads. Nothing is sent before subscription, and each subscription is a call
 * of its own; cancelling one closes its connection. Failures are
 * {@link LlmHttpException}s.
 */
public interface LlmWebClient {

    /**
     * Name of the client: the last part of {@code llm.http.clients.<name>}, or
     * {@code default}.
     * @return the name
     */
    String name();

    /**
     * Ask for a whole answer.
     * @param request what the model is asked
     * @return the answer
     */
    Mono<ChatResponse> chat(ChatRequest request);

    /**
     * Ask for the text of a whole answer.
     * @param prompt what the user says
     * @return the text
     */
    default Mono<String> chat(String prompt) {
        return Mono.defer(() -> chat(ChatRequest.of(prompt))).map(ChatResponse::text);
    }

    /**
     * Stream the text of an answer. Completes only if the answer is complete; one that
     * breaks off fails with {@link FailureKind#TRUNCATED}.
     * @param request what the model is asked
     * @return pieces of text as they come
     */
    Flux<String> stream(ChatRequest request);

    /**
     * Stream the text of an answer.
     * @param prompt what the user says
     * @return pieces of text as they come
     */
    default Flux<String> stream(String prompt) {
        return Flux.defer(() -> stream(ChatRequest.of(prompt)));
    }

    /**
     * Stream all events of an answer: text, reasoning, tool calls, usage and finish.
     * @param request what the model is asked
     * @return events as they come
     */
    Flux<ChatEvent> events(ChatRequest request);

    /**
     * Send JSON to any path of the endpoint, such as {@code /v1/embeddings}.
     * @param path the path, after the base URL's prefix
     * @param body anything that Jackson can write
     * @param type type of the answer, {@code String.class} for the JSON text
     * @param <T> type of the answer
     * @return the answer
     */
    <T> Mono<T> post(String path, Object body, Class<T> type);

    /**
     * Stream the raw payloads of any SSE or NDJSON endpoint. Completes when the response
     * ends; the end marker {@code [DONE]} is not delivered.
     * @param path the path, after the base URL's prefix
     * @param body anything that Jackson can write
     * @return payloads as they come
     */
    Flux<String> streamData(String path, Object body);

    /**
     * Prepare a WebSocket to any path of the endpoint. Nothing is opened before it is
     * used.
     * @param path the path, after the base URL's prefix; may have a query
     * @return a session, to be closed by the caller
     */
    LlmWebSocketSession webSocket(String path);

    /**
     * Prepare a chat whose turns share a WebSocket. Nothing is opened before the first
     * turn.
     * @param protocol what the server speaks
     * @return a chat, to be closed by the caller
     */
    LlmWebSocketChat webSocketChat(WebSocketProtocol protocol);

    /**
     * Ask the endpoint now whether it is well. Takes no user permit and fails never.
     * @return what was seen
     */
    Mono<EndpointHealth> probe();

    /**
     * State of the pool at this moment.
     * @return the numbers
     */
    PoolStats poolStats();

    /**
     * A WebClient on the same connections, base URL, headers and key, for anything that
     * is not modelled here.
     * @return the WebClient
     */
    WebClient webClient();

}
