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

import reactor.core.publisher.Mono;

/**
 * Gives the API key of a client, in place of {@code api-key}. Asked for each attempt, so
 * that keys can rotate and OAuth tokens be renewed; it should remember what it fetched.
 * Runs on an event loop and must not block.
 */
@FunctionalInterface
public interface ApiKeyProvider {

    /**
     * The key to send.
     * @param client name of the client
     * @return the key; empty for the client's {@code api-key}
     */
    Mono<String> apiKey(String client);

}
