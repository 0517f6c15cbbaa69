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

package io.github.llmhttp.call;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CallSchedulerTests {

    private final CallScheduler scheduler = new CallScheduler("test");

    private final CountDownLatch blocked = new CountDownLatch(1);

    @AfterEach
    void dispose() {
        this.blocked.countDown();
        this.scheduler.dispose();
    }

    @Test
    void taskThatBlocksHoldsUpNoOther() throws InterruptedException {
        CountDownLatch others = new CountDownLatch(5);
        this.scheduler.schedule(this::block, 1, TimeUnit.MILLISECONDS);
        for (int task = 0; task < 5; task++) {
            this.scheduler.schedule(others::countDown, 20, TimeUnit.MILLISECONDS);
        }
        assertThat(others.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void taskThatIsDisposedOfDoesNotRun() throws InterruptedException {
        AtomicBoolean ran = new AtomicBoolean();
        CountDownLatch later = new CountDownLatch(1);
        Disposable task = this.scheduler.schedule(() -> ran.set(true), 50, TimeUnit.MILLISECONDS);
        task.dispose();
        this.scheduler.schedule(later::countDown, 100, TimeUnit.MILLISECONDS);
        assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(task.isDisposed()).isTrue();
        assertThat(ran).isFalse();
    }

    @Test
    void taskThatRunsIsNotInterrupted() throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        Disposable task = this.scheduler.schedule(() -> {
            runs.countDown();
            interrupted.set(!block());
            ended.countDown();
        }, 1, TimeUnit.MILLISECONDS);
        assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
        task.dispose();
        this.blocked.countDown();
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted).isFalse();
    }

    @Test
    void closedSchedulerTakesNoTask() {
        this.scheduler.dispose();
        assertThat(this.scheduler.isDisposed()).isTrue();
        assertThatExceptionOfType(RejectedExecutionException.class)
            .isThrownBy(() -> this.scheduler.schedule(this::block, 1, TimeUnit.MILLISECONDS));
    }

    private boolean block() {
        try {
            return this.blocked.await(10, TimeUnit.SECONDS);
        }
        catch (InterruptedException ex) {
            return false;
        }
    }

}
