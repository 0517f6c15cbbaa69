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

package io.github.llmhttp.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.github.llmhttp.Failure;
import io.github.llmhttp.config.SettingProblem.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Checks where fallbacks lead, which takes all clients: to one that there is, and never
 * back.
 */
public final class FallbackLint {

    private static final String FALLBACK = "fallback";

    private static final String MODEL = "model";

    private static final String SHARED = "llm.http";

    private final Map<String, ClientSettings> clients;

    private final List<SettingProblem> problems = new ArrayList<>();

    private final Map<String, SettingProblem> warnings = new TreeMap<>();

    private final Set<String> reported = new HashSet<>();

    private FallbackLint(Map<String, ClientSettings> clients) {
        this.clients = clients;
    }

    /**
     * Check the fallbacks of clients that are about to be opened.
     * @param added their settings
     * @param open the settings of those that are open already, by name
     * @return a warning of each fallback that lacks a setting, by its name
     * @throws InvalidSettingsException if a fallback is no client, or leads back
     */
    public static Map<String, SettingProblem> check(Collection<ClientSettings> added,
            Map<String, ClientSettings> open) {
        Map<String, ClientSettings> clients = new TreeMap<>(open);
        added.forEach((client) -> clients.put(client.name(), client));
        FallbackLint lint = new FallbackLint(clients);
        added.forEach(lint::check);
        if (!lint.problems.isEmpty()) {
            throw new InvalidSettingsException(lint.problems);
        }
        return lint.warnings;
    }

    private void check(ClientSettings client) {
        String fallback = client.fallback();
        if (fallback == null) {
            return;
        }
        ClientSettings next = this.clients.get(fallback);
        if (next != null) {
            checkWay(client);
            checkModel(client, next);
        }
        else if (this.reported.add(property(client))) {
            // Once, however many clients inherit it
            this.problems.add(missing(client, fallback));
        }
    }

    private SettingProblem missing(ClientSettings client, String fallback) {
        List<String> others = this.clients.keySet().stream().filter((name) -> !name.equals(client.name())).toList();
        String nearest = NearestName.of(fallback, others);
        return new SettingProblem(property(client), SettingFormat.of(fallback), "is no client that there is",
                (nearest != null) ? String.join(", ", others) : "another client, and there is none",
                property(client) + ": " + ((nearest != null) ? nearest : "\"\""), Severity.ERROR);
    }

    private void checkModel(ClientSettings client, ClientSettings fallback) {
        if (fallback.lacksModel()) {
            String property = Failure.property(fallback.name(), MODEL);
            this.warnings.putIfAbsent(fallback.name(),
                    new SettingProblem(property, null,
                            "is not set, but '%s' falls back to this client, and provider '%s' needs a model".formatted(
                                    client.name(), fallback.provider()) + ": a request that names none fails as CONFIG",
                            SettingRanges.allowed(MODEL), property + ": my-model", Severity.WARN));
        }
    }

    private void checkWay(ClientSettings start) {
        List<ClientSettings> way = new ArrayList<>();
        ClientSettings client = start;
        while (client != null && !way.contains(client)) {
            way.add(client);
            client = next(client);
        }
        if (client == start && way.stream().noneMatch((each) -> this.reported.contains(each.name()))) {
            way.forEach((each) -> this.reported.add(each.name()));
            this.problems.add(cycle(way));
        }
    }

    private @Nullable ClientSettings next(ClientSettings client) {
        String fallback = client.fallback();
        return (fallback != null) ? this.clients.get(fallback) : null;
    }

    private static SettingProblem cycle(List<ClientSettings> way) {
        ClientSettings start = way.get(0);
        String names = way.stream().map(ClientSettings::name).collect(Collectors.joining(" -> "));
        String keys = way.stream().map(FallbackLint::property).distinct().collect(Collectors.joining(", "));
        // Who only inherits is the one that was forgotten
        ClientSettings last = way.stream()
            .filter(FallbackLint::isInherited)
            .findFirst()
            .orElse(way.get(way.size() - 1));
        return new SettingProblem(property(start), start.fallback(),
                "leads back to where it began: %s -> %s (%s)".formatted(names, start.name(), keys),
                "a client whose own fallbacks end somewhere", Failure.property(last.name(), FALLBACK) + ": \"\" (none)",
                Severity.ERROR);
    }

    private static boolean isInherited(ClientSettings client) {
        return !property(client).equals(Failure.property(client.name(), FALLBACK));
    }

    private static String property(ClientSettings client) {
        ClientSettings.Setting setting = client.settings().get(FALLBACK);
        boolean shared = setting != null && setting.origin().equals(SHARED);
        return shared ? SHARED + "." + FALLBACK : Failure.property(client.name(), FALLBACK);
    }

}
