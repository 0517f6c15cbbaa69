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

import io.github.llmhttp.call.CallContext;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A body whose end is not told to those who left. A call that is cancelled between head
 * and body makes WebClient read the body for itself; whoever subscribes then is refused,
 * and Reactor would log an error that nobody listens to.
 */
final class UntilLeft<T> extends FluxOperator<T, T> {

    private final CallContext call;

    UntilLeft(Flux<? extends T> body, CallContext call) {
        super(body);
        this.call = call;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        // Refused twice, by WebClient and the connection, of which one would be logged.
        // WebClient may wait for the end before it tells of the limit that was reached
        if (this.call.isLeft()) {
            Operators.complete(actual);
            return;
        }
        this.source.subscribe(new Listening<>(actual, this.call));
    }

    private record Listening<T>(CoreSubscriber<? super T> actual, CallContext call) implements CoreSubscriber<T> {

        @Override
        public Context currentContext() {
            return this.actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            this.actual.onSubscribe(subscription);
        }

        @Override
        public void onNext(T item) {
            this.actual.onNext(item);
        }

        @Override
        public void onError(Throwable error) {
            // Once more: the call leaves before WebClient takes the body
            if (!this.call.isLeft()) {
                this.actual.onError(error);
            }
        }

        @Override
        public void onComplete() {
            if (!this.call.isLeft()) {
                this.actual.onComplete();
            }
        }

    }

}
