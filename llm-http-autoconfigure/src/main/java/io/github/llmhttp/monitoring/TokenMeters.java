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

import java.util.HashMap;
import java.util.Map;

import io.github.llmhttp.Usage;
import io.micrometer.core.instrument.Counter;

/**
 * Counts tokens by model. A model is whatever a caller asks for, so that only those that
 * the settings name have a series of their own.
 */
final class TokenMeters {

    /** Any model that the settings do not name, and none. */
    static final String OTHER = "other";

    private final Map<String, Counters> models = new HashMap<>();

    private final Counters others;

    TokenMeters(ClientRegistrar meters) {
        meters.client().models().forEach((model) -> this.models.put(model, new Counters(meters, model)));
        this.others = this.models.computeIfAbsent(OTHER, (model) -> new Counters(meters, model));
    }

    void record(String model, Usage usage) {
        this.models.getOrDefault(model, this.others).record(usage);
    }

    private static final class Counters {

        private final Counter input;

        private final Counter output;

        private final Counter cachedInput;

        private final Counter reasoning;

        Counters(ClientRegistrar meters, String model) {
            this.input = meters.counter(LlmMeters.TOKENS, model, "input");
            this.output = meters.counter(LlmMeters.TOKENS, model, "output");
            this.cachedInput = meters.counter(LlmMeters.TOKENS, model, "cached-input");
            this.reasoning = meters.counter(LlmMeters.TOKENS, model, "reasoning");
        }

        void record(Usage usage) {
            this.input.increment(usage.inputTokens());
            this.output.increment(usage.outputTokens());
            this.cachedInput.increment(usage.cachedInputTokens());
            this.reasoning.increment(usage.reasoningTokens());
        }

    }

}
