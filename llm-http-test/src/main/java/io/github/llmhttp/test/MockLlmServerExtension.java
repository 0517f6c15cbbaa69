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

package io.github.llmhttp.test;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * JUnit extension that gives tests a {@link MockLlmServer} as parameter. A test class and
 * its nested classes share one server; before each test its script and records are empty.
 * It is stopped after the last test of the class.
 * <p>
 * Who needs settings of his own or the address in a static method, keeps a server in a
 * static field with {@code @AutoClose}.
 */
public final class MockLlmServerExtension implements BeforeEachCallback, ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace
        .create(MockLlmServerExtension.class);

    /**
     * Create the extension; JUnit does so.
     */
    public MockLlmServerExtension() {
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        server(context).reset();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == MockLlmServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return server(context);
    }

    private static MockLlmServer server(ExtensionContext context) {
        return outermostClass(context).getStore(NAMESPACE)
            .computeIfAbsent(MockLlmServer.class, (key) -> MockLlmServer.start(), MockLlmServer.class);
    }

    /**
     * The store of a test is gone with the test, so the server belongs to the class.
     * @param context the context of a test or a class
     * @return the context of the outermost test class
     */
    private static ExtensionContext outermostClass(ExtensionContext context) {
        ExtensionContext outermost = context;
        ExtensionContext parent = context.getParent().orElse(null);
        while (parent != null && parent.getTestClass().isPresent()) {
            outermost = parent;
            parent = parent.getParent().orElse(null);
        }
        return outermost;
    }

}
