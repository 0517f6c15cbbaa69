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
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Settings cannot work. Stops the start; a failure analyzer shows all problems.
 */
public final class InvalidSettingsException extends RuntimeException {

    private final transient List<SettingProblem> problems;

    /**
     * Complain of problems.
     * @param problems at least one
     */
    public InvalidSettingsException(List<SettingProblem> problems) {
        this(problems, null);
    }

    /**
     * Complain of problems that show in an exception.
     * @param problems at least one
     * @param cause the exception; must not hold a secret
     */
    public InvalidSettingsException(List<SettingProblem> problems, @Nullable Throwable cause) {
        super(problems.stream().map(SettingProblem::toString).collect(Collectors.joining("; ")), cause);
        this.problems = List.copyOf(problems);
    }

    /**
     * What is wrong.
     * @return the problems
     */
    public List<SettingProblem> problems() {
        return this.problems;
    }

}
