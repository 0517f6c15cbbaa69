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

import java.lang.management.ManagementFactory;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.llmhttp.LlmHttpException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Hooks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What calls may not leave behind: heap, threads, buffers, and errors that nobody was
 * told of.
 */
final class Leftovers implements AutoCloseable {

    private static final long MAX_GROWTH = 2 * 1024 * 1024;

    private final Queue<Throwable> dropped = new ConcurrentLinkedQueue<>();

    private final Logger leaks = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);

    private final ListAppender<ILoggingEvent> leaked = new ListAppender<>();

    private long heap;

    private Set<String> threads = Set.of();

    Leftovers() {
        Hooks.onErrorDropped(this.dropped::add);
        this.leaked.start();
        this.leaks.addAppender(this.leaked);
    }

    /**
     * Remember what there is after the first calls, when all is loaded and quiet.
     */
    void measure() {
        this.heap = heap();
        this.threads = threads();
    }

    /**
     * Check that there is no more now than there was.
     * @return the growth of the heap in bytes
     */
    long verify() {
        long growth = heap() - this.heap;
        assertThat(growth).as("growth of the heap").isLessThan(MAX_GROWTH);
        assertThat(threads()).as("threads").isSubsetOf(this.threads);
        assertThat(this.leaked.list).as("leaked buffers").isEmpty();
        return growth;
    }

    /** Whoever leaves at the very moment at which a call fails hears nothing. */
    void verifyDropped(String about) {
        assertThat(this.dropped).as("errors that nobody was told of, %s", about)
            .hasOnlyElementsOfType(LlmHttpException.class);
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces()
            .keySet()
            .stream()
            .map((thread) -> thread.getName().replaceAll("\\d+", "n"))
            .collect(Collectors.toSet());
    }

    /** The least of a few measurements, since others may allocate meanwhile. */
    private static long heap() {
        // Whoever allocates finds what the collector has found
        return Stream.generate(() -> {
            System.gc();
            ByteBufAllocator.DEFAULT.heapBuffer(1).release();
            ByteBufAllocator.DEFAULT.directBuffer(1).release();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }).limit(5).mapToLong(Long::longValue).min().orElseThrow();
    }

    @Override
    public void close() {
        Hooks.resetOnErrorDropped();
        this.leaks.detachAppender(this.leaked);
    }

}
