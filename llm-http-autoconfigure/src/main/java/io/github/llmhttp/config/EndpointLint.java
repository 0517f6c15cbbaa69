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
import java.util.List;
import java.util.Locale;

import io.github.llmhttp.config.SettingProblem.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a client's requests go and who answers there, and checks that its key
 * goes with that.
 */
final class EndpointLint {

    private static final String BASE_URL = "base-url";

    private static final String PROVIDER = "provider";

    private static final String API_KEY = "api-key";

    private final EffectiveSettings settings;

    private final Providers providers;

    private final boolean keyProvider;

    private final List<SettingProblem> problems = new ArrayList<>();

    private final List<EndpointSettings> endpoints;

    private @Nullable String provider;

    EndpointLint(EffectiveSettings settings, Providers providers, boolean keyProvider) {
        this.settings = settings;
        this.providers = providers;
        this.keyProvider = keyProvider;
        this.provider = explicitProvider();
        EndpointListLint list = new EndpointListLint(settings);
        this.problems.addAll(list.problems());
        this.endpoints = settings.properties().getEndpoints().isEmpty() ? only(findBaseUrl()) : list.endpoints();
        if (!this.endpoints.isEmpty()) {
            if (settings.properties().getProvider() == null) {
                this.provider = providers.byHost(this.endpoints.get(0).url().host());
                checkProviders();
            }
            checkCompany(this.endpoints.get(0).url());
            checkKeys();
        }
        if (hasKey()) {
            settings.properties()
                .getHeaders()
                .keySet()
                .stream()
                .filter(this::isAuthentication)
                .forEach(this::checkHeader);
        }
    }

    /**
     * The addresses that can be understood.
     * @return the endpoints, empty if there is none
     */
    List<EndpointSettings> endpoints() {
        return this.endpoints;
    }

    @Nullable String provider() {
        return this.provider;
    }

    List<SettingProblem> problems() {
        return this.problems;
    }

    private @Nullable String explicitProvider() {
        String text = this.settings.properties().getProvider();
        if (text == null) {
            return null;
        }
        String id = text.toLowerCase(Locale.ROOT);
        if (this.providers.ids().contains(id)) {
            return id;
        }
        this.problems.add(this.settings.problem(PROVIDER, SettingFormat.of(text), "is no provider that is known",
                String.join(", ", this.providers.ids()), String.valueOf(NearestName.of(id, this.providers.ids())),
                Severity.ERROR));
        return null;
    }

    private static List<EndpointSettings> only(@Nullable BaseUrl url) {
        return (url != null) ? List.of(EndpointSettings.only(url)) : List.of();
    }

    // One wire format for all
    private void checkProviders() {
        for (int index = 1; index < this.endpoints.size(); index++) {
            BaseUrl url = this.endpoints.get(index).url();
            String other = this.providers.byHost(url.host());
            if (!other.equals(this.provider)) {
                this.problems.add(this.settings.problem(EndpointListLint.ENDPOINTS, url.toString(),
                        "belongs to provider '%s', unlike the endpoints before it, which belong to '%s'".formatted(
                                other, this.provider),
                        "replicas of one service; set fallback to ask another one", SettingRanges.example("endpoints"),
                        Severity.ERROR));
                return;
            }
        }
    }

    private void checkKeys() {
        int before = this.problems.size();
        for (EndpointSettings endpoint : this.endpoints) {
            // Once is enough: they are replicas
            if (this.problems.size() == before) {
                checkKey(endpoint.url());
            }
        }
    }

    private @Nullable BaseUrl findBaseUrl() {
        String text = this.settings.properties().getBaseUrl();
        if (text == null && this.provider != null) {
            text = this.providers.defaultBaseUrl(this.provider);
        }
        if (text == null) {
            if (this.problems.isEmpty()) {
                this.problems.add((this.provider == null) ? this.settings.error(BASE_URL, "is not set")
                        : ownServerMissing(this.provider));
            }
            return null;
        }
        try {
            return BaseUrl.parse(text);
        }
        catch (IllegalArgumentException ex) {
            this.problems.add(this.settings.error(BASE_URL, String.valueOf(ex.getMessage())));
            return null;
        }
    }

    // Another company's address would be a bad example
    private SettingProblem ownServerMissing(String provider) {
        return this.settings.problem(BASE_URL, null,
                "is not set, and provider '%s' has no public address".formatted(provider),
                SettingRanges.allowed(BASE_URL), "http://localhost:8000", Severity.ERROR);
    }

    // A client with a provider and a key of its own that inherits the base URL of another
    // company would send its key there
    private void checkCompany(BaseUrl url) {
        if (this.provider == null || this.settings.origins().layer(PROVIDER) != Layer.CLIENT
                || this.settings.origins().layer(BASE_URL) != Layer.SHARED) {
            return;
        }
        String own = this.providers.defaultBaseUrl(this.provider);
        String there = this.providers.defaultBaseUrl(this.providers.byHost(url.host()));
        if (own != null && there != null && isSameHost(there, url) && !isSameHost(own, url)) {
            this.problems.add(this.settings.error(PROVIDER,
                    "does not go with the inherited %s: that is another company; set %s".formatted(
                            this.settings.describe(BASE_URL),
                            "llm.http.clients." + this.settings.client() + "." + BASE_URL)));
        }
    }

    private static boolean isSameHost(String text, BaseUrl url) {
        return BaseUrl.parse(text).host().equals(url.host());
    }

    private void checkKey(BaseUrl url) {
        if (this.provider == null || !this.providers.requiresApiKey(this.provider, url.host())) {
            return;
        }
        if (!hasKey() && !this.keyProvider
                && this.settings.properties().getHeaders().keySet().stream().noneMatch(this::isAuthentication)) {
            this.problems.add(this.settings.warning(API_KEY,
                    "is not set, but " + url.endpoint() + " answers nobody without a key"));
        }
        else if (!url.isSecure()) {
            this.problems.add(this.settings.warning(BASE_URL, "is not encrypted: the key can be read on its way"));
        }
    }

    private boolean hasKey() {
        String key = this.settings.properties().getApiKey();
        return key != null && !key.isBlank();
    }

    private boolean isAuthentication(String header) {
        return KeySafety.isAuthentication(header, this.providers.credentialHeaders());
    }

    private void checkHeader(String name) {
        this.problems.add(this.settings.problem("headers." + name, null,
                "is a credential besides %s: where the provider expects the key in this header, the header wins"
                    .formatted(this.settings.origins().property(API_KEY)),
                "a key or such a header", "Bearer ${TOKEN}", Severity.WARN));
    }

}
