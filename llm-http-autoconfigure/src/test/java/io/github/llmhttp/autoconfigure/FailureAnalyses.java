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
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Asks the registered failure analyzers, as Spring Boot does when a start fails.
 */
final class FailureAnalyses {

    private FailureAnalyses() {
    }

    /**
     * Run an application that must not start, and ask why it did not.
     * @param contextRunner the application
     * @param settings its settings, taken as they are
     * @return the analysis
     */
    static FailureAnalysis of(ApplicationContextRunner contextRunner, Map<String, Object> settings) {
        AtomicReference<FailureAnalysis> analysis = new AtomicReference<>();
        AtomicReference<ConfigurableApplicationContext> source = new AtomicReference<>();
        contextRunner.withInitializer((context) -> {
            context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("own", settings));
            source.set(context);
        }).run((context) -> {
            assertThat(context).hasFailed();
            analysis.set(analyse(context.getStartupFailure(), source.get()));
        });
        assertThat(analysis.get()).isNotNull();
        return analysis.get();
    }

    private static @Nullable FailureAnalysis analyse(Throwable failure, ConfigurableApplicationContext context) {
        return SpringFactoriesLoader.forDefaultResourceLocation()
            .load(FailureAnalyzer.class,
                    ArgumentResolver.of(BeanFactory.class, context.getBeanFactory())
                        .and(Environment.class, context.getEnvironment()),
                    FailureHandler.logging(LogFactory.getLog(FailureAnalyses.class)))
            .stream()
            .map((analyzer) -> analyzer.analyze(failure))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    }

}
