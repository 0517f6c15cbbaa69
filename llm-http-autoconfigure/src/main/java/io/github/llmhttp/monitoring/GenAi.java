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

package io.github.llmhttp.monitoring;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallOperation;
import io.github.llmhttp.CallReport;
import io.github.llmhttp.Usage;
import io.github.llmhttp.call.WholeCall;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

/**
 * Names of OpenTelemetry's semantic conventions for generative AI, which are still in
 * development (opentelemetry.io, "Semantic conventions for generative client AI spans").
 */
final class GenAi {

    static final String DURATION = "gen_ai.client.operation.duration";

    static final String TOKENS = "gen_ai.client.token.usage";

    static final String OPERATION = "gen_ai.operation.name";

    static final String PROVIDER = "gen_ai.provider.name";

    static final String MODEL = "gen_ai.request.model";

    static final String TOKEN_TYPE = "gen_ai.token.type";

    static final String ERROR = "error.type";

    /** What the tag of an error says where there is none. */
    static final String NO_ERROR = "none";

    private GenAi() {
    }

    /** Only chats are an operation of the conventions. */
    static boolean isChat(CallOperation operation) {
        return switch (operation) {
            case CHAT, STREAM, EVENTS -> true;
            case POST, STREAM_DATA, WEB_CLIENT, WEB_SOCKET -> false;
        };
    }

    static KeyValues tags(WholeCall call, @Nullable CallReport report) {
        if (!isChat(call.operation())) {
            return KeyValues.empty();
        }
        return KeyValues.of(OPERATION, "chat", PROVIDER, provider(call.provider()), ERROR,
                (report != null && report.failure() != null) ? report.failure().kind().name() : NO_ERROR);
    }

    static KeyValues details(WholeCall call, @Nullable AttemptReport last) {
        if (!isChat(call.operation())) {
            return KeyValues.empty();
        }
        KeyValues tags = KeyValues.of(MODEL, call.model());
        Usage usage = (last != null) ? last.usage() : null;
        return (usage != null) ? tags.and("gen_ai.usage.input_tokens", String.valueOf(usage.inputTokens()),
                "gen_ai.usage.output_tokens", String.valueOf(usage.outputTokens())) : tags;
    }

    /** Both of OpenAI's interfaces are one provider. */
    static String provider(String provider) {
        return provider.startsWith("openai") ? "openai" : provider;
    }

}
