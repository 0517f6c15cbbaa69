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

package io.github.llmhttp.test.spring;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Looks whether a test wants a mock server.
 */
final class MockLlmServerContextCustomizerFactory implements ContextCustomizerFactory {

    private static final String EXTEND_WITH = "org.junit.jupiter.api.extension.ExtendWith";

    private static final String EXTENSION = "io.github.llmhttp.test.MockLlmServerExtension";

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
            List<ContextConfigurationAttributes> configAttributes) {
        AutoConfigureMockLlmServer annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass,
                AutoConfigureMockLlmServer.class);
        if (annotation == null) {
            return null;
        }
        try {
            requireNoOtherServer(testClass);
            return MockLlmServerContextCustomizer.of(annotation);
        }
        catch (IllegalArgumentException ex) {
            throw new IllegalStateException("@%s of %s: %s".formatted(AutoConfigureMockLlmServer.class.getSimpleName(),
                    testClass.getName(), ex.getMessage()), ex);
        }
    }

    /** By name, because JUnit is optional. */
    private static void requireNoOtherServer(Class<?> testClass) {
        boolean extended = MergedAnnotations.from(testClass, SearchStrategy.TYPE_HIERARCHY)
            .stream(EXTEND_WITH)
            .anyMatch((extension) -> Arrays.asList(extension.getStringArray("value")).contains(EXTENSION));
        if (extended) {
            throw new IllegalArgumentException("there would be a second server in the parameters of the test; "
                    + "remove MockLlmServerExtension and inject the bean instead");
        }
    }

}
