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

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private final Map<Lane, Set<Admission<?>>> lines = new EnumMap<>(Lane.class);

    HostLine(String name) {
        this.name = name;
        for (Lane lane : Lane.values()) {
            this.lines.put(lane, new LinkedHashSet<>());
        }
    }

    Set<Admission<?>> line(Lane lane) {
        return Objects.requireNonNull(this.lines.get(lane));
    }

    @Nullable Admission<?> first(Lane lane) {
        Set<Admission<?>> line = line(lane);
        return line.isEmpty() ? null : line.iterator().next();
    }

    void removeAll(List<Admission<?>> removed) {
        this.lines.values().forEach((line) -> {
            removed.addAll(line);
            line.clear();
        });
    }

    boolean isUnused() {
        boolean unused = (this.inUse == 0);
        for (Set<Admission<?>> line : this.lines.values()) {
            unused = unused && line.isEmpty();
        }
        return unused;
    }

}
