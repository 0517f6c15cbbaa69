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

import java.util.Map;
import java.util.Set;

import reactor.core.publisher.Mono;

/**
 * All clients of the application, configured and created at run time.
 */
public interface LlmWebClients {

    /** Name of the client that {@code llm.http.base-url} configures. */
    String DEFAULT = "default";

    /**
     * Names of all open clients.
     * @return the names
     */
    Set<String> names();

    /**
     * The client of the given name.
     * @param name the name
     * @return the client
     * @throws IllegalArgumentException if there is none; names those that there are
     */
    LlmWebClient get(String name);

    /**
     * Create a client at run time. It inherits from {@code llm.http.*} as a configured
     * one does, and is held open until {@link #close(String)} or the end of the
     * application.
     * @param name name of the new client: lower-case letters, digits and {@code -}
     * @param settings the keys below {@code llm.http.clients.<name>}, such as
     * {@code base-url} or {@code timeout.call}, and their values
     * @return the client
     * @throws IllegalArgumentException if the name is taken
     * @throws LlmConfigException if a setting is unknown or out of its range
     */
    LlmWebClient create(String name, Map<String, ?> settings);

    /**
     * Close a client: new calls fail with {@link FailureKind#SHUTDOWN}, running ones get
     * {@code shutdown.grace-period}, then its connections are closed.
     * @param name name of the client
     * @return completes when all is closed; at once if there is no such client
     */
    Mono<Void> close(String name);

}
