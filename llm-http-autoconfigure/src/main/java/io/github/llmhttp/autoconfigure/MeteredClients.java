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

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.llmhttp.client.ClientListener;
import io.github.llmhttp.client.OpenClient;
import io.github.llmhttp.config.ClientSettings;
import io.github.llmhttp.monitoring.ClientMeters;
import io.github.llmhttp.monitoring.MonitoredClient;

/**
 * Gives each client that opens its meters, until it closes.
 */
final class MeteredClients implements ClientListener {

    private final ClientMeters meters;

    MeteredClients(ClientMeters meters) {
        this.meters = meters;
    }

    @Override
    public void opened(OpenClient client) {
        ClientSettings settings = client.settings();
        List<String> endpoints = settings.endpoints().stream().map((endpoint) -> endpoint.url().endpoint()).toList();
        this.meters.open(new MonitoredClient(settings.name(), settings.provider(), endpoints, models(settings),
                settings.monitoring(), client.client()::poolStats, () -> client.health().endpoints(),
                client::webSockets, () -> client.health().coolDown()));
    }

    private static Set<String> models(ClientSettings settings) {
        Set<String> models = new HashSet<>(settings.monitoring().getModels());
        models.addAll(settings.fallbackModels());
        if (settings.model() != null) {
            models.add(settings.model());
        }
        return models;
    }

    @Override
    public void closed(OpenClient client) {
        this.meters.close(client.settings().name());
    }

}
