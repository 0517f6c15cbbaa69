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

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The last item of several, once there can be no further one. Unlike Reactor's operators
 * for it, this one does not complain of an error that comes when nobody listens any more.
 */
final class LastItem<T> extends Mono<T> {

    private final Flux<T> source;

    LastItem(Flux<T> source) {
        this.source = source;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        this.source.subscribe(new Keeping<>(actual));
    }

    private static final class Keeping<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;

        private Subscription upstream = Operators.emptySubscription();

        private volatile boolean cancelled;

        private @Nullable T last;

        Keeping(CoreSubscriber<? super T> actual) {
            this.actual = actual;
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
            this.last = item;
        }

        @Override
        public void onError(Throwable error) {
            if (!this.cancelled) {
                this.actual.onError(error);
            }
        }

        @Override
        public void onComplete() {
            T item = this.last;
            if (item != null && !this.cancelled) {
                this.actual.onNext(item);
            }
            this.actual.onComplete();
        }

        @Override
        public void request(long n) {
            this.upstream.request(Long.MAX_VALUE);
        }

        @Override
        public void cancel() {
            this.cancelled = true;
            this.upstream.cancel();
        }

    }

}
