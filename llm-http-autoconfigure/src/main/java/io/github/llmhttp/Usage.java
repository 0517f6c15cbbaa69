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
 * Tokens that a call is billed for. A number that the provider does not tell is 0.
 *
 * @param inputTokens tokens of the prompt
 * @param outputTokens tokens of the answer, reasoning included
 * @param cachedInputTokens tokens of the prompt that came from the provider's cache
 * @param reasoningTokens tokens of the reasoning
 */
public record Usage(long inputTokens, long outputTokens, long cachedInputTokens, long reasoningTokens) {

    /**
     * Input and output together.
     * @return the sum
     */
    public long totalTokens() {
        return this.inputTokens + this.outputTokens;
    }

}
