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

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the poms that the libraries are published with. They are here because the
 * sample is built last.
 */
class PublishedPomTests {

    private static final String REPOSITORY = "https://github.com/llm-http/llm-http";

    @ParameterizedTest
    @ValueSource(strings = { "llm-http-autoconfigure", "llm-http-starter", "llm-http-test" })
    void pomSaysWhatCentralAsksFor(String module) throws Exception {
        Element pom = pom(module);
        assertThat(text(pom, "groupId")).isEqualTo("io.github.llmhttp");
        assertThat(text(pom, "artifactId")).isEqualTo(module);
        assertThat(text(pom, "name")).isNotBlank();
        assertThat(text(pom, "description")).isNotBlank();
        assertThat(text(pom, "url")).isEqualTo(REPOSITORY);
        assertThat(text(child(child(pom, "licenses"), "license"), "name")).isEqualTo("Apache License, Version 2.0");
        assertThat(text(child(child(pom, "developers"), "developer"), "name")).isNotBlank();
        assertThat(text(child(pom, "scm"), "url")).isEqualTo(REPOSITORY);
        assertThat(text(child(pom, "scm"), "connection")).isEqualTo("scm:git:" + REPOSITORY + ".git");
    }

    @ParameterizedTest
    @ValueSource(strings = { "llm-http-autoconfigure", "llm-http-starter", "llm-http-test" })
    void pomForcesNothingOnApplications(String module) throws Exception {
        Element pom = pom(module);
        assertThat(pom.getTextContent()).doesNotContain("SNAPSHOT").doesNotContain("${");
        assertThat(children(pom).map(Node::getNodeName)).doesNotContain("parent", "dependencyManagement",
                "repositories", "pluginRepositories", "build", "profiles");
        assertThat(dependencies(pom)).isNotEmpty().allSatisfy((dependency) -> {
            assertThat(text(dependency, "version")).isNotBlank();
            assertThat(text(dependency, "scope")).isIn("", "compile", "runtime");
        });
    }

    @Test
    void optionalLibrariesAreOptional() throws Exception {
        assertThat(required("llm-http-autoconfigure")).containsExactlyInAnyOrder("spring-boot-autoconfigure",
                "spring-boot-webclient", "spring-boot-reactor-netty", "spring-boot-jackson", "spring-webflux",
                "reactor-netty-http", "resilience4j-circuitbreaker", "resilience4j-retry", "jspecify");
        assertThat(required("llm-http-starter")).containsExactlyInAnyOrder("llm-http-autoconfigure",
                "spring-boot-starter-webclient", "spring-boot-starter-jackson", "spring-boot-starter-actuator");
        assertThat(required("llm-http-test")).containsExactlyInAnyOrder("netty-codec-http", "jackson-databind",
                "jspecify");
    }

    private static List<String> required(String module) throws Exception {
        return dependencies(pom(module)).filter((dependency) -> !text(dependency, "optional").equals("true"))
            .map((dependency) -> text(dependency, "artifactId"))
            .toList();
    }

    private static Element pom(String module) throws Exception {
        Path pom = Path.of("..", module, "target", ".flattened-pom.xml");
        assertThat(pom).as("written while Maven builds the module, so add -am").exists();
        return DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(pom.toFile())
            .getDocumentElement();
    }

    private static Stream<Element> dependencies(Element pom) {
        return children(child(pom, "dependencies"));
    }

    private static String text(Element parent, String name) {
        return children(parent).filter((element) -> element.getNodeName().equals(name))
            .map(Element::getTextContent)
            .findFirst()
            .orElse("");
    }

    private static Element child(Element parent, String name) {
        return children(parent).filter((element) -> element.getNodeName().equals(name)).findFirst().orElseThrow();
    }

    private static Stream<Element> children(Element parent) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength())
            .mapToObj(nodes::item)
            .filter(Element.class::isInstance)
            .map(Element.class::cast);
    }

}
