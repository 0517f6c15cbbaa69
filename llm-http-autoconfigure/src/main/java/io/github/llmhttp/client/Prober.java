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
import java.util.concurrent.TimeoutException;

import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.EndpointHealth.State;
import io.github.llmhttp.Failure;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.endpoint.Endpoint;
import reactor.core.publisher.Mono;

/**
 * Asks the endpoint whether it is well, past the gate, and remembers what it said.
 */
final class Prober {

    private final ProbeRequest request;

    private final Endpoint endpoint;

    private final FailureTranslation failures;

    Prober(ProbeRequest request, Endpoint endpoint, FailureTranslation failures) {
        this.request = request;
        this.endpoint = endpoint;
        this.failures = failures;
    }

    Mono<EndpointHealth> probe() {
        return Mono.defer(() -> {
            CallContext call = this.request.start();
            return this.request.status(call, Mono.empty())
                .map((status) -> answered(status, call.elapsed()))
                .onErrorResume((error) -> Mono.just(failed(error, call)));
        });
    }

    /**
     * Ask, and take no for no answer.
     * @return fails if the endpoint is not well
     */
    Mono<Void> require() {
        return probe().flatMap((health) -> (health.state() == State.DOWN)
                ? Mono.error(() -> new IllegalStateException(
                        "the endpoint %s is not well: %s".formatted(health.endpoint(), health.detail())))
                : Mono.empty());
    }

    EndpointHealth closed() {
        return this.endpoint.facts().probed(State.UNKNOWN, Duration.ZERO, "the client is closed");
    }

    private EndpointHealth answered(int status, Duration latency) {
        String detail = "GET %s answered with status %d".formatted(this.request.path().replaceFirst("\\?.*", ""),
                status);
        return this.endpoint.probed(state(status), latency, detail);
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
                ? "no answer within " + Failure.seconds(this.request.limit()) + "; set "
                        + Failure.property(call.client(), "health.timeout") + " to change"
                : "the probe failed with " + this.failures.translate(error, call).kind();
        return this.endpoint.probed(State.DOWN, call.elapsed(), detail);
    }

}
