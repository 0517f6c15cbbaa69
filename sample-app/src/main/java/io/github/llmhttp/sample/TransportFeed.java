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

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Takes one snapshot a second for all who watch, and none while nobody does. When the
 * last of them has left, the load ends with them.
 */
@Component
class TransportFeed {

    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** So long may nobody watch, for example because the page is loaded again. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Sinks.Empty<Void> closed = Sinks.empty();

    private final Flux<TransportSnapshot> snapshots;

    TransportFeed(TransportReader reader, ObjectProvider<Playground> playground) {
        Playground demo = playground.getIfAvailable();
        this.snapshots = Flux.interval(Duration.ZERO, PERIOD)
            .onBackpressureDrop()
            .map((tick) -> reader.read())
            .takeUntilOther(this.closed.asMono())
            .doOnSubscribe((subscription) -> watched(demo, true))
            .doFinally((end) -> watched(demo, false))
            .publish()
            .refCount(1, GRACE);
    }

    private static void watched(@Nullable Playground demo, boolean watched) {
        if (demo != null) {
            demo.watched(watched);
        }
    }

    /**
     * Snapshots from now on: none that was taken before, while nobody watched. Whoever
     * reads slowly gets the latest one, and holds up nobody else.
     */
    Flux<TransportSnapshot> watch() {
        return Flux.defer(() -> {
            long now = System.currentTimeMillis();
            return this.snapshots.filter((snapshot) -> snapshot.at() >= now);
        }).onBackpressureLatest();
    }

    /** Before the web server shuts down, which would wait for those who watch. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        this.closed.tryEmitEmpty();
    }

}
