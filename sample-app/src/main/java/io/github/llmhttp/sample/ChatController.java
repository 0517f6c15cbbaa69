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

import java.util.Map;

import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.Usage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

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
        return request(question.prompt()).flatMap(this.llm::chat).map(Answer::of);
    }

    /**
     * An {@code EventSource} can read neither a status nor the body of an error, so
     * failures are events too. When the browser leaves, the subscription is cancelled,
     * and with it the call to the provider.
     */
    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> stream(@RequestParam(required = false) @Nullable String prompt,
            ServerHttpResponse response) {
        response.getHeaders().setCacheControl("no-store");
        response.getHeaders().set("X-Accel-Buffering", "no");
        return Flux.defer(() -> answer(prompt, new Ending()))
            .onErrorResume((error) -> Mono.just(event("error", Problems.of(error))));
    }

    private Flux<ServerSentEvent<Object>> answer(@Nullable String prompt, Ending ending) {
        return request(prompt).flatMapMany(this.llm::events).<ServerSentEvent<Object>>handle((event, sink) -> {
            if (event instanceof ChatEvent.Text text) {
                sink.next(ServerSentEvent.<Object>builder(Map.of("text", text.text())).build());
            }
            else {
                ending.note(event);
            }
        }).concatWith(Mono.fromSupplier(() -> event("done", ending.toDone())));
    }

    private static Mono<ChatRequest> request(@Nullable String prompt) {
        if (prompt == null || prompt.isBlank()) {
            return Mono.error(new ResponseStatusException(HttpStatus.BAD_REQUEST, "The prompt is missing or blank"));
        }
        return Mono.just(ChatRequest.of(prompt));
    }

    private static ServerSentEvent<Object> event(String name, Object data) {
        return ServerSentEvent.builder(data).event(name).build();
    }

    record Question(@Nullable String prompt) {
    }

    record Answer(String text, String model, String finishReason, @Nullable Usage usage) {

        static Answer of(ChatResponse response) {
            return new Answer(response.text(), response.model(), response.finishReason(), response.usage());
        }

    }

    record Done(String model, String finishReason, @Nullable Usage usage) {
    }

    /**
     * What a stream tells besides its text, collected until its end.
     */
    private static final class Ending {

        private String model = "";

        private String finishReason = "";

        private @Nullable Usage usage;

        void note(ChatEvent event) {
            if (event instanceof ChatEvent.Billed billed) {
                this.usage = billed.usage();
            }
            else if (event instanceof ChatEvent.Finish finish) {
                this.model = finish.model();
                this.finishReason = finish.reason();
            }
        }

        Done toDone() {
            return new Done(this.model, this.finishReason, this.usage);
        }

    }

}
