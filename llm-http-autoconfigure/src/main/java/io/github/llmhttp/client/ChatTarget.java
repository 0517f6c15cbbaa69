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

import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.call.Deadline;
import io.github.llmhttp.config.ClientSettings;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One client as those see it who want an answer of it, without its fallbacks.
 */
final class ChatTarget {

    private final ClientSettings settings;

    private final ClientParts parts;

    private final CallPipeline calls;

    private final StreamPipeline streams;

    ChatTarget(ClientSettings settings, ClientParts parts, CallPipeline calls, StreamPipeline streams) {
        this.settings = settings;
        this.parts = parts;
        this.calls = calls;
        this.streams = streams;
    }

    ClientSettings settings() {
        return this.settings;
    }

    /** The limit of a call that begins now. */
    Deadline deadline(ChatRequest request) {
        return this.parts.deadline(request);
    }

    /**
     * Whether a call would be refused now, or had to wait because the provider asked for
     * it.
     */
    boolean isHeld(String rateLimit) {
        return this.parts.attempts().isHeld(rateLimit);
    }

    Mono<ChatResponse> whole(Turn turn) {
        return this.settings.isChatStreamed() ? this.streams.whole(turn) : this.calls.chat(turn);
    }

    Flux<String> text(Turn turn) {
        return this.streams.text(turn);
    }

    Flux<ChatEvent> events(Turn turn) {
        return this.streams.events(turn);
    }

    @Override
    public String toString() {
        return "ChatTarget[" + this.settings.name() + "]";
    }

}
