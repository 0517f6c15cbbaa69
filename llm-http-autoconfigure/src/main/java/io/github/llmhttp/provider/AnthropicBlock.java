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

import org.jspecify.annotations.Nullable;

/**
 * One block of the content of Anthropic's Messages API, whole or as a stream begins it.
 *
 * @param isToolUse whether it is a call of a tool that is ours to run
 * @param id the call's id
 * @param name the tool's name
 * @param input the tool's arguments as far as they are known
 * @param text text of the answer
 * @param thinking text of the reasoning
 */
record AnthropicBlock(boolean isToolUse, @Nullable String id, @Nullable String name, @Nullable String input,
        @Nullable String text, @Nullable String thinking) {

    private static final byte[] TYPE = JsonCursor.name("type");

    private static final byte[] TOOL_USE = JsonCursor.name("tool_use");

    private static final byte[] ID = JsonCursor.name("id");

    private static final byte[] NAME = JsonCursor.name("name");

    private static final byte[] INPUT = JsonCursor.name("input");

    private static final byte[] TEXT = JsonCursor.name("text");

    private static final byte[] THINKING = JsonCursor.name("thinking");

    /**
     * Read the value at hand.
     */
    static AnthropicBlock read(JsonCursor json) {
        boolean isToolUse = false;
        String id = null;
        String name = null;
        String input = null;
        String text = null;
        String thinking = null;
        if (json.enterObject()) {
            while (json.nextField()) {
                if (json.isField(TYPE)) {
                    isToolUse = json.matchText() && json.textIs(TOOL_USE);
                }
                else if (json.isField(ID)) {
                    id = json.text();
                }
                else if (json.isField(NAME)) {
                    name = json.text();
                }
                else if (json.isField(INPUT)) {
                    input = json.textOrJson();
                }
                else if (json.isField(TEXT)) {
                    text = json.text();
                }
                else if (json.isField(THINKING)) {
                    thinking = json.text();
                }
                else {
                    json.skip();
                }
            }
        }
        return new AnthropicBlock(isToolUse, id, name, isEmpty(input) ? null : input, text, thinking);
    }

    // A stream begins with an empty object and sends the true one in parts
    private static boolean isEmpty(@Nullable String input) {
        return input == null || input.matches("\\{\\s*}");
    }

}
