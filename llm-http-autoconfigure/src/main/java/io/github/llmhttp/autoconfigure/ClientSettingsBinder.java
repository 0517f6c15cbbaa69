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

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.github.llmhttp.LlmWebClients;
import io.github.llmhttp.client.ClientSettingsSource;
import io.github.llmhttp.config.ClientPreset;
import io.github.llmhttp.config.ClientSettings;
import io.github.llmhttp.config.KeySafety;
import io.github.llmhttp.config.Layer;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.config.Origins;
import io.github.llmhttp.config.Providers;
import io.github.llmhttp.config.SettingsResolver;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.Environment;

/**
 * Binds the layers of a client's settings, one after another, onto the same object: its
 * preset, {@code llm.http.*}, and what the client sets itself. Maps merge, lists are
 * replaced whole.
 */
final class ClientSettingsBinder implements ClientSettingsSource {

    private static final ConfigurationPropertyName SHARED = ConfigurationPropertyName.of(ConfiguredClients.PREFIX);

    private static final ConfigurationPropertyName CLIENTS = SHARED.append("clients");

    private final Environment environment;

    private final Providers providers;

    private final SettingsResolver resolver;

    ClientSettingsBinder(Environment environment, Providers providers, boolean keyProvider,
            Supplier<? extends Collection<String>> tlsBundles) {
        this.environment = environment;
        this.providers = providers;
        this.resolver = new SettingsResolver(providers, keyProvider, tlsBundles);
    }

    /**
     * The settings of all configured clients.
     * @return checked settings, those of the default client first
     */
    List<ClientSettings> configured() {
        Binder binder = Binder.get(this.environment);
        return new ConfiguredClients(this.environment).names()
            .stream()
            .map((name) -> bind(name, LlmWebClients.DEFAULT.equals(name) ? null : binder))
            .toList();
    }

    @Override
    public ClientSettings settings(String name, Map<String, ?> own) {
        ConfiguredClients.checkName(name);
        Map<String, Object> prefixed = new LinkedHashMap<>();
        own.forEach((key, value) -> {
            if (value != null) {
                prefixed.put(CLIENTS + "." + name + "." + key, value);
            }
        });
        // Placeholders are not resolved: such settings may come from users
        Binder binder = new Binder(new MapConfigurationPropertySource(prefixed));
        bindTo(new LlmClientProperties(), binder, CLIENTS.append(name),
                new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
        return bind(name, binder);
    }

    private ClientSettings bind(String name, @Nullable Binder ownBinder) {
        Binder sharedBinder = Binder.get(this.environment);
        LlmClientProperties shared = bindTo(new LlmClientProperties(), sharedBinder, SHARED, null);
        ConfigurationPropertyName ownPrefix = CLIENTS.append(name);
        LlmClientProperties own = new LlmClientProperties();
        if (ownBinder != null) {
            bindTo(own, ownBinder, ownPrefix, null);
        }
        ClientPreset preset = (own.getPreset() != null) ? own.getPreset() : shared.getPreset();
        LlmClientProperties properties = new LlmClientProperties();
        Origins origins = new Origins(name, preset);
        if (preset != null) {
            Binder presetBinder = new Binder(new MapConfigurationPropertySource(preset.settings()));
            bindLayer(properties, presetBinder, ConfigurationPropertyName.EMPTY, Layer.PRESET, origins);
        }
        bindLayer(properties, sharedBinder, SHARED, Layer.SHARED, origins);
        if (ownBinder != null) {
            if (KeySafety.isOwnEndpoint(own)) {
                KeySafety.forgetCredentials(properties, origins, this.providers.credentialHeaders());
            }
            KeySafety.forgetAddresses(own, properties, origins);
            bindLayer(properties, ownBinder, ownPrefix, Layer.CLIENT, origins);
        }
        return this.resolver.resolve(name, properties, origins);
    }

    private static void bindLayer(LlmClientProperties properties, Binder binder, ConfigurationPropertyName prefix,
            Layer layer, Origins origins) {
        bindTo(properties, binder, prefix, new OriginRecorder(prefix, layer, origins));
    }

    private static LlmClientProperties bindTo(LlmClientProperties properties, Binder binder,
            ConfigurationPropertyName prefix, @Nullable BindHandler handler) {
        try {
            binder.bind(prefix, Bindable.of(LlmClientProperties.class).withExistingValue(properties), handler);
            return properties;
        }
        catch (BindException ex) {
            throw BindProblems.of(ex);
        }
    }

}
