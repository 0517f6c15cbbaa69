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

import java.util.Locale;
import java.util.Map;

/**
 * Values for a kind of use, as a start for own ones. A preset is the lowest layer: each
 * key that is set replaces its value. The numbers come from the table of presets in the
 * project's design text; {@link #REASONING} is ours.
 */
public enum ClientPreset {

    /**
     * Few calls: below 10 a second.
     */
    LOW(Map.of("pool.max-connections", "20", "pool.max-connections-per-host", "10", "janitor.max-idle-time", "60s",
            "timeout.call", "120s", "timeout.first-token", "15s", "retry.max-attempts", "3")),

    /**
     * 10 to 50 calls a second.
     */
    MEDIUM(Map.of("pool.max-connections", "100", "pool.max-connections-per-host", "30", "janitor.max-idle-time", "90s",
            "timeout.call", "180s", "timeout.first-token", "15s", "retry.max-attempts", "4")),

    /**
     * 50 to 200 calls a second.
     */
    HIGH(Map.of("pool.max-connections", "200", "pool.max-connections-per-host", "50", "janitor.max-idle-time", "90s",
            "timeout.call", "180s", "timeout.first-token", "15s", "retry.max-attempts", "4")),

    /**
     * Mostly streams that people read while they come.
     */
    STREAMING(Map.of("pool.max-connections", "150", "pool.max-connections-per-host", "40", "janitor.max-idle-time",
            "120s", "timeout.first-token", "15s", "timeout.token-gap", "10s", "retry.max-attempts", "3")),

    /**
     * An own server such as vLLM or Ollama.
     */
    LOCAL(Map.of("pool.max-connections", "50", "pool.max-connections-per-host", "50", "janitor.max-idle-time", "300s",
            "timeout.call", "300s", "timeout.first-token", "300s", "retry.max-attempts", "2")),

    /**
     * Models that think for minutes before and while they answer, perhaps without a byte
     * on the wire: 10 minutes for a call and for silence on the wire, 30 minutes for a
     * stream, 5 for its first content and 3 for a gap in it.
     */
    REASONING(Map.of("timeout.call", "10m", "timeout.byte-idle", "10m", "timeout.stream", "30m", "timeout.first-token",
            "300s", "timeout.token-gap", "180s"));

    private final String id = name().toLowerCase(Locale.ROOT);

    // Always the result of Map.of
    @SuppressWarnings("ImmutableEnumChecker")
    private final Map<String, String> settings;

    ClientPreset(Map<String, String> settings) {
        this.settings = settings;
    }

    /**
     * The value of {@code preset} that selects it.
     * @return the name in lower case
     */
    public String id() {
        return this.id;
    }

    /**
     * What it sets.
     * @return keys relative to the client, and their values
     */
    public Map<String, String> settings() {
        return this.settings;
    }

}
