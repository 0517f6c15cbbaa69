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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.llmhttp.Failure;
import io.github.llmhttp.config.SettingProblem.Severity;

/**
 * Checks that no client has the name of the circuit breaker of another client's endpoint,
 * {@code <client>-<n>}: both would share one.
 */
public final class BreakerNameLint {

    private BreakerNameLint() {
    }

    /**
     * Check the names of clients that are about to be opened.
     * @param added their settings
     * @param open the settings of those that are open already, by name
     * @throws InvalidSettingsException if a name is taken
     */
    public static void check(Collection<ClientSettings> added, Map<String, ClientSettings> open) {
        Map<String, ClientSettings> clients = new TreeMap<>(open);
        added.forEach((client) -> clients.put(client.name(), client));
        Map<String, String> owners = new TreeMap<>();
        List<SettingProblem> problems = new ArrayList<>();
        clients.values().forEach((client) -> breakers(client).forEach((breaker) -> {
            String owner = owners.putIfAbsent(breaker, client.name());
            if (owner != null) {
                problems.add(taken(breaker, owner, client.name()));
            }
        }));
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
    }

    private static Stream<String> breakers(ClientSettings client) {
        int endpoints = client.endpoints().size();
        return (endpoints == 1) ? Stream.of(client.name())
                : IntStream.rangeClosed(1, endpoints).mapToObj((number) -> client.name() + "-" + number);
    }

    private static SettingProblem taken(String breaker, String one, String other) {
        String several = breaker.equals(one) ? other : one;
        return new SettingProblem(Failure.property(several, "endpoints"), null,
                "gives an endpoint the circuit breaker '%s', which is that of client '%s'".formatted(breaker,
                        breaker.equals(one) ? one : other),
                "clients that are not named like another one and a number", "llm.http.clients." + breaker + "-x: {...}",
                Severity.ERROR);
    }

}
