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

package io.github.llmhttp.client;

/**
 * A client was not warmed up, and its application is not to start without it.
 */
public final class WarmUpFailedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String client;

    WarmUpFailedException(String client, Throwable cause) {
        super("The client '%s' was not warmed up: %s".formatted(client, cause.getMessage()), cause);
        this.client = client;
    }

    /**
     * Which client it is.
     * @return its name
     */
    public String client() {
        return this.client;
    }

}
