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

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Plain text over WebSocket: each token is a message, and so is the end marker.
 */
final class PromptDialect implements Dialect {

    private static final String DONE = "[DONE]";

    @Override
    public List<Steps.Step> stream(Answer answer) {
        Steps steps = new Steps();
        answer.reply().textTokens().forEach(steps::token);
        Reply.ErrorDetail error = answer.error();
        return steps.marker((error != null) ? "[ERROR] " + error.message() : DONE).toList();
    }

    @Override
    public Map<String, @Nullable Object> whole(Answer answer) {
        throw new UnsupportedOperationException("A WebSocket has no whole answers");
    }

    @Override
    public Map<String, @Nullable Object> error(String type, String message, String requestId) {
        return new OpenAiChatDialect().error(type, message, requestId);
    }

}
