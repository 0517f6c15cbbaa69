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

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.llmhttp.test.MockLlmServer;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Starts a mock server for an application context. Equal customizers let tests share a
 * context.
 *
 * @param urls the names of the properties that become the address
 * @param siblings what is set next to those that end with {@code .base-url}
 */
record MockLlmServerContextCustomizer(Set<String> urls, Map<String, String> siblings) implements ContextCustomizer {

    static final String BEAN = "mockLlmServer";

    private static final String BASE_URL = ".base-url";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\[[^\\]]+]|\\.[A-Za-z0-9_-]+)*");

    static MockLlmServerContextCustomizer of(AutoConfigureMockLlmServer annotation) {
        Set<String> urls = new LinkedHashSet<>(List.of(annotation.value()));
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("it names no property that should become the address of the server");
        }
        for (String url : urls) {
            if (!NAME.matcher(url).matches()) {
                throw new IllegalArgumentException(
                        "'%s' is no name of a property; an example is 'llm.http.base-url'".formatted(url));
            }
        }
        Map<String, String> siblings = new LinkedHashMap<>();
        putIfGiven(siblings, "provider", annotation.provider());
        putIfGiven(siblings, "api-key", annotation.apiKey());
        if (!siblings.isEmpty() && urls.stream().noneMatch((url) -> url.endsWith(BASE_URL))) {
            throw new IllegalArgumentException("there is no property that ends with '%s' to set %s next to it in %s"
                .formatted(BASE_URL, siblings.keySet(), urls));
        }
        return new MockLlmServerContextCustomizer(urls, siblings);
    }

    private static void putIfGiven(Map<String, String> siblings, String name, String value) {
        if (!value.isEmpty()) {
            siblings.put(name, value);
        }
    }

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
        MockLlmServer server = MockLlmServer.start();
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        beans.registerSingleton(BEAN, server);
        if (beans instanceof DefaultSingletonBeanRegistry registry) {
            // First come, last closed: the clients of the application go before
            registry.registerDisposableBean(BEAN, server::close);
        }
        context.getEnvironment()
            .getPropertySources()
            .addFirst(new MapPropertySource("mock LLM server", properties(server)));
    }

    private Map<String, Object> properties(MockLlmServer server) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("mock-llm-server.url", server.url());
        for (String url : this.urls) {
            properties.put(url, server.url());
            if (url.endsWith(BASE_URL)) {
                String prefix = url.substring(0, url.length() - BASE_URL.length() + 1);
                this.siblings.forEach((name, value) -> properties.put(prefix + name, value));
            }
        }
        return properties;
    }

}
