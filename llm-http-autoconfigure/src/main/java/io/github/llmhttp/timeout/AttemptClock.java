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

package io.github.llmhttp.timeout;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.timeout.AttemptLimits.Limit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Watches every limit of one attempt with one timer, which it arms again for the nearest
 * moment at which a limit can be reached. Reading costs one timestamp a network read;
 * nothing is scheduled for a token.
 */
public final class AttemptClock {

    /** Time after which a subscriber is looked at again that is busy with an item. */
    private static final long BUSY = Duration.ofMillis(20).toNanos();

    private final CallContext call;

    private final AttemptLimits limits;

    private final CallTime time;

    private final Set<AttemptClock> running;

    private final long startNanos;

    private final Silence silence;

    private volatile @Nullable Consumer<Failure.Builder> guarded;

    private volatile @Nullable Disposable timer;

    private volatile boolean stopped;

    /**
     * Create the clock of an attempt that begins now.
     * @param call the attempt
     * @param limits its limits
     * @param time the time that they are measured by
     * @param running holds this clock while the attempt runs
     */
    public AttemptClock(CallContext call, AttemptLimits limits, CallTime time, Set<AttemptClock> running) {
        this(call, limits, time, running, time.nanos().getAsLong());
    }

    private AttemptClock(CallContext call, AttemptLimits limits, CallTime time, Set<AttemptClock> running,
            long startNanos) {
        this.call = call;
        this.limits = limits;
        this.time = time;
        this.running = running;
        this.startNanos = startNanos;
        this.silence = new Silence(time.nanos(), startNanos);
    }

    /**
     * Fail the attempt when it reaches a limit.
     * @param attempt the attempt
     * @param <T> type of its items
     * @return the same items, or the failure
     */
    public <T> Flux<T> guard(Flux<T> attempt) {
        return guard(attempt, Operators::onDiscard);
    }

    /**
     * Fail the attempt when it reaches a limit.
     * @param attempt the attempt
     * @param discard gets each item that comes after the end, with the reader's Reactor
     * Context. The hooks in there are for items that any number of them may see: one that
     * is to be released once must not be left to them
     * @param <T> type of its items
     * @return the same items, or the failure
     */
    public <T> Flux<T> guard(Flux<T> attempt, BiConsumer<? super T, Context> discard) {
        return new ClockGuard.Operator<>(attempt, this, discard);
    }

    /**
     * A clock for the rest of the same attempt, for a body that is guarded by itself.
     * @return a clock that began when this one did
     */
    public AttemptClock forBody() {
        return new AttemptClock(this.call, this.limits, this.time, this.running, this.startNanos);
    }

    /**
     * Bytes of the body arrived.
     */
    public void bytesArrived() {
        this.silence.byteArrived();
    }

    /**
     * Bytes of a stream arrived and are delivered now. Until they are, the subscriber may
     * take its time.
     */
    public void deliveryBegins() {
        this.silence.deliveryBegins();
    }

    /**
     * There is content among the bytes that arrived. Said before it is delivered, because
     * its subscriber may leave at once.
     */
    public void contentArrives() {
        if (this.silence.hasContent()) {
            this.call.tokenGap(this.silence.gapNanos());
        }
        else {
            this.call.contentArrived(this.silence.deliveringSince());
        }
    }

    /**
     * The bytes that arrived are delivered.
     * @param content whether there was content among them; heartbeats, comments and
     * events of the life cycle are none
     */
    public void deliveryEnds(boolean content) {
        this.silence.deliveryEnds(content);
    }

    /**
     * Whether the body is being read. While its subscriber wants nothing, silence is not
     * the server's and the clocks of bytes and content stand still.
     * @param reading whether bytes are awaited
     */
    public void reading(boolean reading) {
        this.silence.reading(reading);
    }

    /**
     * Fail the attempt now.
     * @param failure the failure
     */
    public void expire(Failure.Builder failure) {
        stop();
        Consumer<Failure.Builder> guarded = this.guarded;
        if (guarded != null) {
            guarded.accept(failure);
        }
    }

    /**
     * Start a failure of the attempt.
     * @param kind what went wrong
     * @return a builder
     */
    public Failure.Builder failure(FailureKind kind) {
        return this.call.failure(kind);
    }

    /**
     * Watch an attempt that has no subscriber at the moment.
     * @param guarded hears of the limit that was reached, once at most
     */
    public void start(Consumer<Failure.Builder> guarded) {
        this.guarded = guarded;
        this.call.failing(this::expire);
        this.running.add(this);
        try {
            arm(nearest(this.time.nanos().getAsLong()));
        }
        catch (RejectedExecutionException ex) {
            expire(failure(FailureKind.SHUTDOWN).detail("the clock of the client is closed"));
        }
        if (this.stopped) {
            this.running.remove(this);
        }
    }

    /**
     * The failure as it stands when the subscriber is told of it.
     */
    LlmHttpException told(Failure.Builder failure) {
        return failure.delivered(this.call.deliveredCount()).toException();
    }

    /**
     * Watch no longer.
     */
    public void stop() {
        this.stopped = true;
        this.running.remove(this);
        Disposable armed = this.timer;
        if (armed != null) {
            armed.dispose();
        }
    }

    private void arm(long delayNanos) {
        if (this.stopped || delayNanos == AttemptLimits.NONE) {
            return;
        }
        Disposable armed = this.time.scheduler().schedule(this::tick, delayNanos, TimeUnit.NANOSECONDS);
        this.timer = armed;
        if (this.stopped) {
            armed.dispose();
        }
    }

    private void tick() {
        // Not the running task, which would be interrupted when it is disposed of
        this.timer = null;
        if (this.stopped) {
            return;
        }
        long now = this.time.nanos().getAsLong();
        Failure.Builder failure = reached(now);
        if (failure != null) {
            expire(failure);
        }
        else {
            arm(nearest(now));
        }
    }

    private Failure.@Nullable Builder reached(long now) {
        CallStage stage = this.call.stage();
        if (this.call.leftNanos() <= 0) {
            return this.call.deadline();
        }
        if (this.limits.attempt().isReached(this.startNanos, now)) {
            return timedOut(FailureKind.CALL_TIMEOUT, "the attempt did not end", this.limits.attempt());
        }
        if (stage == CallStage.UPGRADE && this.limits.upgrade().isReached(this.call.enteredAt(stage), now)) {
            return timedOut(FailureKind.RESPONSE_TIMEOUT, "the WebSocket handshake was not answered",
                    this.limits.upgrade())
                .notProcessed(true);
        }
        if (stage == CallStage.WRITE && this.limits.write().isReached(this.call.enteredAt(stage), now)) {
            return timedOut(FailureKind.WRITE, "the request was not written", this.limits.write());
        }
        if (stage == CallStage.HEADERS && this.limits.headers().isReached(this.call.enteredAt(stage), now)) {
            return timedOut(FailureKind.RESPONSE_TIMEOUT, "no response headers came", this.limits.headers());
        }
        return this.silence.isServers() ? silent(stage, now) : null;
    }

    private Failure.@Nullable Builder silent(CallStage stage, long now) {
        if (!this.silence.hasContent() && this.limits.firstToken().isReached(this.silence.contentAt(), now)) {
            return timedOut(FailureKind.FIRST_TOKEN_TIMEOUT, "no content came", this.limits.firstToken());
        }
        if (this.silence.hasContent() && this.limits.tokenGap().isReached(this.silence.contentAt(), now)) {
            return timedOut(FailureKind.TOKEN_GAP_TIMEOUT, "no further content came", this.limits.tokenGap());
        }
        if (stage == CallStage.BODY && this.limits.byteIdle().isReached(lastByte(), now)) {
            return timedOut(FailureKind.RESPONSE_TIMEOUT, "no byte of the body came", this.limits.byteIdle());
        }
        return null;
    }

    private Failure.Builder timedOut(FailureKind kind, String what, Limit reached) {
        Duration limit = Duration.ofNanos(reached.nanos());
        return this.call.failure(kind)
            .detail("%s within %s%s (stage %s)".formatted(what, Failure.seconds(limit),
                    (reached.key() != null) ? "" : ", the request's own limit", this.call.stage().id()))
            .limit(limit, reached.key());
    }

    /**
     * The time until a limit can be reached at the earliest. A limit of a stage that is
     * not entered yet cannot be reached before its whole length has passed.
     */
    private long nearest(long now) {
        CallStage stage = this.call.stage();
        long nearest = Math.min(this.call.leftNanos(), this.limits.attempt().left(this.startNanos, now));
        nearest = Math.min(nearest, leftIn(CallStage.UPGRADE, stage, this.limits.upgrade(), now));
        nearest = Math.min(nearest, leftIn(CallStage.WRITE, stage, this.limits.write(), now));
        nearest = Math.min(nearest, leftIn(CallStage.HEADERS, stage, this.limits.headers(), now));
        nearest = Math.min(nearest, leftOfSilence(stage, now));
        return Math.max(nearest, 0);
    }

    private long leftIn(CallStage limited, CallStage current, Limit limit, long now) {
        // Before the body a request may be sent again, which goes back to an earlier
        // stage
        if (current.compareTo(CallStage.BODY) >= 0) {
            return AttemptLimits.NONE;
        }
        return limit.left((limited == current) ? this.call.enteredAt(limited) : now, now);
    }

    private long leftOfSilence(CallStage stage, long now) {
        if (this.silence.isDelivering()) {
            // The subscriber is busy, which it is not for long
            return BUSY;
        }
        boolean servers = this.silence.isServers();
        boolean content = this.silence.hasContent();
        long contentAt = servers ? this.silence.contentAt() : now;
        long byteAt = (servers && stage == CallStage.BODY) ? lastByte() : now;
        long nearest = Math.min(this.limits.byteIdle().left(byteAt, now),
                this.limits.tokenGap().left(content ? contentAt : now, now));
        return content ? nearest : Math.min(nearest, this.limits.firstToken().left(contentAt, now));
    }

    private long lastByte() {
        long begun = this.call.enteredAt(CallStage.BODY);
        return (this.silence.byteAt() - begun > 0) ? this.silence.byteAt() : begun;
    }

}
