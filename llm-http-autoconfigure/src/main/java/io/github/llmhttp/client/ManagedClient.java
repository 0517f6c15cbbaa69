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

import java.util.List;

import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.endpoint.EndpointFacts;
import reactor.core.publisher.Mono;

/**
 * A client that is open, for those who show and close it.
 */
final class ManagedClient implements OpenClient {

    private final DefaultLlmWebClient client;

    private final EndpointFacts facts;

    private final Mono<Void> closing;

    ManagedClient(DefaultLlmWebClient client, EndpointFacts facts, LifeCycle life, List<ClientListener> listeners) {
        this.client = client;
        this.facts = facts;
        this.closing = life.close().doOnSubscribe((subscription) -> {
            client.closed();
            listeners.forEach((listener) -> listener.closed(client));
        }).cache();
    }

    @Override
    public LlmWebClient client() {
        return this.client;
    }

    @Override
    public EndpointHealth health() {
        return this.facts.health();
    }

    @Override
    public Mono<Void> close() {
        return this.closing;
    }

}
