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
package io.github.llmhttp.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * One of several addresses of one service, all with the same key. Bound to an element of
 * {@code llm.http.endpoints}.
 */
public class EndpointProperties {

    /**
     * Scheme, host, port and path prefix.
     */
    private @Nullable String url;

    /**
     * Share of the calls, relative to the other endpoints of the same priority.
     */
    private int weight = 1;

    /**
     * Lowest first: endpoints of a higher number get calls only while none of a lower one
     * can take them.
     */
    private int priority;

    public @Nullable String getUrl() {
        return this.url;
    }

    public void setUrl(@Nullable String url) {
        this.url = url;
    }

    public int getWeight() {
        return this.weight;
    }

    public void setWeight(int weight) {
        this.weight = weight;
    }

    public int getPriority() {
        return this.priority;
    }

    public void setPriority(int priority) {
        this.priority = priority;
    }

}
