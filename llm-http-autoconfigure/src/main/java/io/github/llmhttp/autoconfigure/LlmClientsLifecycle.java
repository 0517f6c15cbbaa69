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

package io.github.llmhttp.autoconfigure;

import java.time.Duration;

import io.github.llmhttp.client.ClientRegistry;

import org.springframework.context.SmartLifecycle;

/**
 * Closes all clients with the context: after the web server, whose last requests use
 * them, and before Spring's Reactor resources (phase 0), whose event loops they use.
 */
final class LlmClientsLifecycle implements SmartLifecycle {

    private static final int PHASE = 1024;

    // What closing sockets may take once the grace period is over
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final ClientRegistry clients;

    private volatile boolean running;

    LlmClientsLifecycle(ClientRegistry clients) {
        this.clients = clients;
    }

    @Override
    public void start() {
        this.running = true;
    }

    @Override
    public void stop() {
        this.running = false;
        this.clients.closeAll().block(grace().plus(MARGIN));
    }

    private Duration grace() {
        return this.clients.settings()
            .values()
            .stream()
            .map((settings) -> settings.shutdown().getGracePeriod())
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    }

    @Override
    public boolean isRunning() {
        return this.running;
    }

    // A closed client cannot be opened again
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

}
