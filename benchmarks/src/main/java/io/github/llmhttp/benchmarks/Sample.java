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

package io.github.llmhttp.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

/**
 * What this process has used up to now.
 *
 * @param nanos the time
 * @param cpuNanos user and system time of all threads
 * @param allocated bytes allocated by the threads that live
 * @param units tokens or answers that have come
 */
record Sample(long nanos, long cpuNanos, long allocated, long units) {

    static Sample take(long units) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] allocated = threads.getThreadAllocatedBytes(threads.getAllThreadIds());
        return new Sample(System.nanoTime(), system.getProcessCpuTime(),
                LongStream.of(allocated).filter((bytes) -> bytes > 0).sum(), units);
    }

    double seconds(Sample before) {
        return (this.nanos - before.nanos) / 1e9;
    }

    double cpuMicrosPerUnit(Sample before) {
        return (this.cpuNanos - before.cpuNanos) / 1e3 / (this.units - before.units);
    }

    double bytesPerUnit(Sample before) {
        return (double) (this.allocated - before.allocated) / (this.units - before.units);
    }

    double percentOfACore(Sample before) {
        return 100.0 * (this.cpuNanos - before.cpuNanos) / (this.nanos - before.nanos);
    }

    /** What is left of the heap after garbage was collected. */
    static long liveHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    /** Memory of this process that is resident, zero where the system does not tell. */
    static long residentBytes() {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        try {
            return Files.readAllLines(status)
                .stream()
                .filter((line) -> line.startsWith("VmRSS:"))
                .mapToLong((line) -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

}
