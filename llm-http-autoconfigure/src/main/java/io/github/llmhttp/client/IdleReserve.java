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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.endpoint.Endpoint;
import io.github.llmhttp.pool.AdmissionGate;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Keeps some connections to an endpoint open and unused, each opened with one small
 * request. Stands back behind calls, and from an endpoint that is down.
 */
final class IdleReserve {

    private static final Log logger = LogFactory.getLog(IdleReserve.class);

    /** Longest time between two rounds against an endpoint that is down. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final int wanted;

    private final Endpoint endpoint;

    private final ProbeRequest request;

    private final AdmissionGate gate;

    private final IntSupplier idle;

    private final FailureTranslation failures;

    private final CallTime time;

    private int failedInARow;

    private volatile long nextNanos;

    /**
     * Create a reserve that is empty.
     * @param wanted number of unused connections
     * @param endpoint where they go
     * @param request the small request
     * @param gate lets it through
     * @param idle number of unused connections to the endpoint
     * @param failures translates failures
     * @param time measures waits
     */
    IdleReserve(int wanted, Endpoint endpoint, ProbeRequest request, AdmissionGate gate, IntSupplier idle,
            FailureTranslation failures, CallTime time) {
        this.wanted = wanted;
        this.endpoint = endpoint;
        this.request = request;
        this.gate = gate;
        this.idle = idle;
        this.failures = failures;
        this.time = time;
        this.nextNanos = time.nanos().getAsLong();
    }

    /**
     * Look again and again whether connections are missing.
     * @param interval time from the end of one look to the next
     * @return ends it
     */
    Disposable keep(Duration interval) {
        return Mono.defer(() -> Mono.delay(interval, this.time.scheduler()))
            .then(Mono.defer(() -> isDue() ? fill(interval).onErrorComplete() : Mono.empty()))
            .repeat()
            .subscribe();
    }

    private boolean isDue() {
        return this.time.nanos().getAsLong() - this.nextNanos >= 0;
    }

    /**
     * Open what is missing. All that are wanted are used side by side, and none sends
     * before all have their connections: otherwise those of the quick ones would be used
     * again. To leave a response unread does not keep its connection, because a small one
     * comes whole in the first read.
     * @param interval time from one round to the next
     * @return fails with what kept one of them from being opened
     */
    Mono<Void> fill(Duration interval) {
        return Mono.defer(() -> {
            if (this.idle.getAsInt() >= this.wanted || !hasRoom()) {
                return Mono.empty();
            }
            return open().next().flatMap((failure) -> Mono.<Void>error(failure)).doOnSuccess((done) -> {
                this.failedInARow = 0;
                logger.debug("[%s] %d unused connections to %s are open".formatted(this.request.client(), this.wanted,
                        this.endpoint.name()));
            }).doOnError((failure) -> standBack(interval));
        });
    }

    /** Calls come first, and are not to wait for what may be needed later. */
    private boolean hasRoom() {
        return this.gate.pending() == 0 && this.gate.inUse() + this.wanted <= this.gate.limits().maxConnections();
    }

    private void standBack(Duration interval) {
        int doublings = Math.min(this.failedInARow++, 20);
        long pause = Math.min(interval.toNanos() << doublings, LONGEST.toNanos());
        this.nextNanos = this.time.nanos().getAsLong() + Math.max(pause, interval.toNanos());
    }

    private Flux<LlmHttpException> open() {
        AtomicInteger awaited = new AtomicInteger(this.wanted);
        Sinks.Empty<Void> done = Sinks.empty();
        Mono<Void> others = Mono.defer(() -> {
            if (awaited.decrementAndGet() == 0) {
                done.tryEmitEmpty();
            }
            return done.asMono();
        });
        return Flux.range(0, this.wanted)
            .flatMap((number) -> open(others).doOnNext((failure) -> done.tryEmitEmpty()), this.wanted)
            .collectList()
            .flatMapIterable((failed) -> failed);
    }

    /** Empty if it worked. */
    private Mono<LlmHttpException> open(Mono<Void> others) {
        CallContext call = this.request.start();
        return this.gate.admitOne(call, (permit) -> this.request.status(call, others))
            .flatMap((status) -> Mono.<LlmHttpException>empty())
            .onErrorResume((error) -> Mono.just(failure(error, call)));
    }

    private LlmHttpException failure(Throwable error, CallContext call) {
        if (error instanceof TimeoutException) {
            return call.failure(FailureKind.RESPONSE_TIMEOUT)
                .detail("no answer within " + Failure.seconds(this.request.limit()))
                .limit(this.request.limit(), "health.timeout")
                .toException(error);
        }
        return this.failures.translate(error, call);
    }

}
