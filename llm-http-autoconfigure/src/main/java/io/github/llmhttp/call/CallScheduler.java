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

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Watches the limits of all clients: one thread counts the time, others run what is due,
 * so that a subscriber that blocks when it is told of a limit holds up no other limit. A
 * task that runs is not interrupted by disposing of it.
 */
public final class CallScheduler implements Scheduler {

    private final Scheduler timer;

    private final Scheduler runners;

    /**
     * Create a scheduler with daemon threads of its own.
     * @param name beginning of their names
     */
    public CallScheduler(String name) {
        this.timer = Schedulers.newSingle(name + "-clock", true);
        this.runners = Schedulers.newBoundedElastic(Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE,
                Schedulers.DEFAULT_BOUNDED_ELASTIC_QUEUESIZE, name + "-limit", 60, true);
    }

    @Override
    public Disposable schedule(Runnable task) {
        return this.runners.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        Due due = new Due(task);
        due.waiting = this.timer.schedule(due, delay, unit);
        return due;
    }

    @Override
    public Worker createWorker() {
        return this.runners.createWorker();
    }

    @Override
    public long now(TimeUnit unit) {
        return this.timer.now(unit);
    }

    @Override
    public boolean isDisposed() {
        return this.timer.isDisposed();
    }

    @Override
    public void dispose() {
        this.timer.dispose();
        this.runners.dispose();
    }

    @Override
    public Mono<Void> disposeGracefully() {
        return this.timer.disposeGracefully().then(this.runners.disposeGracefully());
    }

    private final class Due implements Runnable, Disposable {

        private volatile @Nullable Runnable task;

        private volatile Disposable waiting = Disposables.disposed();

        Due(Runnable task) {
            this.task = task;
        }

        /** On the thread that counts, and then on the one that runs. */
        @Override
        public void run() {
            try {
                CallScheduler.this.runners.schedule(this::execute);
            }
            catch (RejectedExecutionException ex) {
                // Disposed of just now: what is due after that does not run
                dispose();
            }
        }

        private void execute() {
            Runnable task = this.task;
            if (task != null) {
                this.task = null;
                task.run();
            }
        }

        @Override
        public void dispose() {
            this.task = null;
            this.waiting.dispose();
        }

        @Override
        public boolean isDisposed() {
            return this.task == null;
        }

    }

}
