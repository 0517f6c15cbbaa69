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

package io.github.llmhttp.sample;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.LlmWebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Visitors that nobody has: each asks, reads the stream to its end, and asks again after
 * a while.
 */
final class Load {

    static final int MAX = 50;

    // Nobody falls back from this model, so that retries and cool-down show
    private static final ChatRequest REQUEST = ChatRequest.builder()
        .model(DemoAnswers.FALLBACK_MODEL)
        .user(DemoAnswers.LOAD_PROMPT)
        .build();

    private final LlmWebClient llm;

    private final Deque<Disposable> visitors = new ArrayDeque<>();

    private final AtomicInteger inFlight = new AtomicInteger();

    private boolean open;

    Load(LlmWebClient llm) {
        this.llm = llm;
    }

    synchronized void open() {
        this.open = true;
    }

    /** Nobody visits any more, and those who do leave in the middle of their answers. */
    synchronized void close() {
        this.open = false;
        change(0);
    }

    /**
     * Change the number of visitors.
     * @param number how many there are to be
     * @return whether it was changed; not while this is closed
     */
    synchronized boolean set(int number) {
        if (this.open) {
            change(Math.min(number, MAX));
        }
        return this.open;
    }

    private void change(int number) {
        while (this.visitors.size() > number) {
            this.visitors.removeLast().dispose();
        }
        while (this.visitors.size() < number) {
            this.visitors.addLast(visitor());
        }
    }

    synchronized int size() {
        return this.visitors.size();
    }

    int inFlight() {
        return this.inFlight.get();
    }

    private Disposable visitor() {
        return Mono.defer(this::ask).flatMap(Mono::delay).repeat().delaySubscription(between(0, 1000)).subscribe();
    }

    /** Also after a failure that comes at once, a visitor takes a breath. */
    private Mono<Duration> ask() {
        return this.llm.stream(REQUEST)
            .doOnSubscribe((subscription) -> this.inFlight.incrementAndGet())
            .doFinally((end) -> this.inFlight.decrementAndGet())
            .then(Mono.fromSupplier(() -> between(50, 250)))
            .onErrorResume((error) -> Mono.fromSupplier(() -> between(500, 1500)));
    }

    private static Duration between(int minMillis, int maxMillis) {
        return Duration.ofMillis(ThreadLocalRandom.current().nextInt(minMillis, maxMillis));
    }

}
