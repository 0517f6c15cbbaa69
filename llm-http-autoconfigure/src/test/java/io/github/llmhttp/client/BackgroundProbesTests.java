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

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.llmhttp.EndpointHealth;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class BackgroundProbesTests {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

    private final AtomicInteger begun = new AtomicInteger();

    private final AtomicInteger cancelled = new AtomicInteger();

    @AfterEach
    void close() {
        this.time.dispose();
    }

    private Disposable start(Duration takes, double random) {
        EndpointHealth up = new EndpointHealth("test", "host:1", EndpointHealth.State.UP, Instant.EPOCH, Duration.ZERO,
                "up");
        Mono<EndpointHealth> probe = Mono.defer(() -> {
            this.begun.incrementAndGet();
            return Mono.delay(takes, this.time).thenReturn(up);
        }).doOnCancel(this.cancelled::incrementAndGet);
        return new BackgroundProbes(probe, Duration.ofSeconds(30), this.time, () -> random).start();
    }

    @Test
    void firstCheckComesOneIntervalAfterTheStart() {
        start(Duration.ofMillis(1), 0);
        this.time.advanceTimeBy(Duration.ofMillis(29_999));
        assertThat(this.begun).hasValue(0);
        this.time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(this.begun).hasValue(1);
    }

    @Test
    void oneCheckFollowsTheOtherAndNeverTwoAtOnce() {
        start(Duration.ofSeconds(50), 0);
        this.time.advanceTimeBy(Duration.ofSeconds(109));
        assertThat(this.begun).hasValue(1);
        this.time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(this.begun).hasValue(2);
    }

    @Test
    void checkComesUpToATenthEarlier() {
        start(Duration.ofMillis(1), 1);
        this.time.advanceTimeBy(Duration.ofMillis(26_999));
        assertThat(this.begun).hasValue(0);
        this.time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(this.begun).hasValue(1);
    }

    @Test
    void endsInTheMiddleOfACheckAndBetweenTwo() {
        Disposable first = start(Duration.ofSeconds(5), 0);
        this.time.advanceTimeBy(Duration.ofSeconds(32));
        first.dispose();
        assertThat(this.cancelled).hasValue(1);
        Disposable second = start(Duration.ofSeconds(5), 0);
        this.time.advanceTimeBy(Duration.ofSeconds(20));
        second.dispose();
        this.time.advanceTimeBy(Duration.ofHours(1));
        assertThat(this.begun).hasValue(1);
    }

}
