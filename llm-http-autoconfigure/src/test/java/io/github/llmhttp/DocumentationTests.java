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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.llmhttp.monitoring.LlmMeters;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the documentation to the code: a page for each room, no dead links, and tables
 * that miss nothing.
 */
class DocumentationTests {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Path DOCS = ROOT.resolve("docs");

    private static final Pattern CODE = Pattern.compile("```.*?```", Pattern.DOTALL);

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

    @Test
    void everyRoomHasAPageOfItsName() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/java/io/github/llmhttp"))) {
            List<Path> rooms = files.filter(Files::isDirectory).toList();
            assertThat(rooms).isNotEmpty()
                .allSatisfy((room) -> assertThat(DOCS.resolve(room.getFileName() + ".md")).isRegularFile());
        }
    }

    @Test
    void everyRelativeLinkResolves() throws IOException {
        List<String> dead = new ArrayList<>();
        List<Path> pages = pages();
        assertThat(pages).hasSizeGreaterThan(1);
        for (Path page : pages) {
            for (Matcher link = LINK.matcher(textOf(page)); link.find();) {
                if (!link.group(1).contains("://") && !resolves(page, link.group(1))) {
                    dead.add(ROOT.relativize(page) + " -> " + link.group(1));
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void everyPageIsInTheListOfPages() throws IOException {
        for (Path page : pages()) {
            Path list = page.resolveSibling("README.md");
            if (!page.equals(list)) {
                assertThat(textOf(list)).as("list of pages").contains("](" + page.getFileName() + ")");
            }
        }
    }

    @Test
    void tableOfMetersIsMadeOfAllMeters() throws IOException {
        StringBuilder table = new StringBuilder(
                "| Meter | Type | Further tags | What it is |\n| --- | --- | --- | --- |\n");
        for (LlmMeters meter : LlmMeters.values()) {
            String tags = meter.tags().stream().map((tag) -> "`" + tag + "` ").collect(Collectors.joining(", "));
            table.append("| `%s` | %s | %s| %s |%n".formatted(meter.meterName(), meter.type().id(), tags,
                    meter.description()));
        }
        Path made = Files.writeString(Path.of("target/meters-table.md"), table);
        assertThat(DOCS.resolve("monitoring.md")).as("copy %s into the page", made)
            .content()
            .contains(table.append('\n'));
    }

    @Test
    void everyKindOfFailureIsInTheTableOfKinds() throws IOException {
        String page = Files.readString(DOCS.resolve("errors.md"));
        for (FailureKind kind : FailureKind.values()) {
            assertThat(page).contains("\n| `" + kind + "` |");
        }
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> files = Files.walk(DOCS)) {
            files.filter((file) -> file.toString().endsWith(".md")).forEach(pages::add);
        }
        return pages;
    }

    private static boolean resolves(Path page, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
    }

    private static List<String> anchors(Path page) throws IOException {
        return HEADING.matcher(textOf(page))
            .results()
            .map((heading) -> heading.group(1).toLowerCase(Locale.ROOT))
            // As GitHub makes them
            .map((heading) -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
            .toList();
    }

    private static String textOf(Path page) throws IOException {
        return CODE.matcher(Files.readString(page)).replaceAll("");
    }

}
