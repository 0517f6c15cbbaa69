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

import java.util.stream.Collectors;

import io.github.llmhttp.config.InvalidSettingsException;
import io.github.llmhttp.config.SettingProblem;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Shows what is wrong with settings below {@code llm.http}.
 */
final class InvalidSettingsFailureAnalyzer extends AbstractFailureAnalyzer<InvalidSettingsException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidSettingsException cause) {
        String description = cause.problems()
            .stream()
            .map(InvalidSettingsFailureAnalyzer::describe)
            .collect(Collectors.joining("\n", "Settings of llm-http cannot work:\n", ""));
        String action = cause.problems()
            .stream()
            .map((problem) -> "Correct " + problem.property() + ", for example: " + problem.example())
            .collect(Collectors.joining("\n"));
        return new FailureAnalysis(description, action, cause);
    }

    private static String describe(SettingProblem problem) {
        StringBuilder text = new StringBuilder();
        text.append("\n    Property: ").append(problem.property());
        if (problem.value() != null) {
            text.append("\n    Value:    \"").append(problem.value()).append('"');
        }
        text.append("\n    Reason:   ").append(problem.reason());
        text.append("\n    Allowed:  ").append(problem.allowed());
        return text.append("\n    Example:  ").append(problem.example()).append('\n').toString();
    }

}
