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
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

import org.springframework.util.unit.DataSize;

/**
 * Values as one would write them in a configuration file.
 */
public final class SettingFormat {

    private SettingFormat() {
    }

    /**
     * Write a value.
     * @param value the value of a setting
     * @return one line of text
     */
    public static String of(Object value) {
        if (value instanceof Duration duration) {
            return duration(duration);
        }
        if (value instanceof DataSize size) {
            return size(size.toBytes());
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
        if (value instanceof Collection<?> values) {
            return values.stream().map(SettingFormat::of).collect(Collectors.joining(","));
        }
        String text = value.toString().replaceAll("\\p{Cntrl}", "?");
        return (text.length() <= 200) ? text : text.substring(0, 200) + "...";
    }

    private static String duration(Duration duration) {
        if (duration.abs().compareTo(Duration.ofDays(100_000)) > 0) {
            return duration.toString();
        }
        if (duration.toNanos() % 1_000_000 != 0) {
            return duration.toNanos() + "ns";
        }
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds != 0 && seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return (Math.abs(seconds) > 300 && seconds % 60 == 0) ? seconds / 60 + "m" : seconds + "s";
    }

    private static String size(long bytes) {
        if (bytes != 0 && bytes % (1024 * 1024) == 0) {
            return bytes / (1024 * 1024) + "MB";
        }
        return (bytes != 0 && bytes % 1024 == 0) ? bytes / 1024 + "KB" : bytes + "B";
    }

}
