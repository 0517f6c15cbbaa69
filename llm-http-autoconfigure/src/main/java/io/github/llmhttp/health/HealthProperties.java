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

package io.github.llmhttp.health;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How a client's endpoint is probed. Bound to {@code llm.http.health}.
 */
public class HealthProperties {

    /**
     * Whether the endpoint is checked in the background. Unset: for providers ollama and
     * vllm, whose checks cost nothing.
     */
    private @Nullable Boolean active;

    /**
     * Time from one check in the background to the next.
     */
    private Duration interval = Duration.ofSeconds(30);

    /**
     * Path of the request that checks the endpoint. Path of the provider when unset.
     */
    private @Nullable String path;

    /**
     * Longest wait for the answer to a probe.
     */
    private Duration timeout = Duration.ofSeconds(5);

    public @Nullable Boolean getActive() {
        return this.active;
    }

    public void setActive(@Nullable Boolean active) {
        this.active = active;
    }

    public Duration getInterval() {
        return this.interval;
    }

    public void setInterval(Duration interval) {
        this.interval = interval;
    }

    public @Nullable String getPath() {
        return this.path;
    }

    public void setPath(@Nullable String path) {
        this.path = path;
    }

    public Duration getTimeout() {
        return this.timeout;
    }

    public void setTimeout(Duration timeout) {
        this.timeout = timeout;
    }

}
