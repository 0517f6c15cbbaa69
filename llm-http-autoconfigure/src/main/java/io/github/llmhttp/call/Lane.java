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

package io.github.llmhttp.call;

import java.util.Locale;

/**
 * Share of a client's connections.
 */
public enum Lane {

    /** Calls that wait for a whole answer. */
    CALL,

    /** Streams, which hold their connection for long. */
    STREAM,

    /** WebSocket sessions, which hold theirs for even longer. */
    SESSION;

    private final String id = name().toLowerCase(Locale.ROOT);

    /**
     * The value of the tag {@code lane}.
     * @return the name in lower case
     */
    public String id() {
        return this.id;
    }

}
