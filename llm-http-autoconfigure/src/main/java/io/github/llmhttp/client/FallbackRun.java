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

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.Deadline;
import io.github.llmhttp.call.WholeCall;
import io.github.llmhttp.client.FallbackRoute.Stop;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * One call on its way from the client that was asked to the one that answers.
 */
final class FallbackRun<T> {

    private final WholeCall call;

    private final FallbackRoute route;

    private final BiFunction<ChatTarget, Turn, Flux<T>> asking;

    private final @Nullable BiFunction<Stop, FailureKind, T> announced;

    /** How those failed who were asked, in this order. */
    private final List<Failed> failed = new ArrayList<>();

    private Deadline deadline;

    private volatile boolean delivered;

    /**
     * Start a call.
     * @param call the call
     * @param route who is asked
     * @param asking asks one of them
     * @param announced the item that tells of a fallback, {@code null} if there is none
     */
    FallbackRun(WholeCall call, FallbackRoute route, BiFunction<ChatTarget, Turn, Flux<T>> asking,
            @Nullable BiFunction<Stop, FailureKind, T> announced) {
        this.call = call;
        this.route = route;
        this.asking = asking;
        this.announced = announced;
        this.deadline = first().target().deadline(first().request());
    }

    private Stop first() {
        return this.route.stops().get(0);
    }

    Flux<T> ask() {
        return ask(0);
    }

    private Flux<T> ask(int index) {
        Stop stop = this.route.stops().get(index);
        Turn turn = new Turn(this.call, stop.request(), this.deadline, stop.rateLimit(),
                (failure) -> isAnsweredBehind(index, failure));
        return announce(this.asking.apply(stop.target(), turn).doOnNext((item) -> this.delivered = true), stop)
            .onErrorResume(LlmHttpException.class, (failure) -> failed(index, failure));
    }

    /** Only an answer is announced, and before its first item. */
    private Flux<T> announce(Flux<T> items, Stop stop) {
        BiFunction<Stop, FailureKind, T> announcement = this.announced;
        if (announcement == null || this.failed.isEmpty()) {
            return items;
        }
        T event = announcement.apply(stop, this.failed.get(0).failure().kind());
        return items.switchOnFirst((first, rest) -> first.hasValue() ? rest.startWith(event) : rest);
    }

    private Flux<T> failed(int index, LlmHttpException failure) {
        Stop stop = this.route.stops().get(index);
        if (failure.kind() == FailureKind.SHUTDOWN && !this.delivered && stop.target() != first().target()) {
            return Flux.error(closed(stop, failure));
        }
        this.failed.add(new Failed(stop, failure));
        boolean worthIt = isWorthIt(failure);
        int next = worthIt ? next(index, failure) : -1;
        if (next < 0) {
            return Flux.error(told(failure, worthIt ? this.route.gap() : null));
        }
        Stop taking = this.route.stops().get(next);
        if (taking.target() != stop.target()) {
            this.deadline = this.deadline.earlier(taking.target().deadline(taking.request()));
        }
        this.call.fellBack(failure.kind(), taking.client(), taking.model());
        return ask(next);
    }

    private boolean isWorthIt(LlmHttpException failure) {
        return !this.delivered && Fallbacks.isWorthIt(failure.failure());
    }

    /** All models of a client share its breaker. */
    private int next(int index, LlmHttpException failure) {
        List<Stop> stops = this.route.stops();
        for (int next = index + 1; next < stops.size(); next++) {
            if (failure.kind() != FailureKind.CIRCUIT_OPEN || stops.get(next).target() != stops.get(index).target()) {
                return next;
            }
        }
        return -1;
    }

    /** Where all who follow are held up too, waiting here is as good as there. */
    private boolean isAnsweredBehind(int index, LlmHttpException failure) {
        List<Stop> stops = this.route.stops();
        return isWorthIt(failure) && stops.subList(index + 1, stops.size()).stream().anyMatch((stop) -> !stop.isHeld());
    }

    /** A client that closed cannot answer; what counts is why it was asked. */
    private LlmHttpException closed(Stop stop, LlmHttpException shutdown) {
        LlmHttpException told = told(this.failed.get(this.failed.size() - 1).failure(),
                "its fallback '%s' is closed".formatted(stop.client()));
        told.addSuppressed(shutdown);
        return told;
    }

    /**
     * The last failure, which tells of those before it.
     */
    private LlmHttpException told(LlmHttpException last, @Nullable String gap) {
        List<Failed> before = this.failed.subList(0, this.failed.size() - 1);
        if (before.isEmpty() && gap == null) {
            return last;
        }
        StringBuilder detail = new StringBuilder(last.failure().detail());
        if (!before.isEmpty()) {
            detail.append("; asked as fallback, after ");
            detail.append(before.stream().map(Failed::toString).collect(Collectors.joining(", ")));
        }
        if (gap != null) {
            detail.append("; ").append(gap);
        }
        LlmHttpException told = last.failure().mutate().detail(detail.toString()).toException(last.getCause());
        before.forEach((each) -> told.addSuppressed(each.failure()));
        return told;
    }

    /**
     * Who failed, and how.
     */
    private record Failed(Stop stop, LlmHttpException failure) {

        @Override
        public String toString() {
            return this.stop + " " + this.failure.kind();
        }

    }

}
