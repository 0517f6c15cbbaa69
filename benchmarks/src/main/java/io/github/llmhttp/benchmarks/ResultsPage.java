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

package io.github.llmhttp.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes what was measured into the page about performance: tables between two marks, and
 * plots beside it.
 */
final class ResultsPage {

    private static final String BEGIN = "<!-- results: written by the benchmarks -->";

    private static final String END = "<!-- end of results -->";

    private final Path docs;

    ResultsPage(Path docs) {
        this.docs = docs;
    }

    /**
     * Write the page.
     * @param results a file for each JDK
     */
    void write(List<Path> results) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path csv : results) {
            append(text, Results.read(csv), csv.getFileName().toString().replace(".csv", ""));
        }
        Path page = this.docs.resolve("performance.md");
        String before = Files.readString(page);
        int begin = before.indexOf(BEGIN);
        int end = before.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException("%s lacks the lines '%s' and '%s'".formatted(page, BEGIN, END));
        }
        Files.writeString(page, before.substring(0, begin) + BEGIN + "\n\n" + text + before.substring(end));
    }

    private void append(StringBuilder text, Results results, String jdk) throws IOException {
        text.append("**")
            .append(results.machine())
            .append("**, medians of ")
            .append(results.rounds())
            .append(" rounds\n\n");
        List<Contestant> contestants = Arrays.stream(Contestant.values()).filter(results::has).toList();
        text.append("| | ")
            .append(contestants.stream().map(Contestant::title).collect(Collectors.joining(" | ")))
            .append(" |\n| --- |")
            .append(" ---: |".repeat(contestants.size()))
            .append('\n');
        for (Figure figure : Figure.values()) {
            row(text, results, contestants, figure);
        }
        text.append('\n');
        for (Figure figure : List.of(Figure.W2B, Figure.W2A, Figure.W1, Figure.W3A)) {
            String name = "performance-%s-%s.svg".formatted(figure.name().toLowerCase(Locale.ROOT), jdk);
            Files.writeString(this.docs.resolve("images").resolve(name), plot(results, contestants, figure));
            text.append("![%s](images/%s)\n\n".formatted(figure.title, name));
        }
    }

    private static void row(StringBuilder text, Results results, List<Contestant> contestants, Figure figure) {
        Stream<String> values = contestants.stream().map((contestant) -> {
            OptionalDouble median = figure.of(results, contestant);
            return median.isPresent() ? BarChart.number(median.getAsDouble()) : "-";
        });
        text.append("| ")
            .append(figure.title)
            .append(figure.unit.isEmpty() ? "" : ", " + figure.unit)
            .append(" | ")
            .append(values.collect(Collectors.joining(" | ")))
            .append(" |\n");
    }

    private static String plot(Results results, List<Contestant> contestants, Figure figure) {
        BarChart chart = new BarChart(figure.title + ", logarithmic scale", figure.unit);
        contestants.forEach((contestant) -> figure.of(results, contestant)
            .ifPresent((median) -> chart.add(contestant.title(), median)));
        return chart.svg();
    }

    /** The rows of the table. */
    private enum Figure {

        W2B("W2B hot, CPU a token", "us", Workload.W2B, "cpu-micros"),

        W2B_COLD("W2B cold, CPU a token", "us", Workload.W2B, "cold-cpu-micros"),

        W2B_BYTES("W2B, allocated a token", "B", Workload.W2B, "bytes"),

        W2A("W2A hot, CPU a token", "us", Workload.W2A, "cpu-micros"),

        W2A_BYTES("W2A, allocated a token", "B", Workload.W2A, "bytes"),

        W1("W1 hot, CPU a request", "us", Workload.W1, "cpu-micros"),

        W1_BYTES("W1, allocated a request", "B", Workload.W1, "bytes"),

        W3A("W3A, CPU", "% of a core", Workload.W3A, "percent-of-a-core"),

        W3A_LATE("W3A, p99 of lateness", "ms", Workload.W3A, "late-p99-millis"),

        W3B("W3B, CPU", "% of a core", Workload.W3B, "percent-of-a-core"),

        W3B_LATE("W3B, p99 of lateness", "ms", Workload.W3B, "late-p99-millis"),

        IDLE_HEAP("W3IDLE, heap a stream", "KiB", Workload.W3IDLE, "heap-kib"),

        IDLE_RSS("W3IDLE, resident a stream", "KiB", Workload.W3IDLE, "rss-kib"),

        IDLE_THREADS("W3IDLE, threads", "", Workload.W3IDLE, "threads");

        private final String title;

        private final String unit;

        private final Workload workload;

        private final String metric;

        Figure(String title, String unit, Workload workload, String metric) {
            this.title = title;
            this.unit = unit;
            this.workload = workload;
            this.metric = metric;
        }

        OptionalDouble of(Results results, Contestant contestant) {
            return results.median(this.workload, contestant, this.metric);
        }

    }

}
