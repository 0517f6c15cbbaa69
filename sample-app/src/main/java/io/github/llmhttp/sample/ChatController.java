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

package io.github.llmhttp.sample;

import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.Usage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The two ways to ask: for a whole answer, and for a stream.
 */
@RestController
@RequestMapping("/api/chat")
class ChatController {

    private final LlmWebClient llm;

    ChatController(LlmWebClient llm) {
        this.llm = llm;
    }

    @PostMapping
    Mono<Answer> chat(@RequestBody Question question) {
        return ChatPiece.request(question.prompt()).flatMap(this.llm::chat).map(Answer::of);
    }

    /**
     * When the browser leaves, the subscription is cancelled, and with it the call to the
     * provider.
     */
    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> stream(@RequestParam(required = false) @Nullable String prompt,
            ServerHttpResponse response) {
        response.getHeaders().setCacheControl("no-store");
        response.getHeaders().set("X-Accel-Buffering", "no");
        return ChatPiece.stream(prompt, this.llm::events).map(ChatController::event);
    }

    /** Without a name it is what an {@code EventSource} calls a message. */
    private static ServerSentEvent<Object> event(ChatPiece piece) {
        ServerSentEvent.Builder<Object> event = ServerSentEvent.builder(piece.data());
        return piece.event().equals(ChatPiece.TEXT) ? event.build() : event.event(piece.event()).build();
    }

    record Question(@Nullable String prompt) {
    }

    record Answer(String text, String model, String finishReason, @Nullable Usage usage) {

        static Answer of(ChatResponse response) {
            return new Answer(response.text(), response.model(), response.finishReason(), response.usage());
        }

    }

}
