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

package io.github.llmhttp;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an endpoint's health.
 *
 * @param client name of the client
 * @param endpoint host and port
 * @param state whether the endpoint answers
 * @param checkedAt when this was found out, {@code null} if nothing was asked yet
 * @param latency how long the answer took, {@code null} if nothing was asked yet
 * @param detail one sentence on what was seen
 */
public record EndpointHealth(String client, String endpoint, State state, @Nullable Instant checkedAt,
        @Nullable Duration latency, String detail) {

    /**
     * Whether an endpoint answers.
     */
    public enum State {

        /** The endpoint answers. */
        UP,

        /** The endpoint does not answer, or says that it cannot work. */
        DOWN,

        /** Nothing was asked yet, or the answer tells nothing. */
        UNKNOWN

    }

}
