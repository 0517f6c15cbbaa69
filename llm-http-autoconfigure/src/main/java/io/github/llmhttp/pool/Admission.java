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

package io.github.llmhttp.pool;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * One call before the gate, and then the exchange it makes. The gate decides on
 * {@link #state} under its lock and calls back outside of it.
 *
 * @param <T> what the exchange emits
 */
final class Admission<T> implements CoreSubscriber<T>, Subscription {

    enum State {

        WAITING, GRANTED, CANCELLED, REFUSED

    }

    private final AdmissionGate gate;

    private final CallContext call;

    private final Function<Permit, ? extends Publisher<T>> exchange;

    private final CoreSubscriber<? super T> actual;

    private final Permit permit;

    /** Guarded by the gate's lock. */
    State state = State.WAITING;

    /** Place in the line; guarded by the gate's lock. */
    long ticket;

    private volatile Disposable.@Nullable Swap timer;

    private volatile @Nullable Subscription upstream;

    private volatile boolean cancelled;

    private long requested;

    Admission(AdmissionGate gate, CallContext call, Function<Permit, ? extends Publisher<T>> exchange,
            CoreSubscriber<? super T> actual) {
        this.gate = gate;
        this.call = call;
        this.exchange = exchange;
        this.actual = actual;
        this.permit = new Permit(gate, call);
    }

    CallContext call() {
        return this.call;
    }

    /**
     * Let the call wait no longer than the limit. The call is in the line already, so it
     * may have left it by now.
     */
    void limitWait(Scheduler scheduler, Duration limit) {
        Disposable.Swap timer = Disposables.swap();
        this.timer = timer;
        timer.update(scheduler.schedule(() -> this.gate.expire(this), limit.toNanos(), TimeUnit.NANOSECONDS));
        if (!this.gate.isWaiting(this)) {
            timer.dispose();
        }
    }

    /**
     * Make the exchange. The permit is this call's.
     */
    void start() {
        stopTimer();
        if (this.cancelled) {
            giveBack();
            return;
        }
        try {
            this.exchange.apply(this.permit).subscribe(this);
        }
        catch (Throwable ex) {
            Exceptions.throwIfFatal(ex);
            onError(Operators.onOperatorError(ex, currentContext()));
        }
    }

    /**
     * Fail without an exchange. The call has no permit.
     */
    void refuse(LlmHttpException failure) {
        stopTimer();
        if (!this.cancelled) {
            this.actual.onError(failure);
        }
    }

    private void stopTimer() {
        Disposable timer = this.timer;
        if (timer != null) {
            timer.dispose();
        }
    }

    @Override
    public Context currentContext() {
        return this.actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (!Operators.validate(this.upstream, subscription)) {
            return;
        }
        long requested;
        synchronized (this) {
            this.upstream = subscription;
            requested = this.requested;
        }
        if (this.cancelled) {
            subscription.cancel();
            giveBack();
        }
        else if (requested > 0) {
            subscription.request(requested);
        }
    }

    @Override
    public void onNext(T item) {
        this.actual.onNext(item);
    }

    @Override
    public void onError(Throwable error) {
        // Count first, so that the subscriber sees the connection free; start others last
        List<Admission<?>> granted = this.permit.exchangeEnded();
        try {
            this.actual.onError(error);
        }
        finally {
            this.gate.start(granted);
        }
    }

    @Override
    public void onComplete() {
        List<Admission<?>> granted = this.permit.exchangeEnded();
        try {
            this.actual.onComplete();
        }
        finally {
            this.gate.start(granted);
        }
    }

    @Override
    public void request(long n) {
        if (!Operators.validate(n)) {
            return;
        }
        Subscription upstream = this.upstream;
        if (upstream == null) {
            synchronized (this) {
                upstream = this.upstream;
                if (upstream == null) {
                    this.requested = Operators.addCap(this.requested, n);
                    return;
                }
            }
        }
        upstream.request(n);
    }

    @Override
    public void cancel() {
        this.cancelled = true;
        stopTimer();
        if (this.gate.withdraw(this)) {
            return;
        }
        // Without a subscription the exchange is just being made; whoever makes it
        // sees the cancellation and gives the permit back
        Subscription upstream = this.upstream;
        if (upstream != null) {
            upstream.cancel();
            giveBack();
        }
    }

    private void giveBack() {
        this.gate.start(this.permit.exchangeEnded());
    }

}
