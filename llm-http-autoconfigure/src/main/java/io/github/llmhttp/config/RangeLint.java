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

import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Checks that numbers, durations and sizes are within their ranges.
 */
final class RangeLint {

    private RangeLint() {
    }

    static List<SettingProblem> check(EffectiveSettings settings) {
        return settings.values()
            .entrySet()
            .stream()
            .map((entry) -> check(settings, entry))
            .filter(Objects::nonNull)
            .toList();
    }

    private static @Nullable SettingProblem check(EffectiveSettings settings, Map.Entry<String, Object> entry) {
        SettingRange range = SettingRanges.of(entry.getKey());
        return (range == null || range.contains(entry.getValue())) ? null
                : settings.error(entry.getKey(), "is out of its range");
    }

}
