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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.llmhttp.Failure;
import io.github.llmhttp.PoolStats;
import io.github.llmhttp.client.ClientRegistry;
import io.github.llmhttp.client.OpenClient;
import io.github.llmhttp.client.TransportState;
import io.github.llmhttp.config.ClientSettings.Setting;
import io.github.llmhttp.endpoint.EndpointStatus;
import io.github.llmhttp.health.ClientHealth;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Actuator endpoint {@code llmhttp}: explains each client's transport, and with
 * {@code management.endpoint.llmhttp.access=unrestricted} lets it begin anew. Secrets are
 * masked, and what the application's {@link SanitizingFunction} beans say.
 */
@Endpoint(id = "llmhttp", defaultAccess = Access.READ_ONLY)
public final class LlmHttpEndpoint {

    private final ClientRegistry clients;

    private final Sanitizer sanitizer;

    /**
     * Create the endpoint.
     * @param clients all clients
     * @param sanitizing the application's own rules on what not to show
     */
    public LlmHttpEndpoint(ClientRegistry clients, Iterable<SanitizingFunction> sanitizing) {
        this.clients = clients;
        this.sanitizer = new Sanitizer(sanitizing);
    }

    /**
     * All clients.
     * @return descriptions by name
     */
    @ReadOperation
    public Clients clients() {
        Map<String, Client> shown = new TreeMap<>();
        this.clients.open().forEach((name, open) -> shown.put(name, describe(open)));
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
        return (open != null) ? describe(open) : null;
    }

    /**
     * Let a part of a client's transport begin anew.
     * @param name name of the client
     * @param part {@code circuit-breakers}, which are closed, or
     * {@code idle-connections}, which are evicted
     * @return what was done
     */
    @DeleteOperation
    public Done reset(@Selector String name, @Selector String part) {
        OpenClient open = find(name);
        return switch (part) {
            case "circuit-breakers" -> {
                open.resetCircuitBreakers();
                yield new Done("circuit breakers are closed", open.health().endpoints().size());
            }
            case "idle-connections" -> new Done("connections are evicted", open.evictIdleConnections());
            default -> throw new InvalidEndpointRequestException("There is no part '" + part + "'",
                    "a client has circuit-breakers, idle-connections, and calls/{id}");
        };
    }

    /**
     * Cancel a call.
     * @param name name of the client
     * @param part {@code calls}
     * @param id number of the call
     * @return what was done
     */
    @DeleteOperation
    public Done cancel(@Selector String name, @Selector String part, @Selector long id) {
        if (!part.equals("calls")) {
            throw new InvalidEndpointRequestException("There is no part '" + part + "'", "only calls have numbers");
        }
        return new Done("calls are cancelled", find(name).cancel(id) ? 1 : 0);
    }

    private OpenClient find(String name) {
        OpenClient open = this.clients.open().get(name);
        if (open == null) {
            throw new InvalidEndpointRequestException("There is no client '" + name + "'",
                    "open clients are " + new TreeMap<>(this.clients.open()).keySet());
        }
        return open;
    }

    private Client describe(OpenClient open) {
        ClientHealth health = open.health();
        return new Client(open.settings().provider(), health.endpoints(), health.coolDown(), open.client().poolStats(),
                open.transport(), settings(open));
    }

    private Map<String, Setting> settings(OpenClient open) {
        String name = open.settings().name();
        Map<String, Setting> shown = new TreeMap<>();
        open.settings().settings().forEach((key, setting) -> {
            SanitizableData data = new SanitizableData(null, Failure.property(name, key), setting.value());
            shown.put(key, new Setting(String.valueOf(this.sanitizer.sanitize(data, true)), setting.origin()));
        });
        return shown;
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
     * @param coolDown for how long calls still wait, because the provider asked them to
     * @param pool the pool at this moment
     * @param transport calls that are under way, and what was learned of the network
     * @param settings effective settings by key, each with its origin
     */
    public record Client(String provider, List<EndpointStatus> endpoints, Duration coolDown, PoolStats pool,
            TransportState transport, Map<String, Setting> settings) {
    }

    /**
     * What an operation did.
     *
     * @param what what it does
     * @param number to how many
     */
    public record Done(String what, int number) {
    }

}
