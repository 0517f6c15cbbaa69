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

import java.util.Map;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.client.FakeClients;
import io.github.llmhttp.config.TestProviders;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class NoSuchClientFailureAnalyzerTests {

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(LlmHttpAutoConfiguration.class))
        .withBean(FakeClients.class)
        .withBean(TestProviders.class);

    @Test
    void namesTheKeyThatGivesAClient() {
        assertThat(analyse(NeedsAny.class).getAction()).contains("llm.http.base-url").contains("llm.http.provider");
    }

    @Test
    void saysThatClientsAreSwitchedOff() {
        assertThat(analyse(NeedsAny.class, "llm.http.enabled=false", "llm.http.base-url=http://localhost")
            .getDescription()).contains("llm.http.enabled is false");
    }

    @Test
    void namesTheClientsThatThereAreForAWrongQualifier() {
        assertThat(analyse(NeedsNamed.class, "llm.http.base-url=http://localhost",
                "llm.http.clients.local.base-url=http://localhost")
            .getDescription()).contains("[default, local]");
    }

    @Test
    void asksForAQualifierIfThereAreSeveralClients() {
        assertThat(analyse(NeedsAny.class, "llm.http.clients.a.base-url=http://localhost",
                "llm.http.clients.b.base-url=http://localhost")
            .getAction()).contains("@Qualifier(\"b\")");
    }

    private FailureAnalysis analyse(Class<?> type, String... settings) {
        return FailureAnalyses.of(this.contextRunner.withBean(type).withPropertyValues(settings), Map.of());
    }

    static final class NeedsAny {

        NeedsAny(LlmWebClient client) {
            assertThat(client).isNotNull();
        }

    }

    static final class NeedsNamed {

        NeedsNamed(@Qualifier("locl") LlmWebClient client) {
            assertThat(client).isNotNull();
        }

    }

}
