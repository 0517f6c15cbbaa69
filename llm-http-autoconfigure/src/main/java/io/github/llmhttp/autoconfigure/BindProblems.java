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

package io.github.llmhttp.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.llmhttp.config.InvalidSettingsException;
import io.github.llmhttp.config.NearestName;
import io.github.llmhttp.config.Secrets;
import io.github.llmhttp.config.SettingKeys;
import io.github.llmhttp.config.SettingProblem;
import io.github.llmhttp.config.SettingProblem.Severity;
import io.github.llmhttp.config.SettingRanges;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.util.unit.DataSize;

/**
 * Says of a value that could not be bound what the other checks say of theirs: property,
 * value, what is allowed, and an example.
 */
final class BindProblems {

    private static final Pattern CLIENT = Pattern.compile("(llm\\.http\\.clients\\.[^.]+\\.)(.+)");

    private static final Pattern SHARED = Pattern.compile("(llm\\.http\\.)(.+)");

    private static final Pattern ENDPOINT = Pattern.compile("(endpoints\\[[0-9]+]\\.).+");

    private static final Pattern ELEMENT = Pattern.compile("\\[[0-9]+]\\.");

    private BindProblems() {
    }

    static InvalidSettingsException of(BindException exception) {
        if (exception.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
            return new InvalidSettingsException(unbound.getUnboundProperties()
                .stream()
                .map((property) -> unknown(property.getName().toString()))
                .toList());
        }
        String name = exception.getName().toString();
        String key = key(name);
        boolean secret = Secrets.isSecret(key);
        SettingProblem problem = new SettingProblem(name, shown(key, exception.getProperty()),
                reason(exception.getTarget().getType().resolve(Object.class)), SettingRanges.allowed(key),
                name + ": " + SettingRanges.example(key), Severity.ERROR);
        // The message of a failed conversion repeats the value
        return new InvalidSettingsException(List.of(problem), secret ? null : exception);
    }

    private static @Nullable String shown(String key, @Nullable ConfigurationProperty property) {
        return (property != null) ? Secrets.show(key, property.getValue()) : null;
    }

    private static String reason(Class<?> type) {
        if (type == Duration.class) {
            return "is not a duration";
        }
        if (type == DataSize.class) {
            return "is not a size";
        }
        if (type.isEnum()) {
            return "is none of the values that there are";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "is neither true nor false";
        }
        if (type == int.class || type == Integer.class) {
            return "is not a whole number";
        }
        return (type == double.class) ? "is not a number" : "is not of the right form";
    }

    // The value is not shown: it may be a key whose name is misspelt
    private static SettingProblem unknown(String property) {
        Matcher matcher = CLIENT.matcher(property);
        if (!matcher.matches()) {
            matcher = SHARED.matcher(property);
        }
        if (!matcher.matches()) {
            return unknown(property, "llm.http.base-url", "base-url");
        }
        String nearest = String.valueOf(NearestName.of(matcher.group(2), candidates(matcher)));
        return unknown(property, matcher.group(1) + nearest, key(matcher.group(1) + nearest));
    }

    private static SettingProblem unknown(String property, String nearest, String key) {
        return new SettingProblem(property, null, "is unknown; the nearest key is " + nearest,
                SettingRanges.allowed(key), nearest + ": " + SettingRanges.example(key), Severity.ERROR);
    }

    private static Collection<String> candidates(Matcher matcher) {
        Set<String> candidates = new TreeSet<>(SettingKeys.all());
        Matcher element = ENDPOINT.matcher(matcher.group(2));
        if (element.matches()) {
            List.of("url", "weight", "priority").forEach((name) -> candidates.add(element.group(1) + name));
        }
        if (matcher.pattern() == SHARED) {
            candidates.addAll(List.of("enabled", "clients"));
            String[] parts = matcher.group(2).split("\\.", 3);
            if (parts.length == 3) {
                List<String> own = new ArrayList<>();
                SettingKeys.all().forEach((key) -> own.add("clients." + parts[1] + "." + key));
                candidates.addAll(own);
            }
        }
        return candidates;
    }

    private static String key(String property) {
        Matcher client = CLIENT.matcher(property);
        Matcher shared = SHARED.matcher(property);
        String key = client.matches() ? client.group(2) : shared.matches() ? shared.group(2) : property;
        return ELEMENT.matcher(key).replaceAll(".").replaceAll("\\[.*", "");
    }

}
