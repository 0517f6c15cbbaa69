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
import java.util.function.Supplier;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.config.ClientSettings;
import io.github.llmhttp.health.ClientHealth;
import io.github.llmhttp.websocket.WebSocketNumbers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A client that is open, for those who show and close it.
 */
final class ManagedClient implements OpenClient {

    private static final Log logger = LogFactory.getLog(ManagedClient.class);

    private final DefaultLlmWebClient client;

    private final ChatTarget target;

    private final Supplier<ClientHealth> health;

    private final ClientTransport transport;

    private final List<ClientListener> listeners;

    private final Mono<Void> closing;

    ManagedClient(DefaultLlmWebClient client, ChatTarget target, Supplier<ClientHealth> health,
            ClientTransport transport, LifeCycle life, List<ClientListener> listeners) {
        this.client = client;
        this.target = target;
        this.health = health;
        this.transport = transport;
        this.listeners = listeners;
        this.closing = life.close().doOnSubscribe((subscription) -> closes()).cache();
    }

    /**
     * What others ask in place of their own client.
     * @param open a client, {@code null} if there is none
     * @return {@code null} if there is none, or somebody else has built it
     */
    static @Nullable ChatTarget target(@Nullable OpenClient open) {
        return (open instanceof ManagedClient managed) ? managed.target : null;
    }

    /**
     * Tell the listeners. Where one of them fails, the client is closed again.
     */
    void opened() {
        try {
            this.listeners.forEach((listener) -> listener.opened(this));
        }
        catch (RuntimeException ex) {
            this.closing.subscribe();
            throw ex;
        }
    }

    private void closes() {
        this.client.closed();
        this.listeners.forEach(this::tellClosed);
    }

    /** One listener that fails must not keep the sockets open. */
    private void tellClosed(ClientListener listener) {
        try {
            listener.closed(this);
        }
        catch (RuntimeException ex) {
            logger.warn("A listener failed when it was told that the client '%s' closes".formatted(this.client.name()),
                    ex);
        }
    }

    @Override
    public LlmWebClient client() {
        return this.client;
    }

    @Override
    public ClientSettings settings() {
        return this.target.settings();
    }

    @Override
    public ClientHealth health() {
        return this.health.get();
    }

    @Override
    public TransportState transport() {
        return this.transport.state();
    }

    @Override
    public WebSocketNumbers webSockets() {
        return this.transport.sockets().numbers();
    }

    @Override
    public void resetCircuitBreakers() {
        this.transport.breakers().reset();
    }

    @Override
    public int evictIdleConnections() {
        return this.transport.janitor().evictIdle();
    }

    @Override
    public boolean cancel(long id) {
        return this.transport.journal().cancel(id);
    }

    @Override
    public Mono<Void> close() {
        return this.closing;
    }

}
