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
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Writes answers in the format of a provider.
 */
interface Dialect {

    /**
     * The content type of a stream.
     * @return the content type
     */
    default String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    /**
     * The answer as a stream.
     * @param answer the answer
     * @return the steps of the body
     */
    List<Steps.Step> stream(Answer answer);

    /**
     * The answer as a whole.
     * @param answer the answer
     * @return the JSON object
     */
    Map<String, @Nullable Object> whole(Answer answer);

    /**
     * The body of an error response.
     * @param type the type of the error
     * @param message its message
     * @param requestId the id that the provider gave the request
     * @return the JSON object
     */
    Map<String, @Nullable Object> error(String type, String message, String requestId);

    /**
     * The header in which the provider tells the id of the request.
     * @return the name of the header
     */
    default String requestIdHeader() {
        return "x-request-id";
    }

    /**
     * A sign of life between two tokens.
     * @return the bytes of the event
     */
    default String ping() {
        return ": ping\n\n";
    }

    static Dialect of(Protocol protocol) {
        return switch (protocol) {
            case OPENAI_EMBEDDINGS -> new EmbeddingsDialect();
            case OPENAI_RESPONSES, OPENAI_REALTIME -> new OpenAiResponsesDialect();
            case PROMPT -> new PromptDialect();
            case ANTHROPIC_MESSAGES -> new AnthropicDialect();
            case OLLAMA_CHAT -> new OllamaDialect(true);
            case OLLAMA_GENERATE -> new OllamaDialect(false);
            default -> new OpenAiChatDialect();
        };
    }

}
