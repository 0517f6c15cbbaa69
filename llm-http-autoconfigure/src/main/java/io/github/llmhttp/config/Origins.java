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

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import io.github.llmhttp.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Which layer each setting of a client comes from.
 */
public final class Origins {

    private final String client;

    private final @Nullable ClientPreset preset;

    private final Map<String, Layer> layers = new HashMap<>();

    /**
     * Start with defaults alone.
     * @param client name of the client
     * @param preset its preset
     */
    public Origins(String client, @Nullable ClientPreset preset) {
        this.client = client;
        this.preset = preset;
    }

    /**
     * A layer sets a key.
     * @param key the key, relative to the client, in any spelling
     * @param layer the layer
     */
    public void set(String key, Layer layer) {
        this.layers.put(uniform(key), layer);
    }

    void forget(String key) {
        this.layers.remove(uniform(key));
    }

    /** A key and all below it. */
    void forgetAll(String key) {
        this.layers.keySet().removeIf((set) -> set.equals(key) || set.startsWith(key + "."));
    }

    Layer layer(String key) {
        return this.layers.getOrDefault(uniform(key), Layer.DEFAULT);
    }

    // base-url, baseUrl and BASEURL are one key, and [0] is the part of a key that 0 is
    private static String uniform(String key) {
        return key.replace('[', '.').replaceAll("[^A-Za-z0-9.]", "").toLowerCase(Locale.ROOT);
    }

    /**
     * The origin as Actuator shows it.
     * @param key the key, relative to the client
     * @return {@code default}, {@code preset <name>}, {@code provider}, {@code llm.http}
     * or {@code llm.http.clients.<name>}
     */
    String text(String key) {
        return switch (layer(key)) {
            case DEFAULT -> "default";
            case PRESET -> "preset " + ((this.preset != null) ? this.preset.id() : "");
            case PROVIDER -> "provider";
            case SHARED -> "llm.http";
            case CLIENT -> "llm.http.clients." + this.client;
        };
    }

    /**
     * The full name of a key, there where it is set; where nobody set it, there where the
     * client would.
     * @param key the key, relative to the client
     * @return the property
     */
    String property(String key) {
        return (layer(key) == Layer.SHARED) ? "llm.http." + key : Failure.property(this.client, key);
    }

}
