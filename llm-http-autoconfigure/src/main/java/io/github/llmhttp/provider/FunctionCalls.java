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
 * Reads a tool call, or a part of one, in the form of OpenAI's chat completions, which
 * Ollama shares but for a number in another place and arguments that are no text.
 */
final class FunctionCalls {

    private static final byte[] INDEX = JsonCursor.name("index");

    private static final byte[] ID = JsonCursor.name("id");

    private static final byte[] FUNCTION = JsonCursor.name("function");

    private static final byte[] NAME = JsonCursor.name("name");

    private static final byte[] ARGUMENTS = JsonCursor.name("arguments");

    private int index = -1;

    private @Nullable String id;

    private @Nullable String name;

    private @Nullable String arguments;

    private FunctionCalls() {
    }

    /**
     * Read the value at hand.
     */
    static void read(JsonCursor json, ToolCallAssembler toolCalls) {
        FunctionCalls call = new FunctionCalls();
        call.readFields(json);
        toolCalls.add(call.index, call.id, call.name, call.arguments);
    }

    static void readWhole(JsonCursor json, ToolCallAssembler toolCalls) {
        FunctionCalls call = new FunctionCalls();
        call.readFields(json);
        toolCalls.addWhole(call.id, call.name, call.arguments);
    }

    private void readFields(JsonCursor json) {
        if (!json.enterObject()) {
            return;
        }
        while (json.nextField()) {
            if (json.isField(INDEX)) {
                this.index = (int) json.number(-1);
            }
            else if (json.isField(ID)) {
                this.id = json.text();
            }
            else if (json.isField(FUNCTION)) {
                readFields(json);
            }
            else if (json.isField(NAME)) {
                this.name = json.text();
            }
            else if (json.isField(ARGUMENTS)) {
                this.arguments = json.textOrJson();
            }
            else {
                json.skip();
            }
        }
    }

}
