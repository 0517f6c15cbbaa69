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

/**
 * What a call asks a client for.
 */
public enum CallOperation {

    /** A whole answer: {@link LlmWebClient#chat(ChatRequest)}. */
    CHAT("chat"),

    /** The text of an answer: {@link LlmWebClient#stream(ChatRequest)}. */
    STREAM("stream"),

    /** The events of an answer: {@link LlmWebClient#events(ChatRequest)}. */
    EVENTS("events"),

    /** Any JSON: {@link LlmWebClient#post(String, Object, Class)}. */
    POST("post"),

    /** Any stream: {@link LlmWebClient#streamData(String, Object)}. */
    STREAM_DATA("stream-data"),

    /** Any request through {@link LlmWebClient#webClient()}. */
    WEB_CLIENT("web-client"),

    /** The begin of a session: {@link LlmWebClient#webSocket(String)}. */
    WEB_SOCKET("web-socket");

    private final String id;

    CallOperation(String id) {
        this.id = id;
    }

    /**
     * The name that logs, observations and Actuator use.
     * @return the name in lower case
     */
    public String id() {
        return this.id;
    }

}
