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

import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.pool.AdmissionGate;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Opens connections ahead of the first call, which then finds DNS, TCP and TLS done. A
 * failure is logged and changes nothing: the first call connects by itself.
 */
final class WarmUp {

    private static final Log logger = LogFactory.getLog(WarmUp.class);

    private final String client;

    private final int connections;

    private final AdmissionGate gate;

    private final List<ProbeRequest> requests;

    private final FailureTranslation failures;

    WarmUp(String client, int connections, AdmissionGate gate, List<ProbeRequest> requests,
            FailureTranslation failures) {
        this.client = client;
        this.connections = connections;
        this.gate = gate;
        this.requests = requests;
        this.failures = failures;
    }

    Mono<Void> run() {
        return Flux.defer(this::open).collectList().doOnNext((failed) -> {
            if (failed.isEmpty()) {
                logger.debug(
                        "[%s] opened %d connections ahead of the first call".formatted(this.client, this.connections));
            }
            else {
                logger.warn("[%s] %d of %d connections were not opened ahead of the first call: %s"
                    .formatted(this.client, failed.size(), this.connections, failed.get(0).getMessage()));
            }
        }).then();
    }

    /**
     * Side by side, and none is sent before all have their connections: otherwise those
     * of the quick ones would be used again. To leave a response unread does not keep its
     * connection, because a small one comes whole in the first read.
     */
    private Flux<LlmHttpException> open() {
        AtomicInteger awaited = new AtomicInteger(this.connections);
        Sinks.Empty<Void> done = Sinks.empty();
        Mono<Void> others = Mono.defer(() -> {
            if (awaited.decrementAndGet() == 0) {
                done.tryEmitEmpty();
            }
            return done.asMono();
        });
        return Flux.range(0, this.connections)
            .flatMap((number) -> open(this.requests.get(number % this.requests.size()), others)
                .doOnNext((failure) -> done.tryEmitEmpty()), this.connections);
    }

    /** Empty if it worked. */
    private Mono<LlmHttpException> open(ProbeRequest request, Mono<Void> others) {
        CallContext call = request.start();
        return this.gate.admitOne(call, (permit) -> request.status(call, others))
            .flatMap((status) -> Mono.<LlmHttpException>empty())
            .onErrorResume((error) -> Mono.just(failure(error, call, request)));
    }

    private LlmHttpException failure(Throwable error, CallContext call, ProbeRequest request) {
        if (error instanceof TimeoutException) {
            return call.failure(FailureKind.RESPONSE_TIMEOUT)
                .detail("no answer within " + Failure.seconds(request.limit()))
                .limit(request.limit(), "health.timeout")
                .toException(error);
        }
        return this.failures.translate(error, call);
    }

}
