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

import java.time.Duration;

import org.springframework.util.unit.DataSize;

/**
 * Smallest and largest value of a setting.
 *
 * @param min smallest value
 * @param max largest value
 * @param wholeSeconds whether a duration must not have a fraction of a second
 * @param example a value that suits most
 */
record SettingRange(Comparable<?> min, Comparable<?> max, boolean wholeSeconds, String example) {

    static SettingRange of(Duration min, Duration max, String example) {
        return new SettingRange(min, max, false, example);
    }

    static SettingRange seconds(int min, int max, String example) {
        return new SettingRange(Duration.ofSeconds(min), Duration.ofSeconds(max), true, example);
    }

    static SettingRange of(int min, int max, String example) {
        return new SettingRange(min, max, false, example);
    }

    static SettingRange of(double min, double max, String example) {
        return new SettingRange(min, max, false, example);
    }

    static SettingRange of(DataSize min, DataSize max, String example) {
        return new SettingRange(min, max, false, example);
    }

    boolean contains(Object value) {
        return compare(this.min, value) <= 0 && compare(this.max, value) >= 0
                && !(this.wholeSeconds && value instanceof Duration duration && duration.toNanosPart() != 0);
    }

    @SuppressWarnings("unchecked")
    static int compare(Object left, Object right) {
        return ((Comparable<Object>) left).compareTo(right);
    }

    String allowed() {
        return SettingFormat.of(this.min) + " to " + SettingFormat.of(this.max)
                + (this.wholeSeconds ? ", whole seconds" : "");
    }

}
