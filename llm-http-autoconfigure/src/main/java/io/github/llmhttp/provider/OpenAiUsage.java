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

import io.github.llmhttp.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Reads the usage of OpenAI's APIs, which have two names for each number.
 */
final class OpenAiUsage {

    private static final byte[] PROMPT_TOKENS = JsonCursor.name("prompt_tokens");

    private static final byte[] INPUT_TOKENS = JsonCursor.name("input_tokens");

    private static final byte[] COMPLETION_TOKENS = JsonCursor.name("completion_tokens");

    private static final byte[] OUTPUT_TOKENS = JsonCursor.name("output_tokens");

    private static final byte[] PROMPT_DETAILS = JsonCursor.name("prompt_tokens_details");

    private static final byte[] INPUT_DETAILS = JsonCursor.name("input_tokens_details");

    private static final byte[] COMPLETION_DETAILS = JsonCursor.name("completion_tokens_details");

    private static final byte[] OUTPUT_DETAILS = JsonCursor.name("output_tokens_details");

    private static final byte[] CACHED_TOKENS = JsonCursor.name("cached_tokens");

    private static final byte[] REASONING_TOKENS = JsonCursor.name("reasoning_tokens");

    private OpenAiUsage() {
    }

    /**
     * Read the value at hand.
     * @return the usage, or {@code null} if there is none
     */
    static @Nullable Usage read(JsonCursor json) {
        if (!json.enterObject()) {
            return null;
        }
        long input = 0;
        long output = 0;
        long cached = 0;
        long reasoning = 0;
        while (json.nextField()) {
            if (json.isField(PROMPT_TOKENS) || json.isField(INPUT_TOKENS)) {
                input = Math.max(input, json.number(0));
            }
            else if (json.isField(COMPLETION_TOKENS) || json.isField(OUTPUT_TOKENS)) {
                output = Math.max(output, json.number(0));
            }
            else if (json.isField(PROMPT_DETAILS) || json.isField(INPUT_DETAILS)) {
                cached = Math.max(cached, detail(json, CACHED_TOKENS));
            }
            else if (json.isField(COMPLETION_DETAILS) || json.isField(OUTPUT_DETAILS)) {
                reasoning = Math.max(reasoning, detail(json, REASONING_TOKENS));
            }
            else {
                json.skip();
            }
        }
        return new Usage(input, output, cached, reasoning);
    }

    private static long detail(JsonCursor json, byte[] name) {
        long value = 0;
        if (json.enterObject()) {
            while (json.nextField()) {
                if (json.isField(name)) {
                    value = json.number(0);
                }
                else {
                    json.skip();
                }
            }
        }
        return value;
    }

}
