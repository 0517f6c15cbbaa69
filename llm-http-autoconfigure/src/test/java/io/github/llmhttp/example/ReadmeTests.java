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

package io.github.llmhttp.example;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.github.llmhttp.test.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the README of {@code llm-http-test} to its examples.
 */
class ReadmeTests {

    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private final String readme = read(Path.of("../llm-http-test/README.md"));

    @ParameterizedTest
    @ValueSource(strings = { "AnyClientTests", "AssistantTests", "FaultyProviderTests" })
    void eachExampleIsATestThatRuns(String example) {
        String source = read(Path.of("src/test/java/io/github/llmhttp/example/" + example + ".java"));
        assertThat(examples()).anySatisfy((text) -> {
            assertThat(text).contains("class " + example + " {");
            assertThat(source).endsWith("\n\n" + text);
        });
    }

    @Test
    void thereIsNoOtherCode() {
        assertThat(examples()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void eachFaultIsInTheTable(Fault.Kind kind) {
        String method = switch (kind) {
            case END_EARLY -> "endEarly";
            case CLOSE_FRAME -> "closeFrame";
            default -> kind.name().toLowerCase(Locale.ROOT);
        };
        assertThat(this.readme).contains("| `Fault." + method + "(");
    }

    private List<String> examples() {
        return JAVA.matcher(this.readme).results().map((MatchResult match) -> match.group(1)).toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

}
