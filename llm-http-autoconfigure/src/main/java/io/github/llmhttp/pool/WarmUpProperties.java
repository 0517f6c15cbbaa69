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

package io.github.llmhttp.pool;

/**
 * What a client does before its first call. Bound to {@code llm.http.warm-up}.
 */
public class WarmUpProperties {

    /**
     * Whether event loops and native transport are loaded, and the connections of
     * pool.min-idle opened, when the client starts, beside the start of the application.
     */
    private boolean enabled = true;

    /**
     * Whether the endpoint must answer one small request well.
     */
    private boolean healthRequest;

    /**
     * Whether the start waits for the warm-up, and fails with it.
     */
    private boolean failFast;

    public boolean isEnabled() {
        return this.enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public boolean isHealthRequest() {
        return this.healthRequest;
    }

    public void setHealthRequest(boolean healthRequest) {
        this.healthRequest = healthRequest;
    }

    public boolean isFailFast() {
        return this.failFast;
    }

    public void setFailFast(boolean failFast) {
        this.failFast = failFast;
    }

}
