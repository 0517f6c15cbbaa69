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

package io.github.llmhttp.actuator;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.llmhttp.PoolStats;
import io.github.llmhttp.client.ClientRegistry;
import io.github.llmhttp.client.OpenClient;
import io.github.llmhttp.config.ClientSettings;
import io.github.llmhttp.config.ClientSettings.Setting;
import io.github.llmhttp.endpoint.EndpointStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Actuator endpoint {@code llmhttp}: explains each client's transport. Secrets are
 * masked.
 */
@Endpoint(id = "llmhttp", defaultAccess = Access.READ_ONLY)
public final class LlmHttpEndpoint {

    private final ClientRegistry clients;

    /**
     * Create the endpoint.
     * @param clients all clients
     */
    public LlmHttpEndpoint(ClientRegistry clients) {
        this.clients = clients;
    }

    /**
     * All clients.
     * @return descriptions by name
     */
    @ReadOperation
    public Clients clients() {
        Map<String, Client> shown = new TreeMap<>();
        Map<String, ClientSettings> settings = this.clients.settings();
        this.clients.open().forEach((name, open) -> {
            ClientSettings own = settings.get(name);
            if (own != null) {
                shown.put(name, describe(own, open));
            }
        });
        return new Clients(shown);
    }

    /**
     * One client.
     * @param name name of the client
     * @return its description, or {@code null} (status 404) if there is none
     */
    @ReadOperation
    public @Nullable Client client(@Selector String name) {
        OpenClient open = this.clients.open().get(name);
        ClientSettings settings = this.clients.settings().get(name);
        return (open != null && settings != null) ? describe(settings, open) : null;
    }

    private static Client describe(ClientSettings settings, OpenClient open) {
        return new Client(settings.provider(), open.health().endpoints(), open.client().poolStats(),
                settings.settings());
    }

    /**
     * All clients.
     *
     * @param clients descriptions by name
     */
    public record Clients(Map<String, Client> clients) {
    }

    /**
     * One client.
     *
     * @param provider whose wire format it speaks
     * @param endpoints what is remembered of each endpoint
     * @param pool the pool at this moment
     * @param settings effective settings by key, each with its origin
     */
    public record Client(String provider, List<EndpointStatus> endpoints, PoolStats pool,
            Map<String, Setting> settings) {
    }

}
