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
package io.github.llmhttp.pool;

import java.util.concurrent.TimeUnit;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Runs tasks on another scheduler until it is disposed, and then silently none: whoever
 * plans them again and again comes to rest.
 */
final class UntilDisposed implements Scheduler {

    private final Scheduler scheduler;

    private volatile boolean disposed;

    UntilDisposed(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public Disposable schedule(Runnable task) {
        return this.disposed ? Disposables.disposed() : this.scheduler.schedule(() -> run(task));
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return this.disposed ? Disposables.disposed() : this.scheduler.schedule(() -> run(task), delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return this.disposed ? Disposables.disposed()
                : this.scheduler.schedulePeriodically(() -> run(task), initialDelay, period, unit);
    }

    private void run(Runnable task) {
        if (!this.disposed) {
            task.run();
        }
    }

    @Override
    public Worker createWorker() {
        return this.scheduler.createWorker();
    }

    @Override
    public void dispose() {
        this.disposed = true;
    }

    @Override
    public boolean isDisposed() {
        return this.disposed;
    }

}
