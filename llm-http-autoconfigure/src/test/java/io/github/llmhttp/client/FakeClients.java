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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.config.ClientSettings;
import io.github.llmhttp.endpoint.Endpoint;
import io.github.llmhttp.health.ClientHealth;
import io.github.llmhttp.websocket.WebSocketNumbers;
import org.mockito.BDDMockito;
import org.mockito.Mockito;
import reactor.core.publisher.Mono;

/**
 * Builds clients that do nothing and notes what was asked.
 */
public final class FakeClients implements ClientFactory {

    private final List<ClientSettings> opened = new CopyOnWriteArrayList<>();

    private final List<String> closed = new CopyOnWriteArrayList<>();

    private final Mono<Void> closing;

    public FakeClients() {
        this(Mono.empty());
    }

    public FakeClients(Mono<Void> closing) {
        this.closing = closing;
    }

    @Override
    public OpenClient open(ClientSettings settings, ClientLookup others) {
        LlmWebClient client = Mockito.mock(LlmWebClient.class);
        BDDMockito.given(client.name()).willReturn(settings.name());
        this.opened.add(settings);
        return new OpenClient() {

            @Override
            public LlmWebClient client() {
                return client;
            }

            @Override
            public ClientSettings settings() {
                return settings;
            }

            @Override
            public ClientHealth health() {
                Endpoint unknown = Endpoint.foreign(settings.name(), settings.baseUrl().endpoint());
                return new ClientHealth(List.of(unknown.status()), Duration.ZERO, "off");
            }

            @Override
            public TransportState transport() {
                return new TransportState(List.of(), Map.of(), Map.of(), Map.of(), webSockets());
            }

            @Override
            public WebSocketNumbers webSockets() {
                return new WebSocketNumbers(0, 0, 0, 0, 0);
            }

            @Override
            public void resetCircuitBreakers() {
                throw new UnsupportedOperationException("A fake has none");
            }

            @Override
            public int evictIdleConnections() {
                return 0;
            }

            @Override
            public boolean cancel(long id) {
                return false;
            }

            @Override
            public Mono<Void> close() {
                return FakeClients.this.closing
                    .then(Mono.fromRunnable(() -> FakeClients.this.closed.add(settings.name())));
            }

        };
    }

    public List<ClientSettings> opened() {
        return new ArrayList<>(this.opened);
    }

    public List<String> closed() {
        return new ArrayList<>(this.closed);
    }

}
