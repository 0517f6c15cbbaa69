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

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A reply of the model to one call, with everything filled in that the script left open.
 *
 * @param reply the reply
 * @param call the call
 * @param created when the answer was made
 */
record Answer(Reply reply, RecordedCall call, Instant created) {

    /**
     * An id that is the same in each run.
     * @param prefix what the provider puts before its ids
     * @return the id
     */
    String id(String prefix) {
        return "%smock%08d".formatted(prefix, this.call.number());
    }

    String model() {
        String model = this.reply.model();
        return (model != null) ? model : this.call.model();
    }

    String text() {
        return String.join("", this.reply.textTokens());
    }

    @Nullable String reasoning() {
        return this.reply.reasoningTokens().isEmpty() ? null : String.join("", this.reply.reasoningTokens());
    }

    List<Reply.ToolCall> toolCalls() {
        return this.reply.toolCalls();
    }

    @Nullable String finishReason() {
        return this.reply.finishReason();
    }

    Reply.@Nullable ErrorDetail error() {
        return this.reply.error();
    }

    int reasoningTokens() {
        return this.reply.reasoningTokens().size();
    }

    int inputTokens() {
        Reply.Usage usage = this.reply.usage();
        return (usage != null) ? usage.inputTokens() : Math.max(1, this.call.prompt().split("\\s+").length);
    }

    int outputTokens() {
        Reply.Usage usage = this.reply.usage();
        return (usage != null) ? usage.outputTokens() : this.reply.tokens();
    }

    /**
     * Whether the stream is an error from its first event on.
     * @return {@code true} if nothing but an error is to be sent
     */
    boolean isErrorOnly() {
        return error() != null && this.reply.tokens() == 0;
    }

    JsonNode request() {
        return this.call.json();
    }

}
