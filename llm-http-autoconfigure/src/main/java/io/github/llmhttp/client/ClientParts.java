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
import java.util.Set;
import java.util.stream.Stream;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallJournal;
import io.github.llmhttp.call.Deadline;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.call.WholeCall;
import io.github.llmhttp.config.Secrets;
import io.github.llmhttp.endpoint.EndpointChoice;
import io.github.llmhttp.endpoint.Endpoints;
import io.github.llmhttp.provider.ProviderDialect;
import io.github.llmhttp.streaming.LimitsProperties;
import io.github.llmhttp.streaming.StreamingProperties;
import io.github.llmhttp.timeout.AttemptLimits;
import io.github.llmhttp.timeout.TimeoutProperties;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one client, made once.
 *
 * @param endpoints who may be asked
 * @param timeouts every limit of time
 * @param streaming how streams end
 * @param limits limits of what is buffered
 * @param dialect the provider's wire format
 * @param calls starts the contexts of calls
 * @param attempts runs attempts
 * @param keys gives the key
 * @param secrecy knows what must not be shown
 * @param requests writes requests
 * @param bodies writes and reads JSON
 * @param responses reads responses
 * @param journal hears how attempts end
 */
record ClientParts(Endpoints endpoints, TimeoutProperties timeouts, StreamingProperties streaming,
        LimitsProperties limits, ProviderDialect dialect, Calls calls, Attempts attempts, ApiKeys keys, Secrecy secrecy,
        Requests requests, Bodies bodies, Responses responses, CallJournal journal) {

    AttemptLimits attemptLimits(Lane lane, @Nullable ChatRequest request) {
        return AttemptLimits.of(this.timeouts, lane, request);
    }

    /** Who is asked by the attempts of a call. */
    EndpointChoice choice(Route route) {
        return this.endpoints.choice(route::direct);
    }

    /** Headers of a call, checked before it waits for a connection. */
    Map<String, String> headers(@Nullable ChatRequest request) {
        if (request == null || request.headers().isEmpty()) {
            return Map.of();
        }
        credentials(request.headers()).forEach(this.secrecy::remember);
        return CallHeaders.check(this.bodies.client(), request.headers());
    }

    /** What a call sends and no text may show, besides the configured headers. */
    List<String> secrets(@Nullable String key, Map<String, String> headers) {
        if (headers.isEmpty()) {
            return (key != null) ? List.of(key) : List.of();
        }
        return Stream.concat(Stream.ofNullable(key), credentials(headers)).toList();
    }

    private static Stream<String> credentials(Map<String, String> headers) {
        return headers.entrySet()
            .stream()
            .filter((header) -> Secrets.isCredential(header.getKey(), header.getValue(), Set.of()))
            .map(Map.Entry::getValue);
    }

    /** The limit of a whole call that begins now. */
    Deadline deadline(@Nullable ChatRequest request) {
        Duration own = (request != null) ? request.totalTimeout() : null;
        return (own != null) ? this.calls.deadline(own, null)
                : this.calls.deadline(this.timeouts.getTotal(), "timeout.total");
    }

    /** Start the first attempt of a call that has no model. */
    CallContext start(Lane lane, Route route, WholeCall whole) {
        return start(lane, route, whole, null);
    }

    /** Start the first attempt of one turn of a call. */
    CallContext start(Lane lane, Route route, Turn turn) {
        return turn.begin(start(lane, route, turn.whole(), turn.request()));
    }

    private CallContext start(Lane lane, Route route, WholeCall whole, @Nullable ChatRequest request) {
        CallContext call = this.calls.start(lane, route.method(), route.first(), deadline(request));
        Integer ownAttempts = (request != null) ? request.maxAttempts() : null;
        int attempts = this.attempts.max();
        call.limitAttempts((ownAttempts != null) ? Math.min(ownAttempts, attempts) : attempts);
        call.partOf(whole, this.journal, model(request));
        return call;
    }

    private String model(@Nullable ChatRequest request) {
        return (request != null) ? this.bodies.model(request) : "";
    }

}
