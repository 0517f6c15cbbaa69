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

import java.util.function.Supplier;

import io.github.llmhttp.websocket.WebSocketNumbers;

/**
 * Meters of a client's WebSocket sessions.
 */
final class WebSocketMeters {

    private WebSocketMeters() {
    }

    static void register(ClientRegistrar meters) {
        Supplier<WebSocketNumbers> numbers = meters.client().webSockets();
        meters.gauge(LlmMeters.WEBSOCKET_SESSIONS, numbers, WebSocketNumbers::open);
        meters.counter(LlmMeters.WEBSOCKET_OPENED, numbers, WebSocketNumbers::opened);
        meters.counter(LlmMeters.WEBSOCKET_PINGS, numbers, WebSocketNumbers::pings);
        meters.counter(LlmMeters.WEBSOCKET_PONGS_MISSED, numbers, WebSocketNumbers::missedPongs);
        meters.counter(LlmMeters.WEBSOCKET_RECONNECTS, numbers, WebSocketNumbers::reconnects);
    }

}
