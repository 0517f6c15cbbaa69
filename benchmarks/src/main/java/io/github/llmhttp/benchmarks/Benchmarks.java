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

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs clients and workloads in turn, each client in a process of its own, so that what
 * happens to the machine happens to all of them.
 */
public final class Benchmarks {

    private static final List<Workload> QUICK = List.of(Workload.W2B, Workload.W1);

    private static final Path RESULTS = Path.of("results");

    private final ClientProcess.Effort effort;

    private final int rounds;

    private Benchmarks(ClientProcess.Effort effort, int rounds) {
        this.effort = effort;
        this.rounds = rounds;
    }

    /**
     * Run them.
     * @param args {@code quick}: two minutes for a first look; {@code all}: everything,
     * three rounds; {@code page}: what was measured by the last runs, as a page;
     * {@code jmh}: what single parts cost; else the effort, the number of rounds,
     * workloads and contestants, each a list with commas
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        switch (args[0]) {
            case "quick" -> new Benchmarks(ClientProcess.Effort.QUICK, 1).run(QUICK,
                    List.of(Contestant.RN, Contestant.LLM_HTTP, Contestant.WEBCLIENT));
            case "all" -> new Benchmarks(ClientProcess.Effort.FULL, 3).run(List.of(Workload.values()),
                    List.of(Contestant.values()));
            case "jmh" -> jmh();
            case "page" -> new ResultsPage(Path.of("../docs")).write(measured());
            default -> new Benchmarks(ClientProcess.Effort.valueOf(args[0]), Integer.parseInt(args[1])).run(
                    Arrays.stream(args[2].split(",")).map(Workload::of).toList(),
                    Arrays.stream(args[3].split(",")).map(Contestant::valueOf).toList());
        }
    }

    private void run(List<Workload> workloads, List<Contestant> contestants) throws IOException, InterruptedException {
        List<Measurement> all = new ArrayList<>();
        for (int round = 1; round <= this.rounds; round++) {
            for (Workload workload : workloads) {
                for (Contestant contestant : contestants) {
                    List<Measurement> measured = measure(round, workload, contestant);
                    measured.forEach((each) -> print(each.toString()));
                    all.addAll(measured);
                }
            }
        }
        new Results(Machine.describe(), all).write(RESULTS.resolve("jdk%d.csv".formatted(Runtime.version().feature())));
    }

    private static void jmh() throws IOException {
        Files.createDirectories(RESULTS);
        try {
            new Runner(new OptionsBuilder().include("io\\.github\\.llmhttp\\..*Benchmarks")
                .addProfiler(GCProfiler.class)
                .resultFormat(ResultFormatType.JSON)
                .result(RESULTS.resolve("jmh%d.json".formatted(Runtime.version().feature())).toString())
                .build()).run();
        }
        catch (RunnerException ex) {
            throw new IOException(ex);
        }
    }

    private static List<Path> measured() throws IOException {
        try (Stream<Path> files = Files.list(RESULTS)) {
            return files.filter((file) -> file.toString().endsWith(".csv")).sorted().toList();
        }
    }

    private List<Measurement> measure(int round, Workload workload, Contestant contestant)
            throws IOException, InterruptedException {
        Process server = java(List.of(), LoadServer.class);
        try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
            String url = "http://127.0.0.1:" + said.readLine().replace("port ", "");
            Process client = java(List.of("-Xmx2g"), ClientProcess.class, contestant.name(), workload.name(), url,
                    this.effort.name());
            List<Measurement> measured = new ArrayList<>();
            try (BufferedReader output = client.inputReader(StandardCharsets.UTF_8)) {
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                    String[] words = line.split(" ", -1);
                    if (words.length == 2 && !line.startsWith("#")) {
                        measured
                            .add(new Measurement(round, workload, contestant, words[0], Double.parseDouble(words[1])));
                    }
                    else {
                        print(contestant + " " + line);
                    }
                }
            }
            client.waitFor(1, TimeUnit.MINUTES);
            return measured;
        }
        finally {
            server.destroy();
        }
    }

    private static Process java(List<String> options, Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** What a program prints is its result. */
    static void print(String line) {
        // CHECKSTYLE:OFF
        System.out.println(line);
        // CHECKSTYLE:ON
    }

}
