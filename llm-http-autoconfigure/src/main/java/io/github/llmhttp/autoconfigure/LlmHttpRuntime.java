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

package io.github.llmhttp.autoconfigure;

import java.time.Duration;

import io.github.llmhttp.call.CallScheduler;
import io.github.llmhttp.call.CallTime;
import reactor.core.scheduler.Scheduler;
import reactor.netty.resources.LoopResources;

/**
 * Threads that all clients share: event loops and those that watch the limits. They end
 * with the application, after the clients have closed.
 */
final class LlmHttpRuntime implements AutoCloseable {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final LoopResources loops = LoopResources.create("llm-http", LoopResources.DEFAULT_IO_WORKER_COUNT, true);

    private final Scheduler clock = new CallScheduler("llm-http");

    LoopResources loops() {
        return this.loops;
    }

    CallTime time() {
        return CallTime.real(this.clock);
    }

    @Override
    public void close() {
        try {
            this.loops.disposeLater(Duration.ZERO, CLOSE_LIMIT).block(CLOSE_LIMIT.multipliedBy(2));
        }
        finally {
            this.clock.dispose();
        }
    }

}
