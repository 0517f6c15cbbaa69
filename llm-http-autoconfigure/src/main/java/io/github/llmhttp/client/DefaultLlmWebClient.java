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

import java.util.function.Function;
import java.util.function.Supplier;

import io.github.llmhttp.CallOperation;
import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebSocketChat;
import io.github.llmhttp.LlmWebSocketSession;
import io.github.llmhttp.PoolStats;
import io.github.llmhttp.WebSocketProtocol;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.client.WebClient;

/**
 * The client: each method is one pipeline.
 */
final class DefaultLlmWebClient implements LlmWebClient {

    private final String name;

    private final FollowedCalls followed;

    private final Function<ChatRequest, String> model;

    private final Fallbacks chats;

    private final CallPipeline calls;

    private final StreamPipeline streams;

    private final Probers probers;

    private final Supplier<PoolStats> stats;

    private final WebClient webClient;

    private final Handshakes handshakes;

    private volatile boolean closed;

    DefaultLlmWebClient(String name, FollowedCalls followed, Function<ChatRequest, String> model, Fallbacks chats,
            CallPipeline calls, StreamPipeline streams, Probers probers, Supplier<PoolStats> stats, WebClient webClient,
            Handshakes handshakes) {
        this.name = name;
        this.followed = followed;
        this.model = model;
        this.chats = chats;
        this.calls = calls;
        this.streams = streams;
        this.probers = probers;
        this.stats = stats;
        this.webClient = webClient;
        this.handshakes = handshakes;
    }

    @Override
    public String name() {
        return this.name;
    }

    @Override
    public Mono<ChatResponse> chat(ChatRequest request) {
        return this.followed.one(CallOperation.CHAT, this.model.apply(request),
                (call) -> this.chats.whole(call, request));
    }

    @Override
    public Flux<String> stream(ChatRequest request) {
        return this.followed.many(CallOperation.STREAM, this.model.apply(request),
                (call) -> this.chats.text(call, request));
    }

    @Override
    public Flux<ChatEvent> events(ChatRequest request) {
        return this.followed.many(CallOperation.EVENTS, this.model.apply(request),
                (call) -> this.chats.events(call, request));
    }

    @Override
    public <T> Mono<T> post(String path, Object body, Class<T> type) {
        return this.followed.one(CallOperation.POST, "", (call) -> this.calls.post(call, path, body, type));
    }

    @Override
    public Flux<String> streamData(String path, Object body) {
        return this.followed.many(CallOperation.STREAM_DATA, "", (call) -> this.streams.data(call, path, body));
    }

    @Override
    public LlmWebSocketSession webSocket(String path) {
        return new DefaultWebSocketSession(this.followed, this.handshakes, path);
    }

    @Override
    public LlmWebSocketChat webSocketChat(WebSocketProtocol protocol) {
        return new DefaultWebSocketChat(this.followed, this.handshakes, protocol);
    }

    @Override
    public Mono<EndpointHealth> probe() {
        return Mono.defer(() -> this.closed ? this.probers.closed() : this.probers.probe());
    }

    void closed() {
        this.closed = true;
    }

    @Override
    public PoolStats poolStats() {
        return this.stats.get();
    }

    @Override
    public WebClient webClient() {
        return this.webClient;
    }

    @Override
    public String toString() {
        return "LlmWebClient[" + this.name + "]";
    }

}
