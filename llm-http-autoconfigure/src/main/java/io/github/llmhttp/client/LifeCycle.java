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
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.circuitbreaker.CircuitBreakers;
import io.github.llmhttp.dns.DnsResolution;
import io.github.llmhttp.janitor.ConnectionJanitor;
import io.github.llmhttp.pool.AdmissionGate;
import io.github.llmhttp.pool.ConnectionPools;
import io.github.llmhttp.retry.Retries;
import io.github.llmhttp.websocket.WebSockets;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * How a client ends: nobody is let in, those inside get their grace, then all sockets are
 * closed.
 *
 * @param grace time that running calls get
 * @param time the time that it is measured by
 * @param gate refuses new calls
 * @param attempts what still runs
 * @param pools unused connections
 * @param janitor all connections
 * @param sockets WebSocket sessions
 * @param dns sockets to name servers
 * @param reloads hears of changed certificates
 * @param breakers leave Resilience4j's registry
 * @param retries leave it, too
 * @param background what runs besides the calls
 * @param closing tells calls that wait for their next attempt
 * @param closed set when nothing may be opened any more
 */
record LifeCycle(Duration grace, CallTime time, AdmissionGate gate, Attempts attempts, ConnectionPools pools,
        ConnectionJanitor janitor, WebSockets sockets, DnsResolution dns, Disposable reloads, CircuitBreakers breakers,
        Retries retries, Disposable background, Sinks.Empty<Void> closing, AtomicBoolean closed) {

    /** Longest wait for sockets that are told to close. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    Mono<Void> close() {
        return Mono.defer(() -> {
            this.background.dispose();
            this.gate.close();
            this.closing.tryEmitEmpty();
            this.sockets.closeUnused();
            return this.gate.idle()
                .timeout(this.grace, Mono.defer(this::abort), this.time.scheduler())
                .doOnTerminate(() -> this.closed.set(true))
                .then(Mono.defer(this.pools::disposeLater))
                // Whoever ends the event loops next must find no open socket on them
                .then(this.janitor.closeAll().timeout(CLOSE_LIMIT, Mono.empty(), this.time.scheduler()))
                .doOnTerminate(this::closeRest);
        });
    }

    /** Those who still run have had their time. */
    private Mono<Void> abort() {
        this.attempts.abort(this.grace);
        return this.sockets.closeAll();
    }

    private void closeRest() {
        this.dns.close();
        this.reloads.dispose();
        this.breakers.close();
        this.retries.close();
    }

}
