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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.circuitbreaker.Permission;
import io.github.llmhttp.endpoint.EndpointChoice;
import io.github.llmhttp.endpoint.EndpointFacts;
import io.github.llmhttp.endpoint.Endpoints;
import io.github.llmhttp.endpoint.Grant;
import io.github.llmhttp.pool.AdmissionGate;
import io.github.llmhttp.pool.Permit;
import io.github.llmhttp.retry.Repetition;
import io.github.llmhttp.retry.Retries;
import io.github.llmhttp.timeout.AttemptClock;
import io.github.llmhttp.timeout.AttemptLimits;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * THE ORDER around an exchange: repetition, then for each attempt endpoint with its
 * circuit breaker, admission gate, error translation, clocks, release, exchange.
 */
final class Attempts {

    private static final Log logger = LogFactory.getLog(Attempts.class);

    private static final Supplier<@Nullable Permit> NO_PERMIT = () -> null;

    private final Retries retries;

    private final Endpoints endpoints;

    private final AdmissionGate gate;

    private final CallTime time;

    private final FailureTranslation failures;

    private final Set<AttemptClock> running = ConcurrentHashMap.newKeySet();

    Attempts(Retries retries, Endpoints endpoints, AdmissionGate gate, CallTime time, FailureTranslation failures) {
        this.retries = retries;
        this.endpoints = endpoints;
        this.gate = gate;
        this.time = time;
        this.failures = failures;
    }

    /**
     * The most attempts of one call.
     * @return the number, the first included
     */
    int max() {
        return this.retries.maxAttempts();
    }

    /**
     * Whether an attempt would be refused now, or had to wait because the provider asked
     * for it.
     * @param rateLimit what its rate limit is of; empty for that of all calls
     * @return whether nobody can be asked at once
     */
    boolean isHeld(String rateLimit) {
        return this.retries.isCoolingDown(rateLimit) || this.endpoints.isOpen();
    }

    /**
     * Run a call that has many items.
     * @param first its first attempt
     * @param limits its limits
     * @param choice who is asked
     * @param exchange sends the request and reads the response
     * @param restarted the item that says so, {@code null} if it never does
     * @param <T> type of the items
     * @return the items
     */
    <T> Flux<T> many(CallContext first, AttemptLimits limits, EndpointChoice choice,
            Function<Attempt, Flux<T>> exchange, @Nullable Function<LlmHttpException, T> restarted) {
        return this.retries.run(first,
                (call) -> run(call, limits, choice, NO_PERMIT, exchange, () -> call.enter(CallStage.DONE)),
                new Repetition<>(() -> null, choice::hasOther, restarted, false));
    }

    /**
     * Run a turn of a chat, whose connection may be open already.
     * @param first its first attempt
     * @param limits its limits
     * @param choice who is asked
     * @param held the permit that an attempt has by its connection, {@code null} if it
     * has to get one
     * @param exchange takes the turn
     * @param restarted the item that says so, {@code null} if it never does
     * @param <T> type of the items
     * @return the items
     */
    <T> Flux<T> turn(CallContext first, AttemptLimits limits, EndpointChoice choice, Supplier<@Nullable Permit> held,
            Function<Attempt, Flux<T>> exchange, @Nullable Function<LlmHttpException, T> restarted) {
        return this.retries.run(first,
                (call) -> run(call, limits, choice, held, exchange, () -> call.enter(CallStage.DONE)),
                new Repetition<>(() -> null, choice::hasOther, restarted, false));
    }

    /**
     * Run a call that has one item.
     * @param first its first attempt
     * @param limits its limits
     * @param choice who is asked
     * @param exchange sends the request and reads the response
     * @param <T> type of the item
     * @return the item
     */
    <T> Mono<T> one(CallContext first, AttemptLimits limits, EndpointChoice choice,
            Function<Attempt, Mono<T>> exchange) {
        return last(many(first, limits, choice, (attempt) -> exchange.apply(attempt).flux(), null));
    }

    /**
     * Run a call up to its response, whose body somebody else reads later.
     * @param first its first attempt
     * @param limits its limits
     * @param choice who is asked
     * @param exchange sends the request
     * @param obstacle why the request cannot be sent again, {@code null} if it can
     * @param <T> type of the response
     * @return the response
     */
    <T> Mono<T> response(CallContext first, AttemptLimits limits, EndpointChoice choice,
            Function<Attempt, Mono<T>> exchange, Supplier<@Nullable String> obstacle) {
        return last(this.retries.run(first,
                (call) -> run(call, limits, choice, NO_PERMIT, (attempt) -> exchange.apply(attempt).flux(), () -> {
                }), new Repetition<>(obstacle, choice::hasOther, null, true)));
    }

    /**
     * The item of an attempt comes before its end, and a limit may be reached in between.
     */
    private static <T> Mono<T> last(Flux<T> attempts) {
        return new LastItem<>(attempts);
    }

    /**
     * A response was passed on that asks to wait.
     * @param call its attempt
     * @param retryAfter for how long, {@code null} if it says nothing
     */
    void passed(CallContext call, @Nullable Duration retryAfter) {
        this.retries.coolDown(call.rateLimit(), call.status(), retryAfter);
    }

    private <T> Flux<T> run(CallContext call, AttemptLimits limits, EndpointChoice choice,
            Supplier<@Nullable Permit> held, Function<Attempt, Flux<T>> exchange, Runnable completed) {
        return Flux.defer(() -> {
            Grant grant = choice.next(call);
            Permission breaker = grant.breaker();
            call.onContent(breaker::firstContent);
            return admit(call, held.get(), (permit) -> {
                if (call.isCancelled()) {
                    throw call.cancelled().notProcessed(true).toException();
                }
                breaker.recheck(call);
                call.admitted();
                return clocked(call, limits, permit, grant, exchange, completed);
            }).doOnTerminate(grant::end)
                .doOnComplete(breaker::completed)
                .doOnError(LlmHttpException.class, breaker::failed)
                .doOnCancel(() -> {
                    grant.end();
                    breaker.cancelled();
                });
        }).contextWrite(call::putInto);
    }

    private <T> Flux<T> admit(CallContext call, @Nullable Permit held, Function<Permit, Flux<T>> exchange) {
        return (held != null) ? Flux.defer(() -> exchange.apply(held)) : this.gate.admit(call, exchange);
    }

    private <T> Flux<T> clocked(CallContext call, AttemptLimits limits, Permit permit, Grant grant,
            Function<Attempt, Flux<T>> exchange, Runnable completed) {
        EndpointFacts facts = grant.endpoint().facts();
        AttemptClock clock = new AttemptClock(call, limits, this.time, this.running);
        Attempt attempt = new Attempt(call, clock, this.time, this.failures, permit, grant);
        return clock.guard(new AfterRelease<>(closing(Flux.defer(() -> exchange.apply(attempt)), call), call))
            .doOnComplete(() -> {
                completed.run();
                facts.status(call.status(), call.elapsed());
            })
            .onErrorMap((error) -> this.failures.translate(error, call))
            .doOnError(LlmHttpException.class, facts::failed);
    }

    /**
     * A connection that is being opened is closed before the pool hears of the end of its
     * call and gives it to another one; one that carries the request, once its readers
     * have had the chance to close it.
     */
    static <T> Flux<T> closing(Flux<T> exchange, CallContext call) {
        return exchange.doOnCancel(() -> {
            call.leave();
            if (call.stage().compareTo(CallStage.WRITE) < 0) {
                call.abandon();
            }
        }).doFinally((signal) -> {
            if (signal != SignalType.ON_COMPLETE) {
                call.abandon();
            }
        });
    }

    /**
     * Fail all attempts that run: the client's grace period is over.
     * @param grace the grace period
     */
    void abort(Duration grace) {
        for (AttemptClock clock : this.running) {
            expire(clock, clock.failure(FailureKind.SHUTDOWN)
                .detail("the client closed and its grace period of %s is over".formatted(Failure.seconds(grace)))
                .limit(grace, "shutdown.grace-period"));
        }
    }

    /** One subscriber that throws must not keep the others. */
    private static void expire(AttemptClock clock, Failure.Builder failure) {
        try {
            clock.expire(failure);
        }
        catch (RuntimeException ex) {
            logger.warn("A subscriber failed when it was told that the client is closed", ex);
        }
    }

}
