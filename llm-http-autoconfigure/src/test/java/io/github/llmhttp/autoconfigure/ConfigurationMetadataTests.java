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

package io.github.llmhttp.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.llmhttp.config.SettingKeys;
import io.github.llmhttp.config.TestProviders;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * What editors show and docs say, against the settings that there are.
 */
class ConfigurationMetadataTests {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    private final JsonNode metadata = read();

    @Test
    void everyKeyIsDescribedAndNoOtherIs() {
        Map<String, String> descriptions = new TreeMap<>();
        properties().forEach((property) -> {
            JsonNode description = property.get("description");
            assertThat(description).as(property.get("name").asString()).isNotNull();
            descriptions.put(property.get("name").asString(), description.asString());
        });
        List<String> keys = new ArrayList<>(SettingKeys.all().stream().map((key) -> "llm.http." + key).toList());
        keys.add("llm.http.enabled");
        keys.add("llm.http.clients");
        assertThat(descriptions.keySet()).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(descriptions.values()).allSatisfy((text) -> assertThat(text).endsWith("."));
    }

    @Test
    void keysOfLaterIssuesDoNotExist() {
        assertThat(SettingKeys.all()).noneMatch((key) -> key.startsWith("rate-limit"));
    }

    @Test
    void everyEnumHasAHintForEachOfItsValues() throws ClassNotFoundException {
        for (JsonNode property : properties()) {
            String type = property.get("type").asString().replaceAll("<.*", "");
            Class<?> loaded = type.startsWith("io.github.llmhttp") ? Class.forName(type) : Object.class;
            if (loaded.isEnum()) {
                List<String> values = Stream.of(loaded.getEnumConstants())
                    .map((constant) -> constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .toList();
                assertThat(hints(property.get("name").asString())).containsExactlyElementsOf(values);
            }
        }
    }

    @Test
    void providerHasAHintForEachId() {
        assertThat(hints("llm.http.provider")).containsExactlyInAnyOrderElementsOf(new TestProviders().ids());
    }

    @Test
    void docsPageHasTheTableOfAllKeys() throws IOException {
        assertThat(Files.readString(ROOT.resolve("docs/config.md"))).contains(table());
    }

    @Test
    void settingsInDocumentsAndInTheSampleAreKnown() throws IOException {
        List<String> documents = new ArrayList<>();
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            for (Path page : docs.filter((file) -> file.toString().endsWith(".md")).toList()) {
                addYaml(Files.readString(page), documents);
            }
        }
        addYaml(read(ROOT.resolve("README.md")), documents);
        documents.add(read(ROOT.resolve("sample-app/src/main/resources/application.yml")));
        for (String yaml : documents) {
            StandardEnvironment environment = new StandardEnvironment();
            new YamlPropertySourceLoader().load("yaml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
                .forEach(environment.getPropertySources()::addFirst);
            assertThatCode(() -> new ConfiguredClients(environment)).as(yaml).doesNotThrowAnyException();
        }
    }

    private static void addYaml(String page, List<String> documents) {
        for (Matcher block = YAML.matcher(page); block.find();) {
            documents.add(block.group(1));
        }
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private String table() {
        StringBuilder table = new StringBuilder("| Key | Default | What it is |\n| --- | --- | --- |\n");
        for (JsonNode property : properties()) {
            JsonNode value = property.get("defaultValue");
            table.append("| `").append(property.get("name").asString().substring("llm.http.".length())).append("` | ");
            table.append((value != null) ? "`" + value.asString() + "` " : "").append("| ");
            table.append(property.get("description").asString()).append(" |\n");
        }
        return table.toString();
    }

    private List<String> hints(String name) {
        List<String> values = new ArrayList<>();
        for (JsonNode hint : this.metadata.get("hints")) {
            if (hint.get("name").asString().equals(name)) {
                hint.get("values").forEach((value) -> values.add(value.get("value").asString()));
            }
        }
        return values;
    }

    /** Our own keys; those of the Actuator endpoint are described by its processor. */
    private List<JsonNode> properties() {
        List<JsonNode> own = new ArrayList<>();
        this.metadata.get("properties").forEach((property) -> {
            if (property.get("name").asString().startsWith("llm.http.")) {
                own.add(property);
            }
        });
        return own;
    }

    private static JsonNode read() {
        return JsonMapper.builder()
            .build()
            .readTree(Path.of("target/classes/META-INF/spring-configuration-metadata.json"));
    }

}
