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

package io.github.llmhttp.retry;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.RetryDecision;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallTime;
import io.github.resilience4j.core.IntervalBiFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Repeats the attempts of one client's calls. Whether is decided by {@link RetryClass},
 * the number of attempts, what is left of the call's time, and the budget; when by
 * {@link Backoff} and what the server asks for. Nothing is repeated once content came.
 * <p>
 * The Resilience4j {@link Retry} of the client's name in the registry counts and tells
 * its listeners. One that the application has configured decides too, about the number of
 * attempts, exceptions and waits.
 */
public final class Retries {

    /** Calls that count against nobody's limit but that of whom they ask. */
    public static final String OTHER_HOSTS = "calls to other hosts";

    /**
     * What was decided, for the functions of our own Resilience4j configuration, which it
     * calls back on the same thread.
     */
    private static final ThreadLocal<@Nullable Duration> DECIDED = new ThreadLocal<>();

    private final RetryProperties properties;

    private final RetryRegistry registry;

    private final Retry retry;

    private final boolean configured;

    private final int maxAttempts;

    private final CallTime time;

    private final Backoff backoff;

    private final RetryBudget budget;

    /** By what the rate limit is of. */
    private final Map<String, CoolDown> coolDowns = new ConcurrentHashMap<>();

    private final Mono<Void> closing;

    /**
     * Create the repetition of a client's calls.
     * @param client name of the client and of its Resilience4j instance
     * @param properties whether and when
     * @param registry where the instance is, or is put
     * @param time the time that waits are measured by
     * @param closing completes when the client begins to close, which ends all waits
     */
    public Retries(String client, RetryProperties properties, RetryRegistry registry, CallTime time,
            Mono<Void> closing) {
        this(client, properties, registry, time, closing, () -> ThreadLocalRandom.current().nextDouble());
    }

    Retries(String client, RetryProperties properties, RetryRegistry registry, CallTime time, Mono<Void> closing,
            DoubleSupplier random) {
        this.properties = properties;
        this.registry = registry;
        this.time = time;
        this.closing = closing;
        this.backoff = new Backoff(properties.getInitialBackoff(), properties.getMaxBackoff(), properties.getJitter(),
                random);
        this.budget = new RetryBudget(properties.getBudget(), time.nanos());
        // Of a client that is still closing
        registry.find(client).filter((found) -> !isConfigured(found)).ifPresent((old) -> registry.remove(client));
        this.retry = registry.retry(client, config(properties));
        this.configured = isConfigured(this.retry);
        this.maxAttempts = properties.isEnabled() ? this.retry.getRetryConfig().getMaxAttempts() : 1;
    }

    private static RetryConfig config(RetryProperties properties) {
        return RetryConfig.custom()
            .maxAttempts(properties.getMaxAttempts())
            .intervalBiFunction(new DecidedInterval())
            .retryOnException((error) -> DECIDED.get() != null)
            .build();
    }

    private static boolean isConfigured(Retry retry) {
        return !(retry.getRetryConfig().getIntervalBiFunction() instanceof DecidedInterval);
    }

    /**
     * Take the instance out of the registry, so that a later client of the same name
     * starts afresh. One of the application stays.
     */
    public void close() {
        String name = this.retry.getName();
        if (!this.configured && this.registry.find(name).filter((known) -> known == this.retry).isPresent()) {
            this.registry.remove(name);
        }
    }

    /**
     * The most attempts of one call.
     * @return the number, the first included
     */
    public int maxAttempts() {
        return this.maxAttempts;
    }

    /**
     * A response asks to wait, which holds for all calls of a rate limit if it is a 429.
     * @param rateLimit which calls, as {@link CallContext#rateLimit()} says
     * @param status its effective status
     * @param retryAfter for how long, {@code null} if it says nothing
     */
    public void coolDown(String rateLimit, int status, @Nullable Duration retryAfter) {
        if (status == 429 && retryAfter != null && this.properties.isEnabled()
                && retryAfter.compareTo(this.properties.getMaxRetryAfter()) <= 0) {
            of(rateLimit).begin(retryAfter);
        }
    }

    /**
     * Whether calls wait now because the provider asked for it.
     * @param rateLimit what their rate limit is of; empty for the limit of all calls
     * @return whether a call would wait
     */
    public boolean isCoolingDown(String rateLimit) {
        return this.properties.isEnabled() && of(rateLimit).leftNanos() > 0;
    }

    private CoolDown of(String rateLimit) {
        return this.coolDowns.computeIfAbsent(rateLimit, (limit) -> new CoolDown(this.time.nanos()));
    }

    /**
     * For how long calls still wait, because the provider asked them to.
     * @return the longest time of any model, zero if no call has to wait
     */
    public Duration coolDownLeft() {
        return Duration.ofNanos(this.coolDowns.entrySet()
            .stream()
            .filter((each) -> !each.getKey().equals(OTHER_HOSTS))
            .mapToLong((each) -> each.getValue().leftNanos())
            .filter((left) -> left > 0)
            .max()
            .orElse(0));
    }

    /**
     * Make a call with as many attempts as are right.
     * @param first context of the first attempt
     * @param attempt makes an attempt; its errors are of the family
     * @param repetition how the call can be repeated
     * @param <T> what it emits
     * @return what the attempts emit
     */
    public <T> Flux<T> run(CallContext first, Function<CallContext, Flux<T>> attempt, Repetition<T> repetition) {
        if (!this.properties.isEnabled()) {
            return once(first, attempt, repetition).doOnError(LlmHttpException.class,
                    (failure) -> first.ended(CallOutcome.ERROR, failure, RetryDecision.DISABLED));
        }
        return Flux.defer(() -> {
            this.budget.call();
            return new Loop<>(attempt, repetition).attempt(first);
        });
    }

    /** A response that is handed over ends with its body. */
    private static <T> Flux<T> once(CallContext call, Function<CallContext, Flux<T>> attempt,
            Repetition<T> repetition) {
        return attempt.apply(call).doOnComplete(() -> {
            if (!repetition.handsOver()) {
                call.ended(CallOutcome.SUCCESS, null, null);
            }
        }).doOnCancel(() -> call.ended(CallOutcome.CANCELLED, null, null));
    }

    /**
     * The attempts of one call.
     */
    private final class Loop<T> {

        private final Function<CallContext, Flux<T>> attempt;

        private final Repetition<T> repetition;

        private final Retry.AsyncContext<T> context = Retries.this.retry.asyncContext();

        private boolean doubted;

        Loop(Function<CallContext, Flux<T>> attempt, Repetition<T> repetition) {
            this.attempt = attempt;
            this.repetition = repetition;
        }

        Flux<T> attempt(CallContext call) {
            long coolDown = of(call.rateLimit()).leftNanos();
            if (coolDown > 0) {
                return coolDown(call, Duration.ofNanos(coolDown));
            }
            return once(call, this.attempt, this.repetition).doOnComplete(this.context::onComplete)
                .onErrorResume(LlmHttpException.class, (failure) -> failed(failure, call));
        }

        private Flux<T> coolDown(CallContext call, Duration left) {
            Duration wait = Retries.this.backoff.wait(1, left);
            LlmHttpException held = held(call, left);
            if (wait.toNanos() >= call.leftNanos() || call.isAnsweredElsewhere(held)) {
                return Flux.error(held);
            }
            return pause(wait, call).thenMany(Flux.defer(() -> {
                call.begin();
                return attempt(call);
            }));
        }

        private LlmHttpException held(CallContext call, Duration left) {
            String whose = call.rateLimit().isEmpty() ? "all calls" : call.rateLimit();
            return call.failure(FailureKind.RATE_LIMITED)
                .detail("the provider asked %s to wait, for another %s".formatted(whose, Failure.seconds(left)))
                .retryAfter(left)
                .notProcessed(true)
                .toException();
        }

        private Flux<T> failed(LlmHttpException failure, CallContext call) {
            int status = (failure.kind() == FailureKind.RATE_LIMITED) ? 429 : failure.failure().effectiveStatus();
            Retries.this.coolDown(call.rateLimit(), status, failure.failure().retryAfter());
            RetryClass kind = kind(failure, call);
            boolean moves = movesOn(kind, status);
            boolean restarts = this.repetition.restarted() != null && call.hasContent()
                    && RetryClass.isBroken(failure.failure());
            Verdict right = (restarts || allowed(kind, call)) ? verdict(failure, call, moves)
                    : Verdict.no(RetryDecision.FINAL);
            Verdict verdict = told(failure, call, right, moves && kind == RetryClass.FREE);
            call.ended(CallOutcome.ERROR, failure, verdict.decision());
            Duration wait = verdict.pause();
            if (wait == null) {
                return Flux.error(unrepeated(failure, verdict.obstacle()));
            }
            this.doubted = this.doubted || kind == RetryClass.DOUBTFUL;
            Flux<T> next = Flux.defer(() -> attempt(call.next()));
            return pause(wait, call).thenMany(restarts ? next.startWith(restarted(failure)) : next)
                .doOnError((last) -> attach(failure, last));
        }

        /**
         * A breaker that opened while the call waited for its connection is one of many.
         */
        private RetryClass kind(LlmHttpException failure, CallContext call) {
            if (failure.kind() == FailureKind.CIRCUIT_OPEN && this.repetition.other().getAsBoolean()) {
                return RetryClass.FREE;
            }
            return RetryClass.of(failure, call.retryAdvice(), Retries.this.properties.isOnPoolTimeout());
        }

        /**
         * Another endpoint can be asked at once, unless the limit was that of the key.
         */
        private boolean movesOn(RetryClass kind, int status) {
            return (kind == RetryClass.FREE || kind == RetryClass.TOLD) && status != 429
                    && this.repetition.other().getAsBoolean();
        }

        private static LlmHttpException unrepeated(LlmHttpException failure, @Nullable String obstacle) {
            if (obstacle == null) {
                return failure;
            }
            Failure facts = failure.failure();
            return facts.mutate()
                .detail("%s; not repeated, because %s".formatted(facts.detail(), obstacle))
                .toException(failure.getCause());
        }

        /** Whoever reads the last failure wants to know what was repeated. */
        private static void attach(LlmHttpException before, Throwable last) {
            // A source of keys may fail with the same one each time
            if (last != before) {
                last.addSuppressed(before);
            }
        }

        /** Nobody sits out what a provider asks for where another one answers at once. */
        private boolean isLeft(LlmHttpException failure, CallContext call) {
            Duration retryAfter = failure.failure().retryAfter();
            return retryAfter != null && !retryAfter.isZero() && call.isAnsweredElsewhere(failure);
        }

        private T restarted(LlmHttpException failure) {
            return Objects.requireNonNull(this.repetition.restarted()).apply(failure);
        }

        private boolean allowed(RetryClass kind, CallContext call) {
            return switch (kind) {
                case FREE, TOLD -> !call.hasContent();
                case DOUBTFUL ->
                    !call.hasContent() && !this.doubted && Retries.this.properties.getDoubtful() == DoubtfulRetry.ONCE;
                case NEVER -> false;
            };
        }

        /**
         * Whether an attempt that is worth it may follow, and after which wait.
         */
        private Verdict verdict(LlmHttpException failure, CallContext call, boolean moves) {
            if (!moves && isLeft(failure, call)) {
                return Verdict.no(RetryDecision.FALLBACK);
            }
            String obstacle = this.repetition.obstacle().get();
            if (obstacle != null) {
                return isLast(call) ? Verdict.no(RetryDecision.MAX_ATTEMPTS) : Verdict.body(obstacle);
            }
            if (moves) {
                return (call.leftNanos() > 0) ? Verdict.after(Duration.ZERO) : Verdict.no(RetryDecision.DEADLINE);
            }
            Duration retryAfter = failure.failure().retryAfter();
            if (retryAfter != null && retryAfter.compareTo(Retries.this.properties.getMaxRetryAfter()) > 0) {
                return Verdict.no(RetryDecision.MAX_RETRY_AFTER);
            }
            Duration wait = Retries.this.backoff.wait(call.attempt(), retryAfter);
            return (wait.toNanos() < call.leftNanos()) ? Verdict.after(wait) : Verdict.no(RetryDecision.DEADLINE);
        }

        private static boolean isLast(CallContext call) {
            return call.attempt() >= call.maxAttempts();
        }

        /**
         * Tell Resilience4j, which stops after the last attempt, and take from the budget
         * what is repeated. To go elsewhere costs nothing if nobody has seen the request.
         */
        private Verdict told(LlmHttpException failure, CallContext call, Verdict verdict, boolean free) {
            Duration right = verdict.pause();
            if (right == null) {
                tell(failure, null);
                return verdict;
            }
            if (isLast(call)) {
                boolean own = call.maxAttempts() < Retries.this.maxAttempts;
                tell(failure, own ? null : right);
                return Verdict.no(RetryDecision.MAX_ATTEMPTS);
            }
            if (!free && !Retries.this.budget.take()) {
                tell(failure, null);
                return Verdict.no(RetryDecision.BUDGET);
            }
            Duration wait = tell(failure, right);
            return (wait != null) ? Verdict.after(wait) : Verdict.no(RetryDecision.FINAL);
        }

        private @Nullable Duration tell(LlmHttpException failure, @Nullable Duration wait) {
            if (wait == null && Retries.this.configured) {
                // Its functions know nothing of our decision and would tell of a
                // repetition
                return null;
            }
            DECIDED.set(wait);
            try {
                long millis = this.context.onError(failure);
                if (millis < 0 || wait == null) {
                    return null;
                }
                return Retries.this.configured ? longer(Duration.ofMillis(millis), failure.failure().retryAfter())
                        : wait;
            }
            finally {
                DECIDED.remove();
            }
        }

    }

    private static Duration longer(Duration wait, @Nullable Duration retryAfter) {
        return (retryAfter != null && retryAfter.compareTo(wait) > 0) ? retryAfter : wait;
    }

    private Mono<Void> pause(Duration wait, CallContext call) {
        if (wait.isZero()) {
            return Mono.empty();
        }
        Mono<Void> closed = this.closing.then(Mono.error(() -> call.failure(FailureKind.SHUTDOWN)
            .detail("the client closed while the call waited for its next attempt")
            .toException()));
        return Mono.firstWithSignal(Mono.delay(wait, this.time.scheduler()).then(), closed, call.untilCancelled());
    }

    /**
     * The wait that was decided, by which our own configurations are known, too.
     */
    private static final class DecidedInterval implements IntervalBiFunction<Object> {

        @Override
        public Long apply(Integer attempt, Either<Throwable, Object> result) {
            Duration wait = DECIDED.get();
            return (wait != null) ? wait.toMillis() : -1;
        }

    }

}
