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
import java.util.function.Function;

import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.Usage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * A piece of an answer as it goes to the browser: {@code text} again and again, then
 * {@code done} or {@code error}.
 *
 * @param event what it is
 * @param data what it says
 */
record ChatPiece(String event, Object data) {

    static final String TEXT = "text";

    /**
     * Ask, and tell how it ends. A browser reads neither the status of a stream that
     * fails nor an error on a WebSocket, so failures are pieces, too.
     * @param prompt what the browser asks
     * @param client who answers
     * @return the pieces, without failure
     */
    static Flux<ChatPiece> stream(@Nullable String prompt, Function<ChatRequest, Flux<ChatEvent>> client) {
        return Flux.defer(() -> answer(prompt, client, new Ending()))
            .onErrorResume((error) -> Mono.just(new ChatPiece("error", Problems.of(error))));
    }

    private static Flux<ChatPiece> answer(@Nullable String prompt, Function<ChatRequest, Flux<ChatEvent>> client,
            Ending ending) {
        return request(prompt).flatMapMany(client).<ChatPiece>handle((event, sink) -> {
            if (event instanceof ChatEvent.Text text) {
                sink.next(new ChatPiece(TEXT, Map.of("text", text.text())));
            }
            else {
                ending.note(event);
            }
        }).concatWith(Mono.fromSupplier(() -> new ChatPiece("done", ending.toDone())));
    }

    static Mono<ChatRequest> request(@Nullable String prompt) {
        if (prompt == null || prompt.isBlank()) {
            return Mono.error(new ResponseStatusException(HttpStatus.BAD_REQUEST, "The prompt is missing or blank"));
        }
        return Mono.just(ChatRequest.of(prompt));
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
