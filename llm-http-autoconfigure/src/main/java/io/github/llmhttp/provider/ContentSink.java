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

package io.github.llmhttp.provider;

import io.github.llmhttp.ToolCall;
import io.github.llmhttp.Usage;

/**
 * Receives what a provider's stream means.
 */
public interface ContentSink {

    /**
     * Whether {@link #text} is all that is wanted of the content, so that the decoder
     * need not build the rest.
     * @return whether reasoning and tool calls are ignored
     */
    boolean isTextOnly();

    /**
     * A piece of the answer.
     * @param text the piece, not empty
     */
    void text(String text);

    /**
     * A piece of the reasoning.
     * @param text the piece, not empty
     */
    void reasoning(String text);

    /**
     * Content has come that is not delivered by itself, such as a part of a tool call's
     * arguments, or reasoning while only text is wanted.
     */
    void progress();

    /**
     * A tool call with all its arguments.
     * @param call the call
     */
    void toolCall(ToolCall call);

    /**
     * Tokens that the call is billed for; a later one replaces an earlier one.
     * @param usage the tokens
     */
    void usage(Usage usage);

    /**
     * The finish reason: the answer is complete, the end marker may follow.
     * @param reason the provider's word
     */
    void finish(String reason);

    /**
     * The model and id of the answer, once they are known.
     * @param model the model, empty if unknown
     * @param id the answer's id, empty if unknown
     */
    void identity(String model, String id);

    /**
     * The end marker: nothing follows.
     */
    void end();

    /**
     * An error inside the stream: nothing follows.
     * @param error what the provider says
     */
    void error(ProviderError error);

}
