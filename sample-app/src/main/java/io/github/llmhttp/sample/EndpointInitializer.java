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

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.llmhttp.test.MockLlmServer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/**
 * Decides who answers before the settings are bound: the endpoint that the variables
 * {@code LLM_*} name, or a mock server inside the application. Placeholders in
 * {@code application.yml} cannot say this: for a variable that is not set they leave an
 * empty value or their own text behind.
 */
final class EndpointInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final Log logger = LogFactory.getLog(EndpointInitializer.class);

    private static final Map<String, String> KEYS = Map.of("LLM_BASE_URL", "llm.http.base-url", "LLM_PROVIDER",
            "llm.http.provider", "LLM_API_KEY", "llm.http.api-key", "LLM_MODEL", "llm.http.model");

    /**
     * Shows in seconds on the live page what a real endpoint is given more time for.
     */
    private static final Map<String, Object> QUICK = Map.of("llm.http.timeout.token-gap", "3s",
            "llm.http.circuit-breaker.window", "20", "llm.http.circuit-breaker.open-time", "4s",
            "llm.http.pool.max-streams", "40", "llm.http.pool.max-pending-acquires", "5");

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        Map<String, Object> settings = new LinkedHashMap<>();
        KEYS.forEach((variable, key) -> {
            String value = environment.getProperty(variable);
            if (StringUtils.hasText(value)) {
                settings.put(key, value.strip());
            }
        });
        // Last, so that every other way to set the same key wins
        environment.getPropertySources().addLast(new MapPropertySource("llmVariables", settings));
        if (!environment.containsProperty("llm.http.base-url") && !environment.containsProperty("llm.http.provider")) {
            useMock(settings, startMock(context));
        }
    }

    private static void useMock(Map<String, Object> settings, MockLlmServer mock) {
        if (settings.remove("llm.http.api-key") != null) {
            logger.warn("LLM_API_KEY is not used: set LLM_PROVIDER or LLM_BASE_URL to say whose key it is");
        }
        settings.put("llm.http.base-url", mock.url());
        settings.putIfAbsent("llm.http.model", "demo");
        settings.put("llm.http.fallback-models", DemoAnswers.FALLBACK_MODEL);
        settings.putAll(QUICK);
        logger.info("Answers come from the mock server at %s; set LLM_PROVIDER or LLM_BASE_URL for a real one"
            .formatted(mock.url()));
    }

    private static MockLlmServer startMock(ConfigurableApplicationContext context) {
        MockLlmServer mock = MockLlmServer.start().otherwise(DemoAnswers::to);
        // Registered first, so it is destroyed last, after the client has closed
        DefaultListableBeanFactory beans = (DefaultListableBeanFactory) context.getBeanFactory();
        beans.registerSingleton("mockLlmServer", mock);
        beans.registerDisposableBean("mockLlmServer", mock::close);
        return mock;
    }

}
