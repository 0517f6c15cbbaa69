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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.llmhttp.config.SettingProblem.Severity;
import io.github.llmhttp.endpoint.EndpointProperties;
import org.jspecify.annotations.Nullable;

/**
 * Reads the addresses of a client that has several, and checks that they can be replicas
 * of one service: none twice, all encrypted or none.
 */
final class EndpointListLint {

    static final String ENDPOINTS = "endpoints";

    private static final String BASE_URL = "base-url";

    private final EffectiveSettings settings;

    private final List<SettingProblem> problems = new ArrayList<>();

    private final List<EndpointSettings> endpoints = new ArrayList<>();

    /** The key of the element that has an address. */
    private final Map<String, String> keys = new HashMap<>();

    EndpointListLint(EffectiveSettings settings) {
        this.settings = settings;
        List<EndpointProperties> listed = settings.properties().getEndpoints();
        if (!listed.isEmpty() && settings.properties().getBaseUrl() != null) {
            this.problems.add(settings.problem(BASE_URL, settings.properties().getBaseUrl(),
                    "is set besides %s, and each says where requests go"
                        .formatted(settings.origins().property(ENDPOINTS)),
                    "one of the two", SettingRanges.example(BASE_URL) + " (without endpoints)", Severity.ERROR));
        }
        for (int index = 0; index < listed.size(); index++) {
            read(listed.get(index), ENDPOINTS + "[" + index + "]");
        }
    }

    /**
     * The endpoints that can be understood.
     * @return the endpoints in their order
     */
    List<EndpointSettings> endpoints() {
        return this.endpoints;
    }

    List<SettingProblem> problems() {
        return this.problems;
    }

    private void read(EndpointProperties listed, String key) {
        checkRange(key, "weight", listed.getWeight());
        checkRange(key, "priority", listed.getPriority());
        String text = listed.getUrl();
        if (text == null || text.isEmpty()) {
            report(key, null, "has no url", "http or https, host, optional port and path");
            return;
        }
        try {
            BaseUrl url = BaseUrl.parse(text);
            check(url, key);
            this.endpoints.add(new EndpointSettings(url, listed.getWeight(), listed.getPriority()));
        }
        catch (IllegalArgumentException ex) {
            report(key + ".url", BaseUrl.mask(text), String.valueOf(ex.getMessage()), SettingRanges.allowed(BASE_URL));
        }
    }

    private void check(BaseUrl url, String key) {
        String before = this.keys.putIfAbsent(url.endpoint(), key);
        if (before != null) {
            report(key + ".url", url.toString(), "has the host and port of " + before,
                    "each host and port once; a larger share of the calls is a larger weight");
        }
        else if (!this.endpoints.isEmpty() && this.endpoints.get(0).url().isSecure() != url.isSecure()) {
            report(key + ".url", url.toString(),
                    "is %s, unlike the endpoints before it".formatted(url.isSecure() ? "encrypted" : "not encrypted"),
                    "https for all endpoints, or http for all");
        }
    }

    private void checkRange(String key, String name, int value) {
        SettingRange range = SettingRanges.of(ENDPOINTS + "." + name);
        if (range != null && !range.contains(value)) {
            this.problems.add(this.settings.problem(key + "." + name, String.valueOf(value), "is out of its range",
                    range.allowed(), range.example(), Severity.ERROR));
        }
    }

    private void report(String key, @Nullable String shown, String reason, String allowed) {
        String example = key.endsWith(".url") ? "http://10.0.0.7:8000" : "{url: \"http://10.0.0.7:8000\"}";
        this.problems.add(this.settings.problem(key, shown, reason, allowed, example, Severity.ERROR));
    }

}
