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

package io.github.llmhttp.transport;

import reactor.netty.http.client.HttpClient;

/**
 * Callback that adjusts the Reactor Netty client of a client after all rooms have
 * contributed. Beans of this type run in {@code @Order}. Anything that makes a pool of
 * its own (such as {@code option} or {@code observe}) belongs here and not on the path of
 * a request.
 */
@FunctionalInterface
public interface HttpClientCustomizer {

    /**
     * Customize the HTTP client of the given client.
     * @param client the name of the client
     * @param http what the rooms have built
     * @return the HTTP client to use
     */
    HttpClient customize(String client, HttpClient http);

}
