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

package io.github.llmhttp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the plan of the house: which room may know which, and what is public.
 */
class ArchitectureTests {

    private static final String BASE = "io.github.llmhttp";

    private static final Set<String> ROOMS = Set.of("pool", "janitor", "keepalive", "dns", "http2", "tls", "proxy",
            "timeout", "retry", "circuitbreaker", "endpoint", "streaming", "provider", "monitoring", "health",
            "websocket");

    /** What a room may know besides the root and {@code call}. */
    private static final Map<String, Set<String>> NEIGHBOURS = Map.of("janitor", Set.of("pool"), "http2",
            Set.of("pool"), "monitoring", Set.of("pool", "endpoint", "websocket"), "provider", Set.of("streaming"),
            "health", Set.of("endpoint"), "endpoint", Set.of("circuitbreaker"));

    private static final List<String> UPPER = List.of("config", "transport", "client", "actuator", "autoconfigure");

    private static JavaClasses classes;

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPath("target/classes");
        assertThat(classes.size()).isGreaterThan(50);
    }

    @Test
    void importsPointOneWayOnly() {
        Set<String> broken = new TreeSet<>();
        for (JavaClass type : classes) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String from = room(type);
                String to = room(dependency.getTargetClass());
                if (to != null && from != null && !from.equals(to) && !allowed(from, to)) {
                    broken.add(from + " -> " + to + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private static boolean allowed(String from, String to) {
        if (to.isEmpty()) {
            return true;
        }
        if (from.isEmpty()) {
            return false;
        }
        if (to.equals("call")) {
            return true;
        }
        if (UPPER.contains(from)) {
            return ROOMS.contains(to) || (UPPER.contains(to) && UPPER.indexOf(to) < UPPER.indexOf(from));
        }
        return NEIGHBOURS.getOrDefault(from, Set.of()).contains(to);
    }

    private static String room(JavaClass type) {
        String name = type.getBaseComponentType().getPackageName();
        if (name.equals(BASE)) {
            return "";
        }
        return name.startsWith(BASE + ".") ? name.substring(BASE.length() + 1) : null;
    }

    @Test
    void everyPackageIsOnThePlan() {
        Set<String> known = new TreeSet<>(ROOMS);
        known.addAll(UPPER);
        known.add("call");
        known.add("");
        assertThat(classes.stream().map(ArchitectureTests::room)).isSubsetOf(known);
    }

    @Test
    void springBootStaysInTheUpperRooms() {
        noClasses().that()
            .resideOutsideOfPackages(BASE + ".autoconfigure..", BASE + ".health..", BASE + ".actuator..",
                    BASE + ".config..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework.boot..")
            .check(classes);
    }

    @Test
    void configKnowsOnlyTheBindingAnnotationsOfSpringBoot() {
        Set<String> used = classes.stream()
            .filter((type) -> "config".equals(room(type)))
            .flatMap((type) -> type.getDirectDependenciesFromSelf().stream())
            .map((dependency) -> dependency.getTargetClass().getFullName())
            .filter((name) -> name.startsWith("org.springframework.boot"))
            .collect(Collectors.toSet());
        assertThat(used).isSubsetOf("org.springframework.boot.context.properties.ConfigurationProperties",
                "org.springframework.boot.context.properties.NestedConfigurationProperty");
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> packages = classes.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        assertThat(packages).allSatisfy((name) -> assertThat(
                Class.forName(name + ".package-info").isAnnotationPresent(org.jspecify.annotations.NullMarked.class))
            .isTrue());
    }

    @Test
    void publicTypesAreTheOnesOnTheList() throws IOException {
        Map<String, String> publicTypes = new TreeMap<>();
        classes.stream()
            .filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter((type) -> enclosersArePublic(type) && !type.isAnonymousClass() && !type.isLocalClass())
            .forEach((type) -> publicTypes.put(type.getFullName(), type.getFullName()));
        Path list = Path.of("src/test/resources/public-types.txt");
        Path actual = Files.write(Path.of("target/public-types.txt"), publicTypes.keySet());
        try (Stream<String> lines = Files.lines(list)) {
            assertThat(publicTypes.keySet())
                .as("public is a promise: compare %s with %s and change the list on purpose", actual, list)
                .containsExactlyElementsOf(lines.filter((line) -> !line.isBlank()).toList());
        }
    }

    private static boolean enclosersArePublic(JavaClass type) {
        return type.getEnclosingClass()
            .map((outer) -> outer.getModifiers().contains(JavaModifier.PUBLIC) && enclosersArePublic(outer))
            .orElse(true);
    }

}
