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

import java.util.List;

import io.github.llmhttp.LlmWebClient;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Says how to get the {@link LlmWebClient} that something wants to have injected.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
final class NoSuchClientFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {

    private final Environment environment;

    NoSuchClientFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
        if (cause.getBeanType() != LlmWebClient.class) {
            return null;
        }
        if (!this.environment.getProperty("llm.http.enabled", Boolean.class, true)) {
            return new FailureAnalysis("An LlmWebClient is injected, but llm.http.enabled is false.",
                    "Set llm.http.enabled: true, or inject ObjectProvider<LlmWebClient>.", cause);
        }
        List<String> names = new ConfiguredClients(this.environment).names();
        if (names.isEmpty()) {
            return new FailureAnalysis("An LlmWebClient is injected, but no client is configured.",
                    "Set llm.http.base-url (for example http://localhost:11434) or llm.http.provider "
                            + "(for example openai), or llm.http.clients.<name>.base-url for a named client.",
                    cause);
        }
        return new FailureAnalysis(
                "The LlmWebClient that is injected is not clear, or has no such name. Configured clients: " + names
                        + ".",
                "Name one of them with @Qualifier(\"" + names.get(names.size() - 1)
                        + "\"), configure one for all with llm.http.base-url, or inject LlmWebClients.",
                cause);
    }

}
