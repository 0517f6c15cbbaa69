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

package io.github.llmhttp.test;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What a call asks for, found out by its path. Only the end of the path counts, so that
 * prefixes such as {@code /proxy} or Azure's {@code /openai/deployments/x} are fine.
 */
public enum Protocol {

    /**
     * OpenAI chat completions, {@code POST .../chat/completions}.
     */
    OPENAI_CHAT("/chat/completions"),

    /**
     * OpenAI Responses, {@code POST .../responses}.
     */
    OPENAI_RESPONSES("/responses"),

    /**
     * OpenAI embeddings, {@code POST .../embeddings}.
     */
    OPENAI_EMBEDDINGS("/embeddings"),

    /**
     * Anthropic Messages, {@code POST .../v1/messages}.
     */
    ANTHROPIC_MESSAGES("/v1/messages"),

    /**
     * Ollama chat, {@code POST .../api/chat}.
     */
    OLLAMA_CHAT("/api/chat"),

    /**
     * Ollama generate, {@code POST .../api/generate}.
     */
    OLLAMA_GENERATE("/api/generate"),

    /**
     * OpenAI Realtime, text only, over WebSocket: {@code .../realtime?model=...}.
     */
    OPENAI_REALTIME("/realtime"),

    /**
     * A prompt as a text message over WebSocket: {@code .../ws} and {@code .../prompt}.
     */
    PROMPT("/prompt"),

    /**
     * List of models, {@code GET .../v1/models}.
     */
    MODELS("/v1/models"),

    /**
     * Health of vLLM, {@code GET|HEAD .../health}.
     */
    HEALTH("/health"),

    /**
     * Version of Ollama, {@code GET|HEAD .../api/version}.
     */
    VERSION("/api/version"),

    /**
     * {@code GET|HEAD /}.
     */
    ROOT("/"),

    /**
     * Any other path or method.
     */
    OTHER(null);

    private final @Nullable String pathEnd;

    Protocol(@Nullable String pathEnd) {
        this.pathEnd = pathEnd;
    }

    /**
     * Whether a call only looks whether the server is there. Replies that are scripted
     * without a condition are not used up by probes.
     * @return {@code true} for models, health, version and root
     */
    public boolean isProbe() {
        return this == MODELS || this == HEALTH || this == VERSION || this == ROOT;
    }

    private boolean isWebSocketOnly() {
        return this == OPENAI_REALTIME || this == PROMPT;
    }

    /** What is spoken on a WebSocket. */
    static Protocol of(String path) {
        for (Protocol protocol : List.of(OPENAI_RESPONSES, OPENAI_REALTIME, PROMPT)) {
            if (protocol.matches(path)) {
                return protocol;
            }
        }
        return path.endsWith("/ws") ? PROMPT : OTHER;
    }

    static Protocol of(String method, String path) {
        boolean post = method.toUpperCase(Locale.ROOT).equals("POST");
        for (Protocol protocol : values()) {
            if (post != protocol.isProbe() && !protocol.isWebSocketOnly() && protocol.matches(path)) {
                return protocol;
            }
        }
        return OTHER;
    }

    private boolean matches(String path) {
        if (this.pathEnd == null) {
            return false;
        }
        return (this == ROOT) ? path.equals(this.pathEnd) : path.endsWith(this.pathEnd);
    }

}
