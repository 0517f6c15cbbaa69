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
 * One message of a conversation.
 *
 * @param role who speaks
 * @param parts what is said: texts and images, in order
 * @param toolCalls tools that the assistant asked to call
 * @param toolCallId for a tool's result, the id of the call that it answers
 */
public record ChatMessage(Role role, List<ContentPart> parts, List<ToolCall> toolCalls, @Nullable String toolCallId) {

    public ChatMessage {
        parts = List.copyOf(parts);
        toolCalls = List.copyOf(toolCalls);
    }

    /**
     * Instructions to the model.
     * @param text the instructions
     * @return a message
     */
    public static ChatMessage system(String text) {
        return new ChatMessage(Role.SYSTEM, List.of(new ContentPart.Text(text)), List.of(), null);
    }

    /**
     * What the user says.
     * @param text the text
     * @return a message
     */
    public static ChatMessage user(String text) {
        return new ChatMessage(Role.USER, List.of(new ContentPart.Text(text)), List.of(), null);
    }

    /**
     * What the user says and shows.
     * @param parts texts and images, in order
     * @return a message
     */
    public static ChatMessage user(ContentPart... parts) {
        return new ChatMessage(Role.USER, List.of(parts), List.of(), null);
    }

    /**
     * What the model said before.
     * @param text the text
     * @param toolCalls tools that it asked to call
     * @return a message
     */
    public static ChatMessage assistant(String text, ToolCall... toolCalls) {
        return new ChatMessage(Role.ASSISTANT, text.isEmpty() ? List.of() : List.of(new ContentPart.Text(text)),
                List.of(toolCalls), null);
    }

    /**
     * The result of a tool.
     * @param toolCallId id of the call that it answers
     * @param result the result
     * @return a message
     */
    public static ChatMessage tool(String toolCallId, String result) {
        return new ChatMessage(Role.TOOL, List.of(new ContentPart.Text(result)), List.of(), toolCallId);
    }

    /**
     * All texts of the message, one after another.
     * @return the text
     */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (ContentPart part : this.parts) {
            if (part instanceof ContentPart.Text piece) {
                text.append(piece.text());
            }
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return "ChatMessage[" + this.role + ", " + this.parts.size() + " parts, " + this.toolCalls.size()
                + " tool calls]";
    }

    /**
     * Who speaks.
     */
    public enum Role {

        /** Instructions to the model. */
        SYSTEM,

        /** The user. */
        USER,

        /** The model. */
        ASSISTANT,

        /** A tool that the model called. */
        TOOL

    }

}
