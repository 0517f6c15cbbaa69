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

import io.github.llmhttp.call.CallJournal;
import io.github.llmhttp.circuitbreaker.CircuitBreakers;
import io.github.llmhttp.dns.DnsResolution;
import io.github.llmhttp.janitor.ConnectionJanitor;
import io.github.llmhttp.monitoring.LastErrors;
import io.github.llmhttp.websocket.WebSockets;

/**
 * The parts of a client that show what it does, and can be told to begin anew.
 *
 * @param journal calls that are under way
 * @param janitor connections
 * @param dns answers of name servers
 * @param breakers circuit breakers
 * @param errors failures of the past
 * @param sockets WebSocket sessions
 */
record ClientTransport(CallJournal journal, ConnectionJanitor janitor, DnsResolution dns, CircuitBreakers breakers,
        LastErrors errors, WebSockets sockets) {

    TransportState state() {
        return new TransportState(this.journal.running().stream().map(RunningCall::of).toList(),
                this.janitor.learnedIdle(), this.dns.answers(), this.errors.asMap(), this.sockets.numbers());
    }

}
