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
import java.util.function.Consumer;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallTime;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * Watches every limit of one attempt with one timer, which it arms again for the nearest
 * moment at which a limit can be reached. Reading costs one timestamp a network read;
 * nothing is scheduled for a token.
 */
public final class AttemptClock {

    private final CallContext call;

    private final AttemptLimits limits;

    private final CallTime time;

    private final Set<AttemptClock> running;

    private final long startNanos;

    private volatile long lastByteNanos;

    private volatile boolean reading = true;

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
        this.lastByteNanos = startNanos;
    }

    /**
     * Fail the attempt when it reaches a limit.
     * @param attempt the attempt
     * @param <T> type of its items
     * @return the same items, or the failure
     */
    public <T> Flux<T> guard(Flux<T> attempt) {
        return new ClockGuard.Operator<>(attempt, this);
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
        this.lastByteNanos = this.time.nanos().getAsLong();
    }

    /**
     * Whether the body is being read. While its subscriber wants nothing, silence is not
     * the server's and the clock of bytes stands still.
     * @param reading whether bytes are awaited
     */
    public void reading(boolean reading) {
        if (reading && !this.reading) {
            bytesArrived();
        }
        this.reading = reading;
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
        if (left(this.limits.attempt(), this.startNanos, now) <= 0) {
            return timedOut(FailureKind.CALL_TIMEOUT, "the attempt did not end", this.limits.attempt(),
                    this.limits.attemptKey());
        }
        if (stage == CallStage.WRITE && left(this.limits.write(), this.call.enteredAt(stage), now) <= 0) {
            return timedOut(FailureKind.WRITE, "the request was not written", this.limits.write(), "timeout.write");
        }
        if (stage == CallStage.HEADERS && left(this.limits.headers(), this.call.enteredAt(stage), now) <= 0) {
            return timedOut(FailureKind.RESPONSE_TIMEOUT, "no response headers came", this.limits.headers(),
                    "timeout.headers");
        }
        if (stage == CallStage.BODY && this.reading && left(this.limits.byteIdle(), lastByte(), now) <= 0) {
            return timedOut(FailureKind.RESPONSE_TIMEOUT, "no byte of the body came", this.limits.byteIdle(),
                    "timeout.byte-idle");
        }
        return null;
    }

    private Failure.Builder timedOut(FailureKind kind, String what, long limitNanos, @Nullable String key) {
        Duration limit = Duration.ofNanos(limitNanos);
        return this.call.failure(kind)
            .detail("%s within %s%s (stage %s)".formatted(what, Failure.seconds(limit),
                    (key != null) ? "" : ", the request's own limit", this.call.stage().id()))
            .limit(limit, key);
    }

    /**
     * The time until a limit can be reached at the earliest. A limit of a stage that is
     * not entered yet cannot be reached before its whole length has passed.
     */
    private long nearest(long now) {
        CallStage stage = this.call.stage();
        long nearest = this.call.leftNanos();
        nearest = Math.min(nearest, left(this.limits.attempt(), this.startNanos, now));
        nearest = Math.min(nearest, leftIn(CallStage.WRITE, stage, this.limits.write(), now));
        nearest = Math.min(nearest, leftIn(CallStage.HEADERS, stage, this.limits.headers(), now));
        long silent = (stage == CallStage.BODY && this.reading) ? lastByte() : now;
        nearest = Math.min(nearest, left(this.limits.byteIdle(), silent, now));
        return Math.max(nearest, 0);
    }

    private long leftIn(CallStage limited, CallStage current, long limit, long now) {
        // Before the body a request may be sent again, which goes back to an earlier
        // stage
        if (current.compareTo(CallStage.BODY) >= 0) {
            return AttemptLimits.NONE;
        }
        return left(limit, (limited == current) ? this.call.enteredAt(limited) : now, now);
    }

    private long lastByte() {
        long begun = this.call.enteredAt(CallStage.BODY);
        return (this.lastByteNanos - begun > 0) ? this.lastByteNanos : begun;
    }

    private static long left(long limit, long since, long now) {
        return (limit == AttemptLimits.NONE) ? AttemptLimits.NONE : limit - (now - since);
    }

}
