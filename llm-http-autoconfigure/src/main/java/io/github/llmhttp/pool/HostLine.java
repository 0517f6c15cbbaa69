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

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.github.llmhttp.call.Lane;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one host: how many use a connection, and who waits, in order. Guarded by
 * the gate's lock.
 */
final class HostLine {

    final String name;

    int inUse;

    // Sets, because whoever gives up leaves from the middle of the line
    private final Set<Admission<?>> calls = new LinkedHashSet<>();

    private final Set<Admission<?>> streams = new LinkedHashSet<>();

    HostLine(String name) {
        this.name = name;
    }

    Set<Admission<?>> line(Lane lane) {
        return (lane == Lane.STREAM) ? this.streams : this.calls;
    }

    @Nullable Admission<?> first(Lane lane) {
        Set<Admission<?>> line = line(lane);
        return line.isEmpty() ? null : line.iterator().next();
    }

    void removeAll(List<Admission<?>> removed) {
        removed.addAll(this.calls);
        removed.addAll(this.streams);
        this.calls.clear();
        this.streams.clear();
    }

    boolean isUnused() {
        return this.inUse == 0 && this.calls.isEmpty() && this.streams.isEmpty();
    }

}
