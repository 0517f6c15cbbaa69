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

import java.time.Duration;
import java.util.Map;

import io.github.llmhttp.LlmConfigException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebClients;
import io.github.llmhttp.circuitbreaker.CircuitBreakerProperties;
import io.github.llmhttp.circuitbreaker.CircuitBreakers;
import io.github.llmhttp.client.ClientRegistry;
import io.github.llmhttp.client.FakeClients;
import io.github.llmhttp.config.ClientSettings;
import io.github.llmhttp.config.InvalidSettingsException;
import io.github.llmhttp.config.TestProviders;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.springboot.circuitbreaker.autoconfigure.CircuitBreakerAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.http.client.HttpClient;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.Mockito.mock;

@ExtendWith(OutputCaptureExtension.class)
class LlmHttpAutoConfigurationTests {

    private final FakeClients factory = new FakeClients();

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(LlmHttpAutoConfiguration.class))
        .withBean(FakeClients.class, () -> this.factory)
        .withBean(TestProviders.class);

    @Test
    void startsWithoutAnyClientWhenNothingIsConfigured() {
        this.contextRunner.run((context) -> {
            assertThat(context).hasNotFailed().hasSingleBean(LlmWebClients.class).doesNotHaveBean(LlmWebClient.class);
            assertThat(context.getBean(LlmWebClients.class).names()).isEmpty();
        });
    }

    @Test
    void circuitBreakersHaveARegistry() {
        this.contextRunner.run((context) -> assertThat(context).hasSingleBean(CircuitBreakerRegistry.class));
    }

    @Test
    void registryOfResilience4jWinsWithItsInstances() {
        this.contextRunner.withConfiguration(AutoConfigurations.of(CircuitBreakerAutoConfiguration.class))
            .withPropertyValues("resilience4j.circuitbreaker.instances.default.sliding-window-size=7")
            .run((context) -> {
                assertThat(context).hasSingleBean(CircuitBreakerRegistry.class)
                    .doesNotHaveBean("llmCircuitBreakerRegistry");
                CircuitBreakerRegistry registry = context.getBean(CircuitBreakerRegistry.class);
                new CircuitBreakers("default", new CircuitBreakerProperties(), registry, 1, System::nanoTime).close();
                assertThat(registry.find("default")).hasValueSatisfying((own) -> assertThat(own)
                    .extracting((breaker) -> breaker.getCircuitBreakerConfig().getSlidingWindowSize())
                    .isEqualTo(7));
            });
    }

    @Test
    void baseUrlGivesThePrimaryClient() {
        this.contextRunner
            .withPropertyValues("llm.http.base-url=http://localhost:8000/v1/",
                    "llm.http.clients.other.base-url=http://localhost:8001")
            .run((context) -> {
                assertThat(context.getBean(LlmWebClient.class).name()).isEqualTo("default");
                assertThat(settings(context, "default").baseUrl()).hasToString("http://localhost:8000");
            });
    }

    @Test
    void providerAloneGivesThePrimaryClientAtItsPublicAddress() {
        this.contextRunner.withPropertyValues("llm.http.provider=anthropic", "llm.http.api-key=k").run((context) -> {
            assertThat(context.getBean(LlmWebClient.class).name()).isEqualTo("default");
            assertThat(settings(context, "default").baseUrl()).hasToString("https://api.anthropic.com");
            assertThat(settings(context, "default").settings().get("base-url").origin()).isEqualTo("provider");
        });
    }

    @Test
    void providerIsFoundByTheHost() {
        this.contextRunner.withPropertyValues("llm.http.base-url=https://api.openai.com", "llm.http.api-key=k")
            .run((context) -> assertThat(settings(context, "default").provider()).isEqualTo("openai"));
    }

    @Test
    void singleNamedClientIsPrimary() {
        this.contextRunner.withPropertyValues("llm.http.clients.local.base-url=http://localhost:8000")
            .run((context) -> assertThat(context.getBean(LlmWebClient.class).name()).isEqualTo("local"));
    }

    @Test
    void severalNamedClientsNeedAQualifier() {
        this.contextRunner
            .withPropertyValues("llm.http.clients.a.base-url=http://localhost:8000",
                    "llm.http.clients.b-2.base-url=http://localhost:8001")
            .run((context) -> {
                assertThatExceptionOfType(NoSuchBeanDefinitionException.class)
                    .isThrownBy(() -> context.getBean(LlmWebClient.class));
                assertThat(BeanFactoryAnnotationUtils
                    .qualifiedBeanOfType(context.getBeanFactory(), LlmWebClient.class, "b-2")
                    .name()).isEqualTo("b-2");
            });
    }

    @Test
    void clientsAreOpenedAtStartEvenIfBeansAreLazy() {
        this.contextRunner
            .withInitializer(
                    (context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
            .withPropertyValues("llm.http.base-url=http://localhost:8000")
            .run((context) -> assertThat(this.factory.opened()).hasSize(1));
    }

    @Test
    void disabledSwitchesAllOff() {
        this.contextRunner.withPropertyValues("llm.http.enabled=false", "llm.http.base-url=not a url")
            .run((context) -> assertThat(context).hasNotFailed()
                .doesNotHaveBean(LlmWebClient.class)
                .doesNotHaveBean(LlmWebClients.class));
    }

    @Test
    void backsOffWithoutReactorNetty() {
        this.contextRunner.withClassLoader(new FilteredClassLoader(HttpClient.class))
            .run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LlmWebClients.class));
    }

    @Test
    void backsOffWithoutWebClient() {
        this.contextRunner.withClassLoader(new FilteredClassLoader(WebClient.class))
            .run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LlmWebClients.class));
    }

    @Test
    void backsOffForOwnRegistry() {
        LlmWebClients own = mock(LlmWebClients.class);
        this.contextRunner.withBean(LlmWebClients.class, () -> own)
            .run((context) -> assertThat(context).getBean(LlmWebClients.class).isSameAs(own));
    }

    @Test
    void environmentVariablesReachClients() {
        this.contextRunner
            .withInitializer((context) -> TestPropertyValues
                .of("LLM_HTTP_BASE_URL=http://localhost:8000", "LLM_HTTP_TIMEOUT_BYTE_IDLE=7s", "LLM_HTTP_API_KEY=k",
                        "LLM_HTTP_CLIENTS_LOCAL_BASEURL=http://localhost:8001",
                        "LLM_HTTP_CLIENTS_LOCAL_POOL_MAXCONNECTIONS=7")
                .applyTo(context.getEnvironment(), TestPropertyValues.Type.SYSTEM_ENVIRONMENT))
            .run((context) -> {
                assertThat(context).hasNotFailed();
                assertThat(settings(context, "default").timeout().getByteIdle()).isEqualTo(Duration.ofSeconds(7));
                assertThat(settings(context, "default").apiKey()).isEqualTo("k");
                assertThat(settings(context, "local").baseUrl()).hasToString("http://localhost:8001");
                assertThat(settings(context, "local").pool().getMaxConnections()).isEqualTo(7);
                assertThat(settings(context, "local").settings().get("pool.max-connections").origin())
                    .isEqualTo("llm.http.clients.local");
            });
    }

    @Test
    void closesAllClientsWithTheContext() {
        this.contextRunner
            .withPropertyValues("llm.http.clients.a.base-url=http://localhost:8000",
                    "llm.http.clients.b.base-url=http://localhost:8001")
            .run((context) -> {
                context.close();
                assertThat(this.factory.closed()).containsExactlyInAnyOrder("a", "b");
            });
    }

    @Test
    void createsClientsAtRunTimeThroughTheSameLayers() {
        this.contextRunner.withPropertyValues("llm.http.timeout.call=33s", "llm.http.headers.X-Team=search")
            .run((context) -> {
                LlmWebClients clients = context.getBean(LlmWebClients.class);
                LlmWebClient client = clients.create("tenant-1", Map.of("base-url", "http://localhost:8000", "preset",
                        "low", "timeout.connect", Duration.ofMillis(500), "headers", Map.of("X-Tenant", "1")));
                assertThat(clients.get("tenant-1")).isSameAs(client);
                ClientSettings settings = settings(context, "tenant-1");
                assertThat(settings.timeout().getCall()).isEqualTo(Duration.ofSeconds(33));
                assertThat(settings.timeout().getConnect()).isEqualTo(Duration.ofMillis(500));
                assertThat(settings.pool().getMaxConnections()).isEqualTo(20);
                assertThat(settings.headers()).containsOnly(Map.entry("X-Team", "search"), Map.entry("X-Tenant", "1"));
                assertThatIllegalArgumentException().isThrownBy(() -> clients.create("tenant-1", Map.of()))
                    .withMessageContaining("tenant-1");
            });
    }

    @Test
    void badSettingsAtRunTimeFailWithTheirFullName() {
        this.contextRunner.run((context) -> {
            LlmWebClients clients = context.getBean(LlmWebClients.class);
            assertThatExceptionOfType(LlmConfigException.class)
                .isThrownBy(() -> clients.create("t", Map.of("base-url", "http://localhost", "timeout.cal", "5s")))
                .withMessageContaining("llm.http.clients.t.timeout.cal ")
                .withMessageContaining("llm.http.clients.t.timeout.call");
            assertThatExceptionOfType(LlmConfigException.class)
                .isThrownBy(() -> clients.create("t", Map.of("base-url", "http://localhost", "timeout.call", "soon")))
                .withMessageContaining("llm.http.clients.t.timeout.call");
            assertThatExceptionOfType(LlmConfigException.class)
                .isThrownBy(() -> clients.create("T t", Map.of("base-url", "http://localhost")));
            assertThatExceptionOfType(LlmConfigException.class)
                .isThrownBy(() -> clients.create("t", Map.of("base-url", "https://localhost", "tls.bundle", "llm")))
                .withMessageContaining("llm.http.clients.t.tls.bundle = llm is no SSL bundle that is known");
            assertThatExceptionOfType(LlmConfigException.class).isThrownBy(() -> clients.create("t", Map.of()))
                .withMessageContaining("llm.http.clients.t.base-url is not set");
            assertThat(clients.names()).isEmpty();
        });
    }

    @Test
    void placeholdersInRunTimeSettingsAreNotResolved() {
        this.contextRunner.withPropertyValues("secret=canary").run((context) -> {
            LlmWebClients clients = context.getBean(LlmWebClients.class);
            assertThatExceptionOfType(LlmConfigException.class).isThrownBy(
                    () -> clients.create("t", Map.of("base-url", "http://localhost", "headers.X-A", "${secret}")));
        });
    }

    @Test
    void warningsAreLogged(CapturedOutput output) {
        this.contextRunner.withPropertyValues("llm.http.base-url=https://api.openai.com")
            .run((context) -> assertThat(output)
                .contains("[default] llm.http.api-key is not set, but api.openai.com:443"));
    }

    @Test
    void fallbackWithoutTheModelThatItsProviderNeedsIsOneWarning(CapturedOutput output) {
        this.contextRunner
            .withPropertyValues("llm.http.fallback=backup", "llm.http.clients.backup.provider=anthropic",
                    "llm.http.clients.backup.api-key=k", "llm.http.clients.a.base-url=http://localhost:8000",
                    "llm.http.clients.b.base-url=http://localhost:8000")
            .run((context) -> assertThat(output).containsOnlyOnce(
                    "[backup] llm.http.clients.backup.model is not set, but 'a' falls back to this client, "
                            + "and provider 'anthropic' needs a model: a request that names none fails as CONFIG; "));
    }

    @ParameterizedTest
    @ValueSource(strings = { "llm.http.clients.backup.model=m", "llm.http.clients.backup.provider=vllm",
            "llm.http.clients.a.fallback=" })
    void fallbackThatLacksNothingIsNoWarning(String setting, CapturedOutput output) {
        this.contextRunner
            .withPropertyValues("llm.http.clients.a.fallback=backup",
                    "llm.http.clients.a.base-url=http://localhost:8000",
                    "llm.http.clients.backup.base-url=http://localhost:8001", "llm.http.clients.backup.provider=ollama",
                    setting)
            .run((context) -> {
                assertThat(this.factory.opened()).hasSize(2);
                assertThat(output).doesNotContain("backup.model");
            });
    }

    @Test
    void closesClientsThatWereOpenedIfTheContextDoesNotStart() {
        this.contextRunner.withPropertyValues("llm.http.base-url=http://localhost:8000")
            .withBean(Broken.class)
            .run((context) -> {
                assertThat(context).hasFailed();
                assertThat(this.factory.opened()).hasSize(1);
                assertThat(this.factory.closed()).containsExactly("default");
            });
    }

    @Test
    @Covers(FaultRow.NAME_TAKEN)
    void clientAndBeanOfOneNameFailNamingBoth() {
        this.contextRunner.withBean("localLlmWebClient", String.class, () -> "taken")
            .withPropertyValues("llm.http.clients.local.base-url=http://localhost:8000")
            .run((context) -> assertThat(context).getFailure()
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContainingAll("llm.http.clients.local", "localLlmWebClient"));
    }

    private static ClientSettings settings(AssertableApplicationContext context, String name) {
        return context.getBean(ClientRegistry.class).settings().get(name);
    }

    static final class Broken {

        Broken(LlmWebClient client) {
            throw new IllegalStateException("cannot use " + client.name());
        }

    }

}
