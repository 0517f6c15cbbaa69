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

package io.github.llmhttp.test;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds what users of this library may rely on.
 */
class PublicTypesTests {

    private static final Path CLASSES = Path.of("target/classes");

    @Test
    void publicTypesAreTheOnesOnTheList() throws IOException {
        Path list = Path.of("src/test/resources/public-types.txt");
        List<String> types = publicTypes();
        Path actual = Files.write(Path.of("target/public-types.txt"), types);
        assertThat(types).as("public is a promise: compare %s with %s and change the list on purpose", actual, list)
            .containsExactlyElementsOf(Files.readAllLines(list));
    }

    private static List<String> publicTypes() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            return files.map((file) -> CLASSES.relativize(file).toString())
                .filter((file) -> file.endsWith(".class") && !file.endsWith("-info.class"))
                .map((file) -> file.substring(0, file.length() - ".class".length())
                    .replace('/', '.')
                    .replace('\\', '.'))
                .filter((name) -> isPublic(load(name)))
                .sorted()
                .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicTypesTests.class.getClassLoader());
        }
        catch (ClassNotFoundException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static boolean isPublic(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return Modifier.isPublic(type.getModifiers()) && !type.isAnonymousClass() && !type.isLocalClass()
                && (outer == null || isPublic(outer));
    }

}
