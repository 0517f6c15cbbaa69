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

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.endpoint.Endpoint;
import io.github.llmhttp.health.HealthProperties;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.ClientResponse;

/**
 * One small request to the endpoint, with a limit of its own, never repeated.
 */
final class ProbeRequest {

    private static final int MAX_BODY = 64 * 1024;

    private static final Duration BODY_TIME = Duration.ofMillis(500);

    private final ClientParts parts;

    private final Endpoint endpoint;

    private final HealthProperties health;

    private final CallTime time;

    ProbeRequest(ClientParts parts, Endpoint endpoint, HealthProperties health, CallTime time) {
        this.parts = parts;
        this.endpoint = endpoint;
        this.health = health;
        this.time = time;
    }

    Endpoint endpoint() {
        return this.endpoint;
    }

    String client() {
        return this.parts.bodies().client();
    }

    Duration limit() {
        return this.health.getTimeout();
    }

    String path() {
        return (this.health.getPath() != null) ? this.health.getPath() : this.parts.dialect().probePath();
    }

    CallContext start() {
        Calls calls = this.parts.calls();
        return calls.start(Lane.CALL, HttpMethod.GET, uri(), calls.deadline(null, null));
    }

    /**
     * Send the request, past the gate.
     * @param call its context
     * @param connected what the request waits for, once it has a connection
     * @return the status; a {@code TimeoutException} at the limit
     */
    Mono<Integer> status(CallContext call, Mono<Void> connected) {
        return this.parts.keys()
            .key()
            .map(Optional::of)
            .defaultIfEmpty(Optional.empty())
            .flatMap((key) -> this.parts.requests()
                .get(uri(), key.orElse(null), (output, context) -> connected.then(Mono.defer(output::setComplete)))
                .exchangeToMono((response) -> drained(response, call)))
            .doOnCancel(() -> {
                call.leave();
                call.abandon();
            })
            .timeout(limit(), this.time.scheduler())
            .contextWrite(call::putInto);
    }

    private URI uri() {
        return this.parts.requests().route(HttpMethod.GET, path(), Map.of()).at(this.endpoint);
    }

    /** The status tells; the body is read for the connection's sake, and not for long. */
    private Mono<Integer> drained(ClientResponse response, CallContext call) {
        return DataBufferUtils.takeUntilByteCount(Responses.body(response, call), MAX_BODY)
            .takeUntilOther(Mono.delay(BODY_TIME, this.time.scheduler()))
            .doOnNext(DataBufferUtils::release)
            .onErrorComplete()
            .then(Mono.just(response.statusCode().value()));
    }

}
