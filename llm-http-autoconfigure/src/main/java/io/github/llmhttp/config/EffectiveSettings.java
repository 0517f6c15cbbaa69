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

package io.github.llmhttp.config;

import java.util.Map;

import io.github.llmhttp.config.SettingProblem.Severity;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one client with all layers applied, as far as they can be understood:
 * what the checks look at.
 *
 * @param client name of the client
 * @param properties the settings
 * @param origins where each comes from
 * @param values the settings by key
 */
record EffectiveSettings(String client, LlmClientProperties properties, Origins origins, Map<String, Object> values) {

    EffectiveSettings(String client, LlmClientProperties properties, Origins origins) {
        this(client, properties, origins, SettingKeys.values(properties));
    }

    boolean isUserSet(String key) {
        return this.origins.layer(key).isUser();
    }

    @Nullable Object value(String key) {
        return this.values.get(key);
    }

    // A key and its value, with its origin where nobody wrote it down
    String describe(String key) {
        Object value = this.values.get(key);
        String described = this.origins.property(key) + ((value != null) ? " = " + Secrets.show(key, value) : "");
        return (value == null || isUserSet(key)) ? described : described + " (" + this.origins.text(key) + ")";
    }

    SettingProblem error(String key, String reason) {
        return problem(key, reason, Severity.ERROR);
    }

    SettingProblem warning(String key, String reason) {
        return problem(key, reason, Severity.WARN);
    }

    SettingProblem problem(String key, String reason, Severity severity) {
        Object value = this.values.get(key);
        return problem(key, (value != null) ? Secrets.show(key, value) : null, reason, SettingRanges.allowed(key),
                SettingRanges.example(key), severity);
    }

    SettingProblem problem(String key, @Nullable String shown, String reason, String allowed, String example,
            Severity severity) {
        String property = this.origins.property(key);
        return new SettingProblem(property, shown, reason, allowed, property + ": " + example, severity);
    }

}
