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

package io.github.llmhttp.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallOperation;
import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.CallReport;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * One call as its caller sees it: from its begin to its last item, with all attempts and
 * fallbacks between. {@link CallContext} is one attempt of it.
 */
public final class WholeCall {

    private final CallJournal journal;

    private final long id;

    private final CallOperation operation;

    private final String model;

    private final LongSupplier nanoClock;

    private final long startNanos;

    private final List<AttemptReport> attempts = new ArrayList<>(1);

    private volatile @Nullable CallFollower follower;

    private volatile @Nullable CallContext attempt;

    private int fallbacks;

    private @Nullable Duration firstToken;

    private boolean ended;

    private final Sinks.Empty<Void> cancelled = Sinks.empty();

    private volatile boolean isCancelled;

    WholeCall(CallJournal journal, long id, CallOperation operation, String model, LongSupplier nanoClock) {
        this.journal = journal;
        this.id = id;
        this.operation = operation;
        this.model = model;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
    }

    /**
     * The number of the call.
     * @return a number that no other call of the client has
     */
    public long id() {
        return this.id;
    }

    public String client() {
        return this.journal.client();
    }

    public String provider() {
        return this.journal.provider();
    }

    public CallOperation operation() {
        return this.operation;
    }

    /**
     * The model that the call asks for.
     * @return its name; empty if the call names none
     */
    public String model() {
        return this.model;
    }

    /**
     * Time since the call began.
     * @return the time
     */
    public Duration elapsed() {
        return Duration.ofNanos(this.nanoClock.getAsLong() - this.startNanos);
    }

    /**
     * The attempt that is under way, or the last one.
     * @return its context, {@code null} before the first one
     */
    public @Nullable CallContext attempt() {
        return this.attempt;
    }

    /**
     * Be followed from now on. Asked for before anything else happens.
     * @param followers who follows the call, {@code null} for nobody
     * @param context the subscriber's context
     * @return the context of everything that the call does
     */
    public Context follow(Function<WholeCall, @Nullable CallFollower> followers, Context context) {
        try {
            this.follower = followers.apply(this);
        }
        catch (RuntimeException | LinkageError ex) {
            this.journal.failed(followers.getClass(), ex);
        }
        return asked((following) -> following.callBegins(context), context);
    }

    /**
     * Another client or model is asked.
     * @param cause why the one before did not answer
     * @param client name of the client that is asked now
     * @param model the model that is asked now; empty for the client's own
     */
    public void fellBack(FailureKind cause, String client, String model) {
        synchronized (this) {
            this.fallbacks++;
        }
        told((following) -> following.fellBack(cause, client, model));
    }

    /**
     * The call is over.
     * @param outcome how it ended
     * @param error what its caller is told, {@code null} unless it failed
     */
    public void end(CallOutcome outcome, @Nullable Throwable error) {
        CallReport report;
        synchronized (this) {
            if (this.ended) {
                return;
            }
            this.ended = true;
            report = new CallReport(client(), provider(), this.operation, this.model, outcome,
                    (error instanceof LlmHttpException failure) ? failure.failure() : null, this.attempts,
                    this.fallbacks, this.firstToken, elapsed(), delivered());
        }
        told((following) -> following.callEnded(report, error));
        this.journal.ended(this, report);
    }

    private long delivered() {
        long delivered = 0;
        for (AttemptReport attempt : this.attempts) {
            delivered += attempt.delivered();
        }
        return delivered;
    }

    /**
     * Fail the call for somebody who watches over the application: at once if it runs or
     * waits for its next attempt, else when its wait for a connection ends.
     */
    public void cancel() {
        this.isCancelled = true;
        this.cancelled.tryEmitEmpty();
        CallContext now = this.attempt;
        if (now != null) {
            now.abort();
        }
    }

    boolean isCancelled() {
        return this.isCancelled;
    }

    Mono<Void> cancelled() {
        return this.cancelled.asMono();
    }

    Context begins(CallContext attempt, Context context) {
        this.attempt = attempt;
        return asked((following) -> following.attemptBegins(attempt, context), context);
    }

    void contentArrived(long nanos) {
        synchronized (this) {
            if (this.firstToken == null) {
                this.firstToken = Duration.ofNanos(nanos - this.startNanos);
            }
        }
        told(CallFollower::firstContent);
    }

    void attemptEnded(AttemptReport report, @Nullable Throwable error, CallJournal asked) {
        synchronized (this) {
            this.attempts.add(report);
        }
        told((following) -> following.attemptEnded(report, error));
        asked.ended(report);
    }

    private void told(Consumer<CallFollower> message) {
        asked((following) -> {
            message.accept(following);
            return this;
        }, this);
    }

    /** One that fails, follows no further, and the call goes on. */
    private <R> R asked(Function<CallFollower, R> question, R otherwise) {
        CallFollower following = this.follower;
        if (following == null) {
            return otherwise;
        }
        try {
            return question.apply(following);
        }
        catch (RuntimeException | LinkageError ex) {
            this.follower = null;
            this.journal.failed(following.getClass(), ex);
            return otherwise;
        }
    }

}
