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

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;

import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.MockLlmServerExtension;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestExecutionListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class MockLlmServerContextCustomizerTests {

    private final MockLlmServerContextCustomizerFactory factory = new MockLlmServerContextCustomizerFactory();

    @Test
    void springFindsFactoryAndListener() {
        SpringFactoriesLoader factories = SpringFactoriesLoader.forDefaultResourceLocation();
        assertThat(factories.load(ContextCustomizerFactory.class))
            .hasAtLeastOneElementOfType(MockLlmServerContextCustomizerFactory.class);
        // Those of Spring itself need libraries that are not here
        assertThat(factories.load(TestExecutionListener.class, (type, name, failure) -> {
        })).hasAtLeastOneElementOfType(MockLlmServerResetListener.class);
    }

    @Test
    void aTestWithoutTheAnnotationGetsNoServer() {
        assertThat(customizer(Object.class)).isNull();
    }

    @Test
    void testsWithTheSameAttributesShareAContext() {
        assertThat(customizer(Plain.class)).isEqualTo(customizer(AlsoPlain.class))
            .isEqualTo(customizer(Subclass.class))
            .isEqualTo(customizer(Plain.Inner.class))
            .hasSameHashCodeAs(customizer(AlsoPlain.class))
            .isNotEqualTo(customizer(Named.class));
        assertThat(customizer(Named.class)).isNotEqualTo(customizer(NamedWithAnotherKey.class));
    }

    @Test
    void propertiesPointToTheServer() {
        try (GenericApplicationContext context = context(Named.class)) {
            context.refresh();
            Environment environment = context.getEnvironment();
            String url = context.getBean(MockLlmServer.class).url();
            assertThat(environment.getProperty("mock-llm-server.url")).isEqualTo(url);
            assertThat(environment.getProperty("llm.http.clients.fast.base-url")).isEqualTo(url);
            assertThat(environment.getProperty("llm.http.clients.fast.provider")).isEqualTo("anthropic");
            assertThat(environment.getProperty("llm.http.clients.fast.api-key")).isEqualTo("test-key");
            assertThat(environment.getProperty("my.clients[0].url")).isEqualTo(url);
            assertThat(environment.getProperty("llm.http.base-url")).isNull();
            assertThat(environment.getProperty("my.clients[0].provider")).isNull();
        }
    }

    @Test
    void theServerIsClosedWithItsContext() {
        GenericApplicationContext context = context(Plain.class);
        context.refresh();
        int port = context.getBean(MockLlmServer.class).port();
        context.close();
        assertRefuses(port);
    }

    @Test
    void theServerIsClosedWhenItsContextDoesNotStart() {
        GenericApplicationContext context = context(Plain.class);
        int port = ((MockLlmServer) context.getBeanFactory().getSingleton("mockLlmServer")).port();
        context.registerBean(Runnable.class, () -> {
            throw new IllegalStateException("no");
        });
        assertThatExceptionOfType(BeanCreationException.class).isThrownBy(context::refresh);
        assertRefuses(port);
    }

    @ParameterizedTest
    @ValueSource(classes = { NoName.class, BlankName.class, Assignment.class })
    void whatIsNoNameOfAPropertyIsRefused(Class<?> testClass) {
        assertThatIllegalStateException().isThrownBy(() -> customizer(testClass))
            .withMessageStartingWith("@AutoConfigureMockLlmServer of " + testClass.getName() + ": ")
            .withMessageContaining("property");
    }

    @Test
    void aProviderNeedsABaseUrl() {
        assertThatIllegalStateException().isThrownBy(() -> customizer(ProviderOfNothing.class))
            .withMessageContaining("no property that ends with '.base-url' to set [provider] next to it in [my.url]");
    }

    @Test
    void aSecondServerIsRefused() {
        assertThatIllegalStateException().isThrownBy(() -> customizer(TwoServers.class))
            .withMessageContaining("remove MockLlmServerExtension and inject the bean instead");
    }

    private ContextCustomizer customizer(Class<?> testClass) {
        return this.factory.createContextCustomizer(testClass, List.of());
    }

    private GenericApplicationContext context(Class<?> testClass) {
        GenericApplicationContext context = new GenericApplicationContext();
        customizer(testClass).customizeContext(context,
                new MergedContextConfiguration(testClass, null, null, null, null));
        return context;
    }

    private static void assertRefuses(int port) {
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close());
    }

    @AutoConfigureMockLlmServer
    static class Plain {

        @Nested
        class Inner {

        }

    }

    @AutoConfigureMockLlmServer
    static class AlsoPlain {

    }

    static class Subclass extends Plain {

    }

    @AutoConfigureMockLlmServer(value = { "llm.http.clients.fast.base-url", "my.clients[0].url" },
            provider = "anthropic", apiKey = "test-key")
    static class Named {

    }

    @AutoConfigureMockLlmServer(value = { "llm.http.clients.fast.base-url", "my.clients[0].url" },
            provider = "anthropic", apiKey = "other-key")
    static class NamedWithAnotherKey {

    }

    @AutoConfigureMockLlmServer({})
    static class NoName {

    }

    @AutoConfigureMockLlmServer(" ")
    static class BlankName {

    }

    @AutoConfigureMockLlmServer("llm.http.base-url=http://localhost")
    static class Assignment {

    }

    @AutoConfigureMockLlmServer(value = "my.url", provider = "openai")
    static class ProviderOfNothing {

    }

    @AutoConfigureMockLlmServer
    @ExtendWith(MockLlmServerExtension.class)
    static class TwoServers {

    }

}
