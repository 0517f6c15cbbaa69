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

import java.util.function.Function;

import io.github.llmhttp.CallOperation;
import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.call.CallFollower;
import io.github.llmhttp.call.CallJournal;
import io.github.llmhttp.call.WholeCall;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Stands around everything: each subscription is a call, which is told of when it ends.
 */
final class FollowedCalls {

    private final CallJournal journal;

    private final Function<WholeCall, @Nullable CallFollower> followers;

    /**
     * Create them.
     * @param journal hears of each call
     * @param followers who follows a call from its begin, {@code null} for nobody
     */
    FollowedCalls(CallJournal journal, Function<WholeCall, @Nullable CallFollower> followers) {
        this.journal = journal;
        this.followers = followers;
    }

    <T> Flux<T> many(CallOperation operation, String model, Function<WholeCall, Flux<T>> call) {
        return new Flux<>() {

            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                begin(actual, operation, model, call, End.COMPLETION);
            }

        };
    }

    <T> Mono<T> one(CallOperation operation, String model, Function<WholeCall, Mono<T>> call) {
        return new Mono<>() {

            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                begin(actual, operation, model, call, End.ITEM);
            }

        };
    }

    /** A response whose body is read later, and whose reader ends the call. */
    <T> Mono<T> response(CallOperation operation, Function<WholeCall, Mono<T>> call) {
        return new Mono<>() {

            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                begin(actual, operation, "", call, End.BODY);
            }

        };
    }

    private <T> void begin(CoreSubscriber<? super T> actual, CallOperation operation, String model,
            Function<WholeCall, ? extends Publisher<T>> call, End end) {
        WholeCall whole = this.journal.begin(operation, model);
        Context context = whole.follow(this.followers, actual.currentContext());
        // What fails before there is a publisher ends the call, too
        Flux.defer(() -> call.apply(whole)).subscribe(new Following<>(actual, whole, context, end));
    }

    /** What ends a call that succeeds. */
    private enum End {

        /** Nothing more comes. */
        COMPLETION,

        /** Its only item, after which some listen no longer. */
        ITEM,

        /** The end of the body that its item holds, of which somebody else tells. */
        BODY

    }

    /**
     * Passes everything on and tells the call of its end before anybody else.
     */
    private static final class Following<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;

        private final WholeCall call;

        private final Context context;

        private final End end;

        private Subscription upstream = Operators.emptySubscription();

        private volatile boolean handedOver;

        Following(CoreSubscriber<? super T> actual, WholeCall call, Context context, End end) {
            this.actual = actual;
            this.call = call;
            this.context = context;
            this.end = end;
        }

        @Override
        public Context currentContext() {
            return this.context;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            this.upstream = subscription;
            this.actual.onSubscribe(this);
        }

        @Override
        public void onNext(T item) {
            if (this.end == End.ITEM) {
                this.call.end(CallOutcome.SUCCESS, null);
            }
            else if (this.end == End.BODY) {
                this.handedOver = true;
            }
            this.actual.onNext(item);
        }

        @Override
        public void onError(Throwable error) {
            this.call.end(CallOutcome.ERROR, error);
            this.actual.onError(error);
        }

        @Override
        public void onComplete() {
            if (!this.handedOver) {
                this.call.end(CallOutcome.SUCCESS, null);
            }
            this.actual.onComplete();
        }

        @Override
        public void request(long n) {
            this.upstream.request(n);
        }

        @Override
        public void cancel() {
            this.upstream.cancel();
            if (!this.handedOver) {
                this.call.end(CallOutcome.CANCELLED, null);
            }
        }

    }

}
