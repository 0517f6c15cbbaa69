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
 * One event of a streamed answer. An answer is any number of texts, reasoning parts and
 * tool calls, at most one usage, and a finish as its last event. Where restarts are
 * announced, each of them begins the answer anew.
 */
public sealed interface ChatEvent {

    /**
     * A piece of the answer.
     *
     * @param text the piece, never empty
     */
    record Text(String text) implements ChatEvent {

        @Override
        public String toString() {
            return "Text[<" + this.text.length() + " chars>]";
        }

    }

    /**
     * A piece of the model's reasoning.
     *
     * @param text the piece, never empty
     */
    record Reasoning(String text) implements ChatEvent {

        @Override
        public String toString() {
            return "Reasoning[<" + this.text.length() + " chars>]";
        }

    }

    /**
     * A tool that the model asks to call, with all its arguments.
     *
     * @param call the call
     */
    record Tool(ToolCall call) implements ChatEvent {
    }

    /**
     * The stream broke, and another answer begins: whatever came before belongs to one
     * that will never be complete, and is to be dropped. Only with
     * {@code streaming.restart: announce}.
     *
     * @param cause what broke the stream
     */
    record Restarted(FailureKind cause) implements ChatEvent {
    }

    /**
     * Another model or client answers than the one that was asked. The first event of the
     * answer, and only if a fallback gives it.
     *
     * @param client name of the client that answers
     * @param model the model that it was asked for; empty if none was named
     * @param cause why the one that was asked did not answer
     */
    record FellBack(String client, String model, FailureKind cause) implements ChatEvent {
    }

    /**
     * Tokens that the call is billed for.
     *
     * @param usage the tokens
     */
    record Billed(Usage usage) implements ChatEvent {
    }

    /**
     * The end of a complete answer.
     *
     * @param reason the provider's finish reason, such as {@code stop}, {@code end_turn}
     * or {@code length}; empty if the provider told none
     * @param model the model that answered, as the provider names it; empty if the
     * provider did not name it
     */
    record Finish(String reason, String model) implements ChatEvent {
    }

}
