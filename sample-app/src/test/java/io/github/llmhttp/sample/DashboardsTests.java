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

package io.github.llmhttp.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dashboard and the alert rules ask for what the sample really shows.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = { "LLM_BASE_URL=", "LLM_PROVIDER=", "LLM_API_KEY=", "LLM_MODEL=" })
class DashboardsTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final Path DASHBOARDS = Path.of("../docs/dashboards");

    private static final Pattern SERIES = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)})? \\S+$");

    private static final Pattern LABEL = Pattern.compile("(\\w+)=~?\"");

    private static final Pattern SELECTOR = Pattern.compile("(llm_http_\\w+)(?:\\{([^}]*)})?");

    private static final Pattern GROUPING = Pattern.compile("by \\(([^)]*)\\)");

    @LocalServerPort
    private int port;

    /** Labels by name of the series. */
    private Map<String, Set<String>> shown() {
        String text = WebClient.create("http://localhost:" + this.port)
            .get()
            .uri("/actuator/prometheus")
            .retrieve()
            .bodyToMono(String.class)
            .block(LIMIT);
        Map<String, Set<String>> series = new HashMap<>();
        SERIES.matcher(text)
            .results()
            .forEach((line) -> series.computeIfAbsent(line.group(1), (name) -> new TreeSet<>())
                .addAll(labels(line.group(2))));
        assertThat(series).hasSizeGreaterThan(50);
        return series;
    }

    private static List<String> labels(String text) {
        return (text != null) ? LABEL.matcher(text).results().map((label) -> label.group(1)).toList() : List.of();
    }

    private static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        JsonNode dashboard = new JsonMapper().readTree(Files.readString(DASHBOARDS.resolve("llm-http.json")));
        dashboard.get("panels")
            .forEach((panel) -> panel.path("targets").forEach((target) -> queries.add(target.get("expr").asString())));
        dashboard.at("/templating/list").forEach((variable) -> {
            String query = variable.path("query").path("query").asString("");
            if (!query.isEmpty()) {
                queries.add(query.replaceAll("label_values\\((.*), (\\w+)\\)", "sum by ($2) ($1)"));
            }
        });
        assertThat(queries).hasSizeGreaterThan(40);
        return queries;
    }

    private static List<String> alerts() throws IOException {
        Map<String, List<Map<String, List<Map<String, String>>>>> rules = new Yaml()
            .load(Files.readString(DASHBOARDS.resolve("alerts.yml")));
        List<String> queries = rules.get("groups")
            .stream()
            .flatMap((group) -> group.get("rules").stream())
            .map((rule) -> rule.get("expr"))
            .toList();
        assertThat(queries).hasSizeGreaterThan(5);
        return queries;
    }

    @Test
    void everyNameAndLabelIsShownBySample() throws IOException {
        Map<String, Set<String>> shown = shown();
        List<String> all = new ArrayList<>(queries());
        all.addAll(alerts());
        for (String query : all) {
            List<MatchResult> selectors = SELECTOR.matcher(query).results().toList();
            assertThat(selectors).as(query).isNotEmpty();
            for (MatchResult selector : selectors) {
                assertThat(shown).as(query).containsKey(selector.group(1));
                assertThat(shown.get(selector.group(1))).as(query)
                    .containsAll(labels(selector.group(2)))
                    .containsAll(grouped(query, selector.start()));
            }
        }
    }

    /** Labels by which an aggregation groups that a place in a query is within. */
    private static Set<String> grouped(String query, int place) {
        Set<String> labels = new TreeSet<>();
        GROUPING.matcher(query).results().forEach((grouping) -> {
            if (grouping.start() < place && place < endOfParenthesis(query, query.indexOf('(', grouping.end()))) {
                labels.addAll(List.of(grouping.group(1).split(", *")));
            }
        });
        return labels;
    }

    private static int endOfParenthesis(String query, int begin) {
        int depth = 0;
        for (int i = begin; i < query.length(); i++) {
            depth += (query.charAt(i) == '(') ? 1 : (query.charAt(i) == ')') ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return query.length();
    }

    @Test
    void everyMeterIsOnTheDashboard() throws IOException {
        String queries = String.join("\n", queries());
        assertThat(shown().keySet()).filteredOn((name) -> name.startsWith("llm_http_"))
            .extracting((name) -> name.replaceAll("_(seconds|total|count|sum|max|bucket)+$", "")
                .replaceAll("_(seconds|total|count|sum|max|bucket)$", ""))
            .filteredOn((name) -> !name.equals("llm_http_pool_allocated") && !name.startsWith("llm_http_pool_max")
                    && !name.equals("llm_http_pool"))
            .allSatisfy((name) -> assertThat(queries).contains(name));
    }

    @Test
    void promtoolUnderstandsEveryQuery(@TempDir Path directory) throws Exception {
        StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
        int number = 0;
        for (String query : queries()) {
            rules.append("      - record: query:%d\n        expr: '%s'\n".formatted(number++,
                    query.replace("$__rate_interval", "1m").replace("'", "''")));
        }
        Path file = Files.writeString(directory.resolve("queries.yml"), rules);
        assertThat(promtool("check", "rules", file.toString())).contains(number + " rules found");
        assertThat(promtool("check", "rules", DASHBOARDS.resolve("alerts.yml").toString())).contains("SUCCESS");
    }

    @Test
    void alertsFireWhenTheyShouldAndNotBefore() throws Exception {
        assertThat(promtool("test", "rules", "src/test/resources/alerts-test.yml")).contains("SUCCESS");
    }

    private static String promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Programs.find("the queries of the dashboards are NOT CHECKED", "promtool").toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

}
