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

import org.jspecify.annotations.Nullable;

/**
 * Providers as the stock dialects describe them.
 */
public final class TestProviders implements Providers {

    private static final Map<String, String> URLS = Map.of("openai", "https://api.openai.com", "anthropic",
            "https://api.anthropic.com", "ollama", "http://localhost:11434");

    @Override
    public Set<String> ids() {
        return new TreeSet<>(Set.of("openai", "openai-responses", "anthropic", "ollama", "vllm", "generic"));
    }

    @Override
    public String byHost(String host) {
        return switch (host) {
            case "api.openai.com" -> "openai";
            case "api.anthropic.com" -> "anthropic";
            default -> "generic";
        };
    }

    @Override
    public @Nullable String defaultBaseUrl(String id) {
        return URLS.get(id);
    }

    @Override
    public boolean requiresApiKey(String id, String host) {
        return host.equals("api.openai.com") || host.equals("api.anthropic.com");
    }

    @Override
    public boolean requiresModel(String id) {
        return !id.equals("vllm") && !id.equals("generic");
    }

    @Override
    public Set<String> credentialHeaders() {
        return Set.of("authorization", "x-api-key");
    }

}
