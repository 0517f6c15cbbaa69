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

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.provider.MissingModelException;
import io.github.llmhttp.provider.ProviderDialect;
import org.jspecify.annotations.Nullable;

/**
 * Providers as their dialects describe them.
 *
 * @param dialects the dialects by id
 * @param hosts id of the dialect for a host
 */
record DialectProviders(Map<String, ProviderDialect> dialects, Function<String, String> hosts) implements Providers {

    @Override
    public Set<String> ids() {
        return new TreeSet<>(this.dialects.keySet());
    }

    @Override
    public String byHost(String host) {
        return this.hosts.apply(host);
    }

    @Override
    public @Nullable String defaultBaseUrl(String id) {
        ProviderDialect dialect = this.dialects.get(id);
        return (dialect != null) ? dialect.defaultBaseUrl() : null;
    }

    @Override
    public boolean requiresApiKey(String id, String host) {
        ProviderDialect dialect = this.dialects.get(id);
        return dialect != null && dialect.requiresApiKey(host);
    }

    @Override
    public boolean requiresModel(String id) {
        ProviderDialect dialect = this.dialects.get(id);
        return dialect != null && refusesWithoutModel(dialect);
    }

    // Its writer of bodies is the only one who knows
    private static boolean refusesWithoutModel(ProviderDialect dialect) {
        try {
            dialect.body(ChatRequest.of("Hi"), null, false);
            return false;
        }
        catch (IllegalArgumentException ex) {
            return ex instanceof MissingModelException;
        }
    }

    @Override
    public Set<String> credentialHeaders() {
        return this.dialects.values()
            .stream()
            .flatMap((dialect) -> dialect.credentialHeaders().stream())
            .collect(Collectors.toSet());
    }

}
