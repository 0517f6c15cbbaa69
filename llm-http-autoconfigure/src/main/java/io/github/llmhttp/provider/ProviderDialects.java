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

package io.github.llmhttp.provider;

import java.net.URI;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * All dialects that are known, by id.
 */
public final class ProviderDialects {

    private final Map<String, ProviderDialect> dialects = new LinkedHashMap<>();

    /**
     * The stock dialects alone.
     */
    public ProviderDialects() {
        this(List.of());
    }

    /**
     * The stock dialects and others.
     * @param others dialects to add; one with the id of a stock dialect replaces it
     */
    public ProviderDialects(Collection<? extends ProviderDialect> others) {
        for (ProviderDialect dialect : List.of(OpenAiChatDialect.openAi(), new OpenAiResponsesDialect(),
                new AnthropicDialect(), new OllamaDialect(), OpenAiChatDialect.vllm(), OpenAiChatDialect.generic())) {
            this.dialects.put(dialect.id(), dialect);
        }
        for (ProviderDialect dialect : others) {
            this.dialects.put(dialect.id(), dialect);
        }
    }

    /**
     * The ids of all dialects.
     * @return the ids, stock ones first
     */
    public Set<String> ids() {
        return Collections.unmodifiableSet(this.dialects.keySet());
    }

    /**
     * The dialect of an id.
     * @param id the value of {@code provider}; case does not matter
     * @return the dialect
     * @throws IllegalArgumentException if there is none; the message names those that
     * there are, and the nearest
     */
    public ProviderDialect get(String id) {
        ProviderDialect dialect = this.dialects.get(id.toLowerCase(Locale.ROOT));
        if (dialect == null) {
            throw new IllegalArgumentException("Unknown provider '%s'%s; known are %s".formatted(OneLine.of(id, 60),
                    suggestion(id), this.dialects.keySet()));
        }
        return dialect;
    }

    /**
     * The dialect that a host suggests.
     * @param host host of the base URL
     * @return the dialect whose public address has that host, else the generic one
     */
    public ProviderDialect byHost(String host) {
        for (ProviderDialect dialect : this.dialects.values()) {
            if (isHostOf(host, dialect.defaultBaseUrl())) {
                return dialect;
            }
        }
        return get(OpenAiHosts.matches(host) ? "openai" : "generic");
    }

    // Only https: what listens on this machine may be anything
    private static boolean isHostOf(String host, @Nullable String baseUrl) {
        if (baseUrl == null || !baseUrl.startsWith("https:")) {
            return false;
        }
        return host.equalsIgnoreCase(URI.create(baseUrl).getHost());
    }

    private String suggestion(String id) {
        String wanted = id.toLowerCase(Locale.ROOT);
        String nearest = "";
        int least = Integer.MAX_VALUE;
        for (String known : this.dialects.keySet()) {
            int distance = distance(wanted, known);
            if (distance < least) {
                least = distance;
                nearest = known;
            }
        }
        return (least <= Math.max(1, wanted.length() / 3)) ? ", did you mean '" + nearest + "'?" : "";
    }

    // Levenshtein
    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = diagonal + ((left.charAt(i - 1) == right.charAt(j - 1)) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.length()];
    }

}
