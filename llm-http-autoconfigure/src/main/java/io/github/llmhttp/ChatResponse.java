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

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A whole answer.
 *
 * @param text the text; empty if the model only called tools
 * @param reasoning the model's reasoning, as far as the provider shows it; empty if not
 * @param toolCalls tools that the model asks to call
 * @param finishReason the provider's finish reason; empty if the provider told none
 * @param model the model that answered, as the provider names it
 * @param id the provider's id of the answer; empty if it has none
 * @param usage tokens that the call is billed for, if the provider told
 * @param client name of the client that answered; empty before it is known
 * @param endpoint host and port that answered; empty before they are known
 */
public record ChatResponse(String text, String reasoning, List<ToolCall> toolCalls, String finishReason, String model,
        String id, @Nullable Usage usage, String client, String endpoint) {

    /**
     * The finish reason of an answer that was cut off by {@code timeout.call}, with
     * {@code timeout.on-call-timeout: partial}. No provider uses it.
     */
    public static final String TIMED_OUT = "llm-http-timeout";

    public ChatResponse {
        toolCalls = List.copyOf(toolCalls);
    }

    /**
     * What a provider says, which knows nothing of clients.
     * @param text the text; empty if the model only called tools
     * @param reasoning the model's reasoning, as far as the provider shows it
     * @param toolCalls tools that the model asks to call
     * @param finishReason the provider's finish reason; empty if the provider told none
     * @param model the model that answered, as the provider names it
     * @param id the provider's id of the answer; empty if it has none
     * @param usage tokens that the call is billed for, if the provider told
     */
    public ChatResponse(String text, String reasoning, List<ToolCall> toolCalls, String finishReason, String model,
            String id, @Nullable Usage usage) {
        this(text, reasoning, toolCalls, finishReason, model, id, usage, "", "");
    }

    /**
     * The same answer, which tells who gave it.
     * @param client name of the client
     * @param endpoint host and port
     * @return a copy
     */
    public ChatResponse from(String client, String endpoint) {
        return new ChatResponse(this.text, this.reasoning, this.toolCalls, this.finishReason, this.model, this.id,
                this.usage, client, endpoint);
    }

    /**
     * Whether the answer was cut off by {@code timeout.call}.
     * @return whether more would have come
     */
    public boolean isPartial() {
        return TIMED_OUT.equals(this.finishReason);
    }

    @Override
    public String toString() {
        return "ChatResponse[text=<" + this.text.length() + " chars>, reasoning=<" + this.reasoning.length()
                + " chars>, toolCalls=" + this.toolCalls + ", finishReason=" + this.finishReason + ", model="
                + this.model + ", id=" + this.id + ", usage=" + this.usage + ", client=" + this.client + ", endpoint="
                + this.endpoint + "]";
    }

}
