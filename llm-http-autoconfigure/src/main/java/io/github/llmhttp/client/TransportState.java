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
import java.util.List;
import java.util.Map;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.dns.DnsAnswer;
import io.github.llmhttp.monitoring.LastErrors.LastError;
import io.github.llmhttp.websocket.WebSocketNumbers;

/**
 * What a client's transport does at this moment, and what it has learned.
 *
 * @param calls calls that are under way, the oldest first
 * @param learnedIdle after how much silence connections are not reused, as servers have
 * shown by closing them, by host and port
 * @param dns what the last connections got of the name servers, by host name
 * @param lastErrors the last failed call of each kind
 * @param webSockets what its WebSocket sessions have done
 */
public record TransportState(List<RunningCall> calls, Map<String, Duration> learnedIdle, Map<String, DnsAnswer> dns,
        Map<FailureKind, LastError> lastErrors, WebSocketNumbers webSockets) {
}
