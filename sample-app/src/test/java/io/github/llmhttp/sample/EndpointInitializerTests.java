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

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;

import io.github.llmhttp.test.MockLlmServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EndpointInitializer}.
 */
class EndpointInitializerTests {

    private final MockEnvironment environment = new MockEnvironment();

    private final GenericApplicationContext context = new GenericApplicationContext();

    @AfterEach
    void close() {
        this.context.close();
    }

    @Test
    void mockAnswersWhenNobodyIsNamed() {
        initialize();
        MockLlmServer mock = this.context.getBean(MockLlmServer.class);
        assertThat(setting("base-url")).isEqualTo(mock.url());
        assertThat(setting("model")).isEqualTo("demo");
        assertThat(setting("fallback-models")).isEqualTo("demo-small");
        assertThat(setting("circuit-breaker.open-time")).isEqualTo("4s");
        assertThat(setting("api-key")).isNull();
    }

    @Test
    void mockEndsWithTheContext() {
        initialize();
        MockLlmServer mock = this.context.getBean(MockLlmServer.class);
        this.context.close();
        assertThatExceptionOfType(ConnectException.class)
            .isThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), mock.port()).close());
    }

    @Test
    void providerAloneIsEnough() {
        this.environment.setProperty("LLM_PROVIDER", "ollama");
        this.environment.setProperty("LLM_MODEL", " qwen3 ");
        initialize();
        assertThat(this.context.getBeanProvider(MockLlmServer.class).getIfAvailable()).isNull();
        assertThat(setting("provider")).isEqualTo("ollama");
        assertThat(setting("model")).isEqualTo("qwen3");
        assertThat(setting("fallback-models")).isNull();
        assertThat(setting("circuit-breaker.open-time")).isNull();
        assertThat(setting("base-url")).isNull();
    }

    @Test
    void emptyVariablesAreAsGoodAsNone() {
        this.environment.setProperty("LLM_BASE_URL", "https://llm.example.com");
        this.environment.setProperty("LLM_PROVIDER", "");
        this.environment.setProperty("LLM_API_KEY", "  ");
        initialize();
        assertThat(setting("base-url")).isEqualTo("https://llm.example.com");
        assertThat(setting("provider")).isNull();
        assertThat(setting("api-key")).isNull();
    }

    @Test
    void keyWithoutEndpointGoesNowhere() {
        this.environment.setProperty("LLM_API_KEY", "canary-key");
        initialize();
        assertThat(this.context.getBean(MockLlmServer.class)).isNotNull();
        assertThat(setting("api-key")).isNull();
    }

    @Test
    void settingsThatAreGivenOtherwiseWin() {
        this.environment.setProperty("llm.http.base-url", "https://own.example.com");
        this.environment.setProperty("LLM_BASE_URL", "https://llm.example.com");
        initialize();
        assertThat(setting("base-url")).isEqualTo("https://own.example.com");
        assertThat(this.context.getBeanProvider(MockLlmServer.class).getIfAvailable()).isNull();
    }

    private void initialize() {
        this.context.setEnvironment(this.environment);
        new EndpointInitializer().initialize(this.context);
        this.context.refresh();
    }

    private @Nullable String setting(String key) {
        return this.environment.getProperty("llm.http." + key);
    }

}
