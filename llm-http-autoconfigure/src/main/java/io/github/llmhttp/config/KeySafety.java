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
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Keeps a key with the company that it was written for: a client that says itself where
 * its requests go inherits no credentials.
 */
public final class KeySafety {

    private KeySafety() {
    }

    /**
     * Whether a client says itself where its requests go. An empty base URL counts too:
     * what it would fall back to is not what the shared key was written for.
     * @param own what the client sets itself
     * @return whether it must not inherit credentials
     */
    public static boolean isOwnEndpoint(LlmClientProperties own) {
        return own.getBaseUrl() != null || own.getProvider() != null || !own.getEndpoints().isEmpty();
    }

    /**
     * Forget what belongs to another endpoint: key, provider, models, and all headers and
     * query parameters that look like a credential.
     * @param inherited settings that other layers have set so far
     * @param origins where they come from
     * @param credentialHeaders names of headers known to carry a key, in lower case
     */
    public static void forgetCredentials(LlmClientProperties inherited, Origins origins,
            Set<String> credentialHeaders) {
        inherited.setApiKey(null);
        inherited.setProvider(null);
        inherited.setModel(null);
        inherited.setFallbackModels(new ArrayList<>());
        for (String key : Set.of("api-key", "provider", "model", "fallback-models")) {
            origins.forget(key);
        }
        forget("headers.", inherited.getHeaders(), origins, credentialHeaders);
        forget("query.", inherited.getQuery(), origins, Set.of());
    }

    /**
     * Forget inherited addresses that those replace which a client sets itself.
     * @param own what the client sets itself
     * @param inherited settings that other layers have set so far
     * @param origins where they come from
     */
    public static void forgetAddresses(LlmClientProperties own, LlmClientProperties inherited, Origins origins) {
        if (own.getBaseUrl() != null || !own.getEndpoints().isEmpty()) {
            inherited.setBaseUrl(null);
            inherited.setEndpoints(new ArrayList<>());
            origins.forget("base-url");
            origins.forgetAll("endpoints");
        }
    }

    /**
     * Whether a header carries a key, so that the client needs no other.
     * @param name name of the header
     * @param credentialHeaders names of headers known to carry a key, in lower case
     * @return whether it does
     */
    static boolean isAuthentication(String name, Set<String> credentialHeaders) {
        String lower = name.toLowerCase(Locale.ROOT);
        return credentialHeaders.contains(lower)
                || Set.of("authorization", "x-api-key", "api-key", "x-goog-api-key").contains(lower);
    }

    private static void forget(String prefix, Map<String, String> values, Origins origins,
            Set<String> credentialHeaders) {
        for (Iterator<Map.Entry<String, String>> entries = values.entrySet().iterator(); entries.hasNext();) {
            Map.Entry<String, String> entry = entries.next();
            if (Secrets.isCredential(entry.getKey(), entry.getValue(), credentialHeaders)) {
                origins.forget(prefix + entry.getKey());
                entries.remove();
            }
        }
    }

}
