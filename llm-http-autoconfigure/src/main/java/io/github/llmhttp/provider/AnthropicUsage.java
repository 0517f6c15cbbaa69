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
 * Adds up the usage of an Anthropic message: its start tells the prompt, its end the
 * answer. The prompt is told in three parts, of which ours is the sum.
 */
final class AnthropicUsage {

    private static final byte[] INPUT_TOKENS = JsonCursor.name("input_tokens");

    private static final byte[] OUTPUT_TOKENS = JsonCursor.name("output_tokens");

    private static final byte[] CACHE_READ = JsonCursor.name("cache_read_input_tokens");

    private static final byte[] CACHE_CREATION = JsonCursor.name("cache_creation_input_tokens");

    private long input;

    private long output;

    private long cacheRead;

    private long cacheCreation;

    /**
     * Read the value at hand.
     * @return all that is known by now, or {@code null} if there is no usage
     */
    @Nullable Usage read(JsonCursor json) {
        if (!json.enterObject()) {
            return null;
        }
        while (json.nextField()) {
            if (json.isField(INPUT_TOKENS)) {
                this.input = json.number(this.input);
            }
            else if (json.isField(OUTPUT_TOKENS)) {
                this.output = json.number(this.output);
            }
            else if (json.isField(CACHE_READ)) {
                this.cacheRead = json.number(this.cacheRead);
            }
            else if (json.isField(CACHE_CREATION)) {
                this.cacheCreation = json.number(this.cacheCreation);
            }
            else {
                json.skip();
            }
        }
        return new Usage(this.input + this.cacheRead + this.cacheCreation, this.output, this.cacheRead, 0);
    }

}
