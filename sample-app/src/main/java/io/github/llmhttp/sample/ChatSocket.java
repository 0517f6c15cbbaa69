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

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebSocketChat;
import io.github.llmhttp.WebSocketProtocol;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * The chat over WebSocket, on both sides: while a browser is here, its questions go to
 * the provider over one connection. A message {@code {"turn": 1, "prompt": "..."}} is
 * answered with the {@link ChatPiece pieces} of its answer, each with the number of the
 * turn; {@code {"stop": true}}, another prompt or the browser's leaving ends the one that
 * runs.
 */
@Component
class ChatSocket implements WebSocketHandler {

    private final LlmWebClient llm;

    private final JsonMapper json;

    ChatSocket(LlmWebClient llm, JsonMapper json) {
        this.llm = llm;
        this.json = json;
    }

    @Override
    public Mono<Void> handle(WebSocketSession browser) {
        return Mono.usingWhen(Mono.fromSupplier(() -> this.llm.webSocketChat(WebSocketProtocol.responses())),
                (chat) -> browser.send(answers(browser, chat)), LlmWebSocketChat::close);
    }

    private Flux<WebSocketMessage> answers(WebSocketSession browser, LlmWebSocketChat chat) {
        return browser.receive()
            .map(WebSocketMessage::getPayloadAsText)
            .map(this::message)
            .switchMap((message) -> message.isStop() ? Flux.empty() : turn(message, chat))
            .takeUntilOther(browser.closeStatus())
            .map((piece) -> browser.textMessage(this.json.writeValueAsString(piece)));
    }

    private static Flux<TurnPiece> turn(Message message, LlmWebSocketChat chat) {
        return ChatPiece.stream(message.prompt(), chat::events)
            .map((piece) -> new TurnPiece(message.turn(), piece.event(), piece.data()));
    }

    private Message message(String text) {
        try {
            return this.json.readValue(text, Message.class);
        }
        catch (JacksonException ex) {
            // Answered like one without prompt
            return new Message(null, null, null);
        }
    }

    record Message(@Nullable Integer turn, @Nullable String prompt, @Nullable Boolean stop) {

        boolean isStop() {
            return Boolean.TRUE.equals(this.stop);
        }

    }

    record TurnPiece(@Nullable Integer turn, String event, Object data) {
    }

}
