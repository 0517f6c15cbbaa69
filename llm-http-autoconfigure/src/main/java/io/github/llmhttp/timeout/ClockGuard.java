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

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import io.github.llmhttp.Failure;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Passes an attempt's items on until its clock fails it. Items and the clock's failure
 * may come from two threads; they reach the subscriber one after another.
 */
final class ClockGuard<T> extends AtomicInteger implements CoreSubscriber<T>, Subscription {

    private final transient CoreSubscriber<? super T> actual;

    private final transient AttemptClock clock;

    private final transient BiConsumer<? super T, Context> discard;

    private transient @Nullable Subscription upstream;

    private transient volatile Failure.@Nullable Builder expired;

    private volatile boolean done;

    private ClockGuard(CoreSubscriber<? super T> actual, AttemptClock clock, BiConsumer<? super T, Context> discard) {
        this.actual = actual;
        this.clock = clock;
        this.discard = discard;
    }

    @Override
    public Context currentContext() {
        return this.actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (Operators.validate(this.upstream, subscription)) {
            this.upstream = subscription;
            this.actual.onSubscribe(this);
            this.clock.start(this::expire);
        }
    }

    @Override
    public void onNext(T item) {
        if (!this.done && enter()) {
            this.actual.onNext(item);
            if (decrementAndGet() != 0) {
                fail();
            }
        }
        else {
            this.discard.accept(item, currentContext());
        }
    }

    @Override
    public void onError(Throwable error) {
        this.clock.stop();
        if (!this.done && enter()) {
            if (this.expired != null) {
                fail();
                return;
            }
            this.done = true;
            this.actual.onError(error);
        }
        // Else its end was told before, and what closes the connection often fails it
    }

    @Override
    public void onComplete() {
        this.clock.stop();
        if (!this.done && enter()) {
            this.done = true;
            this.actual.onComplete();
        }
    }

    /**
     * Take the right to signal. Upstream signals one after another, so that a count above
     * zero without a failure is this very thread, further up.
     */
    private boolean enter() {
        return getAndIncrement() == 0 || this.expired == null;
    }

    private void expire(Failure.Builder failure) {
        this.expired = failure;
        Subscription subscription = this.upstream;
        if (subscription != null) {
            subscription.cancel();
        }
        if (getAndIncrement() == 0) {
            fail();
        }
    }

    private void fail() {
        Failure.Builder failure = this.expired;
        if (failure != null && !this.done) {
            this.done = true;
            // Built now, so that it tells of every item that got through before
            this.actual.onError(this.clock.told(failure));
        }
    }

    @Override
    public void request(long n) {
        Subscription subscription = this.upstream;
        if (subscription != null) {
            subscription.request(n);
        }
    }

    @Override
    public void cancel() {
        this.done = true;
        this.clock.stop();
        Subscription subscription = this.upstream;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    /**
     * Puts the guard between an attempt and its subscriber.
     */
    static final class Operator<T> extends FluxOperator<T, T> {

        private final AttemptClock clock;

        private final BiConsumer<? super T, Context> discard;

        Operator(Flux<? extends T> source, AttemptClock clock, BiConsumer<? super T, Context> discard) {
            super(source);
            this.clock = clock;
            this.discard = discard;
        }

        @Override
        public void subscribe(CoreSubscriber<? super T> actual) {
            this.source.subscribe(new ClockGuard<>(actual, this.clock, this.discard));
        }

    }

}
