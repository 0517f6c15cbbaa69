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

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The whole tree of keys below {@code llm.http}: what all clients share, and each client.
 */
@ConfigurationProperties(prefix = "llm.http", ignoreUnknownFields = false)
public class LlmHttpProperties extends LlmClientProperties {

    /**
     * Whether clients are created at all.
     */
    private boolean enabled = true;

    /**
     * Clients by name: lower-case letters, digits and dashes. Each takes the same keys as
     * llm.http itself, and inherits what it does not set.
     */
    private Map<String, LlmClientProperties> clients = new LinkedHashMap<>();

    public boolean isEnabled() {
        return this.enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public Map<String, LlmClientProperties> getClients() {
        return this.clients;
    }

    public void setClients(Map<String, LlmClientProperties> clients) {
        this.clients = clients;
    }

}
