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

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.github.llmhttp.call.CallContext;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Passes the end of an exchange on once its connection is back in the pool. Reactor Netty
 * ends a body first and gives the connection back then, on the same event loop; whoever
 * goes on at once would find it still in use and open another one.
 */
final class AfterRelease<T> extends FluxOperator<T, T> {

    private final CallContext call;

    AfterRelease(Flux<? extends T> exchange, CallContext call) {
        super(exchange);
        this.call = call;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        this.source.subscribe(new Passing<>(actual, this.call));
    }

    /**
     * Run something once the connection of a call is back in the pool.
     * @param call a call whose body has just ended
     * @param task what is to be run
     */
    static void later(CallContext call, Runnable task) {
        Executor eventLoop = call.eventLoop();
        if (eventLoop == null) {
            task.run();
            return;
        }
        try {
            eventLoop.execute(task);
        }
        catch (RejectedExecutionException ex) {
            // The event loop is gone, and its connections with it
            task.run();
        }
    }

    private static final class Passing<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;

        private final CallContext call;

        private Subscription upstream = Operators.emptySubscription();

        private volatile boolean cancelled;

        Passing(CoreSubscriber<? super T> actual, CallContext call) {
            this.actual = actual;
            this.call = call;
        }

        @Override
        public Context currentContext() {
            return this.actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            this.upstream = subscription;
            this.actual.onSubscribe(this);
        }

        @Override
        public void onNext(T item) {
            this.actual.onNext(item);
        }

        @Override
        public void onError(Throwable error) {
            later(() -> this.actual.onError(error));
        }

        @Override
        public void onComplete() {
            later(this.actual::onComplete);
        }

        private void later(Runnable end) {
            AfterRelease.later(this.call, () -> {
                if (!this.cancelled) {
                    end.run();
                }
            });
        }

        @Override
        public void request(long n) {
            this.upstream.request(n);
        }

        @Override
        public void cancel() {
            this.cancelled = true;
            this.upstream.cancel();
        }

    }

}
