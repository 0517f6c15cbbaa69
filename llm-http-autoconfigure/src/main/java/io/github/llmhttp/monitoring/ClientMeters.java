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

package io.github.llmhttp.monitoring;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallListener;
import io.github.llmhttp.CallReport;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Meters of all clients: registered when one opens, removed when it closes, and written
 * when its calls end.
 */
public final class ClientMeters implements CallListener {

    private final MeterRegistry registry;

    private final Map<String, Metered> clients = new ConcurrentHashMap<>();

    /**
     * Create the meters.
     * @param registry where they are registered
     */
    public ClientMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Register the meters of a client.
     * @param client the client
     */
    public void open(MonitoredClient client) {
        ClientRegistrar meters = new ClientRegistrar(this.registry, client);
        PoolMeters.register(meters);
        WebSocketMeters.register(meters);
        EndpointMeters.register(meters);
        this.clients.put(client.name(), new Metered(meters, new CallMeters(meters),
                client.settings().isGenAi() ? new GenAiMeters(meters) : null));
    }

    /**
     * Remove the meters of a client.
     * @param client name of the client
     */
    public void close(String client) {
        Metered metered = this.clients.remove(client);
        if (metered != null) {
            metered.meters().removeAll();
        }
    }

    @Override
    public void attemptEnded(AttemptReport attempt) {
        Metered metered = find(attempt.client());
        if (metered != null) {
            metered.record(attempt);
        }
    }

    @Override
    public void callEnded(CallReport call) {
        Metered metered = find(call.client());
        if (metered != null) {
            metered.record(call);
        }
    }

    /** The last calls of a client that closes end without meters. */
    private @Nullable Metered find(String client) {
        return this.clients.get(client);
    }

    /**
     * The meters of one client.
     */
    private record Metered(ClientRegistrar meters, CallMeters calls, @Nullable GenAiMeters genAi) {

        void record(AttemptReport attempt) {
            this.calls.record(attempt);
            if (this.genAi != null) {
                this.genAi.record(attempt);
            }
        }

        void record(CallReport call) {
            this.calls.record(call);
            if (this.genAi != null) {
                this.genAi.record(call);
            }
        }

    }

}
