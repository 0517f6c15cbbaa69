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

package io.github.llmhttp.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmConfigException;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.config.ClientSettings;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.config.Origins;
import io.github.llmhttp.config.SettingsResolver;
import io.github.llmhttp.config.TestProviders;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ClientRegistryTests {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    @Test
    void missingClientFailsNamingThoseThatThereAre() {
        ClientRegistry registry = registry(new FakeClients());
        registry.create("a", Map.of());
        assertThatIllegalArgumentException().isThrownBy(() -> registry.get("b"))
            .withMessageContaining("[a]")
            .withMessageContaining("llm.http.clients.b.base-url");
    }

    @Test
    void nameIsFreeAgainAfterClose() {
        FakeClients clients = new FakeClients();
        ClientRegistry registry = registry(clients);
        registry.create("a", Map.of());
        assertThatIllegalArgumentException().isThrownBy(() -> registry.create("a", Map.of()));
        StepVerifier.create(registry.close("a")).expectComplete().verify(LIMIT);
        assertThat(clients.closed()).containsExactly("a");
        assertThat(registry.names()).isEmpty();
        registry.create("a", Map.of());
        assertThat(registry.names()).containsExactly("a");
    }

    @Test
    void fallbackOfACreatedClientMustBeOneThatIsOpen() {
        ClientRegistry registry = fallbacks();
        registry.create("backup", Map.of());
        assertThatExceptionOfType(LlmConfigException.class)
            .isThrownBy(() -> registry.create("a", Map.of("fallback", "bakcup")))
            .withMessageContaining("llm.http.clients.a.fallback")
            .withMessageContaining("for example llm.http.clients.a.fallback: backup");
        assertThat(registry.create("a", Map.of("fallback", "backup")).name()).isEqualTo("a");
    }

    @Test
    void createdClientMustNotLeadBack() {
        ClientRegistry registry = fallbacks();
        registry.create("b", Map.of());
        registry.create("a", Map.of("fallback", "b"));
        registry.close("b").block(LIMIT);
        assertThatExceptionOfType(LlmConfigException.class)
            .isThrownBy(() -> registry.create("b", Map.of("fallback", "a")))
            .withMessageContaining("b -> a -> b");
        assertThat(registry.names()).containsExactly("a");
    }

    private static ClientRegistry fallbacks() {
        return new ClientRegistry(new FakeClients(), (name, own) -> {
            LlmClientProperties properties = new LlmClientProperties();
            properties.setBaseUrl("http://localhost:8000");
            properties.setFallback((String) own.get("fallback"));
            return new SettingsResolver(new TestProviders(), false).resolve(name, properties, new Origins(name, null));
        });
    }

    @Test
    void closingAMissingClientCompletes() {
        StepVerifier.create(registry(new FakeClients()).close("a")).expectComplete().verify(LIMIT);
    }

    @Test
    void closesAllSideBySideAndOnce() {
        Sinks.Empty<Void> done = Sinks.empty();
        FakeClients clients = new FakeClients(done.asMono());
        ClientRegistry registry = registry(clients);
        registry.create("a", Map.of());
        registry.create("b", Map.of());
        StepVerifier.create(Mono.when(registry.closeAll(), registry.closeAll()))
            .then(() -> assertThat(done.currentSubscriberCount()).isEqualTo(2))
            .then(done::tryEmitEmpty)
            .expectComplete()
            .verify(LIMIT);
        assertThat(clients.closed()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void clientThatClosesByItsNameIsWaitedForWhenAllClose() {
        Sinks.Empty<Void> done = Sinks.empty();
        FakeClients clients = new FakeClients(done.asMono());
        ClientRegistry registry = registry(clients);
        registry.create("a", Map.of());
        StepVerifier.create(registry.close("a")).thenCancel().verify(LIMIT);
        StepVerifier.create(registry.closeAll())
            .then(() -> assertThat(clients.closed()).isEmpty())
            .then(done::tryEmitEmpty)
            .expectComplete()
            .verify(LIMIT);
        assertThat(clients.closed()).containsExactly("a");
    }

    @Test
    void noClientIsCreatedOnceAllClose() {
        ClientRegistry registry = registry(new FakeClients());
        StepVerifier.create(registry.closeAll()).expectComplete().verify(LIMIT);
        assertThatExceptionOfType(LlmHttpException.class).isThrownBy(() -> registry.create("a", Map.of()))
            .satisfies((failure) -> assertThat(failure.kind()).isEqualTo(FailureKind.SHUTDOWN));
    }

    @Test
    void closedClientsKeepTheirNamesSoThatLateCallsGetShutdown() {
        ClientRegistry registry = registry(new FakeClients());
        registry.create("a", Map.of());
        StepVerifier.create(registry.closeAll()).expectComplete().verify(LIMIT);
        assertThat(registry.get("a")).isNotNull();
    }

    @Test
    void opensAllOrNone() {
        FakeClients clients = new FakeClients();
        ClientRegistry registry = new ClientRegistry((settings, others) -> {
            if (settings.name().equals("b")) {
                throw new IllegalStateException("no");
            }
            return clients.open(settings, others);
        }, (name, own) -> settings(name));
        assertThatIllegalStateException().isThrownBy(() -> registry.openAll(List.of(settings("a"), settings("b"))));
        assertThat(clients.closed()).containsExactly("a");
    }

    private static ClientRegistry registry(FakeClients clients) {
        return new ClientRegistry(clients, (name, own) -> settings(name));
    }

    private static ClientSettings settings(String name) {
        LlmClientProperties properties = new LlmClientProperties();
        properties.setBaseUrl("http://localhost:8000");
        return new SettingsResolver(new TestProviders(), false).resolve(name, properties, new Origins(name, null));
    }

}
