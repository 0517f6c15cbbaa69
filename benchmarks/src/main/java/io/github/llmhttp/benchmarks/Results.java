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
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What the runs of one JDK have measured.
 *
 * @param machine where, and of what
 * @param measurements the numbers
 */
record Results(String machine, List<Measurement> measurements) {

    private static final String COMMENT = "# ";

    static Results read(Path csv) throws IOException {
        List<String> lines = Files.readAllLines(csv);
        return new Results(lines.get(0).substring(COMMENT.length()),
                lines.stream().skip(2).map(Measurement::parse).toList());
    }

    void write(Path csv) throws IOException {
        List<String> lines = new ArrayList<>(List.of(COMMENT + this.machine, Measurement.HEAD));
        this.measurements.forEach((each) -> lines.add(each.toString()));
        Files.createDirectories(csv.toAbsolutePath().getParent());
        Files.write(csv, lines);
    }

    boolean has(Contestant contestant) {
        return this.measurements.stream().anyMatch((each) -> each.contestant() == contestant);
    }

    int rounds() {
        return this.measurements.stream().mapToInt(Measurement::round).max().orElse(0);
    }

    /** The middle one of all rounds; nothing if a round failed or none was run. */
    OptionalDouble median(Workload workload, Contestant contestant, String metric) {
        if (of(workload, contestant, "failed").length > 0) {
            return OptionalDouble.empty();
        }
        double[] sorted = of(workload, contestant, metric);
        return (sorted.length == 0) ? OptionalDouble.empty()
                : OptionalDouble.of((sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2);
    }

    private double[] of(Workload workload, Contestant contestant, String metric) {
        return this.measurements.stream()
            .filter((each) -> each.workload() == workload && each.contestant() == contestant
                    && each.metric().equals(metric))
            .mapToDouble(Measurement::value)
            .sorted()
            .toArray();
    }

}
