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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.llmhttp.LlmWebClients;
import io.github.llmhttp.config.InvalidSettingsException;
import io.github.llmhttp.config.LlmHttpProperties;
import io.github.llmhttp.config.SettingFormat;
import io.github.llmhttp.config.SettingProblem;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.StringUtils;

/**
 * Which clients the configuration asks for. Reads names alone, so that it can be asked
 * before any bean exists.
 */
final class ConfiguredClients {

    static final String PREFIX = "llm.http";

    private static final String CLIENTS = PREFIX + ".clients";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private final Set<String> names = new TreeSet<>();

    private final boolean hasDefault;

    /**
     * Read the names.
     * @param environment the environment
     * @throws InvalidSettingsException if a key is unknown, cannot be converted, or a
     * name is not allowed
     */
    ConfiguredClients(Environment environment) {
        Binder binder = Binder.get(environment);
        try {
            binder.bind(PREFIX, Bindable.of(LlmHttpProperties.class),
                    new NoUnboundElementsBindHandler(BindHandler.DEFAULT, ConfiguredClients::isExact));
            this.names.addAll(binder.bind(CLIENTS, Bindable.mapOf(String.class, Object.class))
                .orElseGet(LinkedHashMap::new)
                .keySet());
        }
        catch (BindException ex) {
            throw BindProblems.of(ex);
        }
        this.names.forEach(ConfiguredClients::checkName);
        this.hasDefault = Stream.of("base-url", "provider", "endpoints[0].url").anyMatch((key) -> isSet(binder, key));
    }

    // An environment variable has lost the dashes of its key: it may belong to anybody
    private static boolean isExact(ConfigurationPropertySource source) {
        return !(source.getUnderlyingSource() instanceof PropertySource<?> underlying
                && underlying.getName().endsWith(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME));
    }

    private static boolean isSet(Binder binder, String key) {
        return StringUtils.hasLength(binder.bind(PREFIX + "." + key, String.class).orElse(null));
    }

    /**
     * Check the name of a client.
     * @param name the name
     * @throws InvalidSettingsException if it is not allowed
     */
    static void checkName(String name) {
        if (LlmWebClients.DEFAULT.equals(name)) {
            throw refused(name, "is the name of the client that llm.http.base-url configures");
        }
        if (!NAME.matcher(name).matches()) {
            throw refused(name, "is not a name for a client");
        }
    }

    private static InvalidSettingsException refused(String name, String reason) {
        return new InvalidSettingsException(List.of(new SettingProblem(CLIENTS + "." + SettingFormat.of(name), null,
                reason, "lower-case letters, digits and single dashes, beginning with a letter",
                CLIENTS + ".gpu-1.base-url: http://localhost:8000", SettingProblem.Severity.ERROR)));
    }

    /**
     * Names of all clients, the default one first.
     * @return the names
     */
    List<String> names() {
        List<String> all = new ArrayList<>();
        if (this.hasDefault) {
            all.add(LlmWebClients.DEFAULT);
        }
        all.addAll(this.names);
        return all;
    }

    /**
     * The client that is injected where none is named.
     * @param name name of a client
     * @return whether it is the default one, or the only one
     */
    boolean isPrimary(String name) {
        return this.hasDefault ? LlmWebClients.DEFAULT.equals(name) : this.names.size() == 1;
    }

}
