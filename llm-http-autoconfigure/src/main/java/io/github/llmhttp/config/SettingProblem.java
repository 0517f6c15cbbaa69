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

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with the settings.
 *
 * @param property full name of the property
 * @param value its value as it may be shown, {@code null} if it is not to be
 * @param reason what is wrong, as the end of a sentence about the property
 * @param allowed what is allowed
 * @param example a line that would be right
 * @param severity whether it stops the start
 */
public record SettingProblem(String property, @Nullable String value, String reason, String allowed, String example,
        Severity severity) {

    /**
     * Whether a problem stops the start.
     */
    public enum Severity {

        /** The client cannot be built. */
        ERROR,

        /** The client works, perhaps not as it was meant. */
        WARN

    }

    /**
     * Whether the client cannot be built.
     * @return whether it is an error
     */
    public boolean isError() {
        return this.severity == Severity.ERROR;
    }

    /**
     * The problem in one line.
     */
    @Override
    public String toString() {
        return this.property + ((this.value != null) ? " = " + this.value : "") + " " + this.reason + "; allowed: "
                + this.allowed + ", for example " + this.example;
    }

}
