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

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.llmhttp.provider.ProviderDialect;
import org.jspecify.annotations.Nullable;

/**
 * What settings need to know of the providers.
 */
public interface Providers {

    /**
     * Ids of all providers.
     * @return the values that {@code provider} takes
     */
    Set<String> ids();

    /**
     * The provider at a host.
     * @param host host of a base URL
     * @return the id of the provider known to be there, else that of the generic one
     */
    String byHost(String host);

    /**
     * Base URL used when none is configured.
     * @param id id of the provider
     * @return the URL, or {@code null} if one must be configured
     */
    @Nullable String defaultBaseUrl(String id);

    /**
     * Whether calls without a key cannot work.
     * @param id id of the provider
     * @param host host of the base URL
     * @return whether a missing key is worth a warning
     */
    boolean requiresApiKey(String id, String host);

    /**
     * Whether the provider refuses a request without a model.
     * @param id id of the provider
     * @return whether either the client or each of its requests has to name one
     */
    boolean requiresModel(String id);

    /**
     * Headers that carry a key, of any provider.
     * @return the names, in lower case
     */
    Set<String> credentialHeaders();

    /**
     * The providers of dialects.
     * @param dialects the dialects
     * @param byHost id of the dialect for a host
     * @return the providers
     */
    static Providers of(Collection<? extends ProviderDialect> dialects, Function<String, String> byHost) {
        Map<String, ProviderDialect> byId = dialects.stream()
            .collect(Collectors.toMap((dialect) -> dialect.id().toLowerCase(Locale.ROOT), Function.identity()));
        return new DialectProviders(byId, byHost);
    }

}
