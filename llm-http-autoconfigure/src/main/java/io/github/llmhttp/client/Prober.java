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
import java.util.concurrent.TimeoutException;

import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.EndpointHealth.State;
import io.github.llmhttp.Failure;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.endpoint.EndpointFacts;
import io.github.llmhttp.health.HealthProperties;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.ClientResponse;

/**
 * Asks the endpoint whether it is well: one small request with a limit of its own, past
 * the gate, never repeated.
 */
final class Prober {

    private static final int MAX_BODY = 64 * 1024;

    private static final Duration BODY_TIME = Duration.ofMillis(500);

    private final ClientParts parts;

    private final HealthProperties health;

    private final EndpointFacts facts;

    private final FailureTranslation failures;

    private final CallTime time;

    Prober(ClientParts parts, HealthProperties health, EndpointFacts facts, FailureTranslation failures,
            CallTime time) {
        this.parts = parts;
        this.health = health;
        this.facts = facts;
        this.failures = failures;
        this.time = time;
    }

    Mono<EndpointHealth> probe() {
        return Mono.defer(() -> {
            String path = (this.health.getPath() != null) ? this.health.getPath() : this.parts.dialect().probePath();
            URI uri = this.parts.requests().uri(path, Map.of());
            CallContext call = this.parts.calls().start(Lane.CALL, HttpMethod.GET, uri, null, null);
            return status(uri).timeout(this.health.getTimeout(), this.time.scheduler())
                .map((status) -> answered(status, call.elapsed(), path))
                .onErrorResume((error) -> Mono.just(failed(error, call)))
                .contextWrite(call::putInto);
        });
    }

    EndpointHealth closed() {
        return this.facts.probed(State.UNKNOWN, Duration.ZERO, "the client is closed");
    }

    private Mono<Integer> status(URI uri) {
        return this.parts.keys()
            .key()
            .map(Optional::of)
            .defaultIfEmpty(Optional.empty())
            .flatMap((key) -> this.parts.requests().get(uri, key.orElse(null)).exchangeToMono(this::drained));
    }

    /** The status tells; the body is read for the connection's sake, and not for long. */
    private Mono<Integer> drained(ClientResponse response) {
        return DataBufferUtils.takeUntilByteCount(Responses.body(response), MAX_BODY)
            .takeUntilOther(Mono.delay(BODY_TIME, this.time.scheduler()))
            .doOnNext(DataBufferUtils::release)
            .onErrorComplete()
            .then(Mono.just(response.statusCode().value()));
    }

    private EndpointHealth answered(int status, Duration latency, String path) {
        String detail = "GET %s answered with status %d".formatted(path.replaceFirst("\\?.*", ""), status);
        return this.facts.probed(state(status), latency, detail);
    }

    private static State state(int status) {
        if (status < 300 || status == 429) {
            return State.UP;
        }
        // No such path tells nothing about the service behind it
        return (status == 404 || status == 405) ? State.UNKNOWN : State.DOWN;
    }

    private EndpointHealth failed(Throwable error, CallContext call) {
        String detail = (error instanceof TimeoutException)
                ? "no answer within " + Failure.seconds(this.health.getTimeout()) + "; set "
                        + Failure.property(call.client(), "health.timeout") + " to change"
                : "the probe failed with " + this.failures.translate(error, call).kind();
        return this.facts.probed(State.DOWN, call.elapsed(), detail);
    }

}
