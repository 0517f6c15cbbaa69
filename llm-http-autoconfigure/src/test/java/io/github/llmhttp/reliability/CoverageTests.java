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

package io.github.llmhttp.reliability;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.llmhttp.FailureKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writes the table of faults, kinds and their tests, which is that of the documentation.
 */
class CoverageTests {

    private static final Path CLASSES = Path.of("target", "test-classes");

    private static final Path TABLE = Path.of("target", "coverage-table.md");

    private static final Path PAGE = Path.of("..", "docs", "reliability.md");

    private final Map<FaultRow, Set<String>> rows = new EnumMap<>(FaultRow.class);

    private final Map<FailureKind, Set<String>> kinds = new EnumMap<>(FailureKind.class);

    @Test
    void eachFaultAndEachKindHasItsTest() throws IOException {
        read();
        assertThat(this.rows).containsOnlyKeys(FaultRow.values());
        assertThat(this.kinds).containsOnlyKeys(FailureKind.values());
        Files.writeString(TABLE, table());
        assertThat(Files.readString(PAGE)).as("%s holds %s", PAGE, TABLE).contains(table());
    }

    private void read() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            files.map((file) -> CLASSES.relativize(file).toString())
                .filter((file) -> file.endsWith("Tests.class"))
                .map((file) -> file.replace(".class", "").replace(file.contains("\\") ? '\\' : '/', '.'))
                .flatMap((name) -> Arrays.stream(load(name).getDeclaredMethods()))
                .forEach(this::read);
        }
    }

    private void read(Method method) {
        Covers covers = method.getAnnotation(Covers.class);
        if (covers == null) {
            return;
        }
        assertThat(method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class))
            .as("%s is a test", method)
            .isTrue();
        String name = "`%s.%s`".formatted(method.getDeclaringClass().getSimpleName(), method.getName());
        List.of(covers.value()).forEach((row) -> this.rows.computeIfAbsent(row, (key) -> new TreeSet<>()).add(name));
        List.of(covers.kinds()).forEach((kind) -> this.kinds.computeIfAbsent(kind, (key) -> new TreeSet<>()).add(name));
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, CoverageTests.class.getClassLoader());
        }
        catch (ClassNotFoundException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private String table() {
        StringBuilder table = new StringBuilder();
        for (FaultRow.Area area : FaultRow.Area.values()) {
            table.append("### %s\n\n| Fault | Tests |\n|---|---|\n".formatted(area.title()));
            this.rows.forEach((row, tests) -> {
                if (row.area() == area) {
                    table.append(line(row.fault(), tests));
                }
            });
            table.append("\n");
        }
        table.append("### Kinds of failures\n\n| Kind | Tests |\n|---|---|\n");
        this.kinds.forEach((kind, tests) -> table.append(line("`" + kind + "`", tests)));
        return table.toString();
    }

    private static String line(String what, Set<String> tests) {
        return "| %s | %s |\n".formatted(what, tests.stream().collect(Collectors.joining(", ")));
    }

}
