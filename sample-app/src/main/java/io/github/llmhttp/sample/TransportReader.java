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

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.monitoring.LlmMeters;
import io.github.llmhttp.sample.TransportSnapshot.Endpoint;
import io.github.llmhttp.sample.TransportSnapshot.Pool;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.Search;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Takes snapshots of the client from where a dashboard would take its numbers, too: the
 * application's meters.
 */
@Component
class TransportReader {

    private final Clock clock = Clock.systemUTC();

    private final LlmWebClient llm;

    private final MeterRegistry meters;

    private final StreamWaits waits;

    private final @Nullable Playground playground;

    TransportReader(LlmWebClient llm, MeterRegistry meters, StreamWaits waits, ObjectProvider<Playground> playground) {
        this.llm = llm;
        this.meters = meters;
        this.waits = waits;
        this.playground = playground.getIfAvailable();
    }

    TransportSnapshot read() {
        Playground demo = this.playground;
        return new TransportSnapshot(this.clock.millis(), this.llm.name(), Pool.of(this.llm.poolStats()),
                timers(find(LlmMeters.CALLS), "outcome"), counters(find(LlmMeters.CALLS_FAILED), "kind"),
                counters(find(LlmMeters.RETRIES), "kind"), counters(find(LlmMeters.RETRIES_SUPPRESSED), "reason"),
                coolDown(), endpoints(), this.waits.take(), (demo != null) ? demo.state() : null);
    }

    private Search find(LlmMeters meter) {
        return this.meters.find(meter.meterName()).tag("client", this.llm.name());
    }

    private double coolDown() {
        Gauge gauge = find(LlmMeters.COOL_DOWN).gauge();
        return (gauge != null) ? gauge.value() : 0;
    }

    private List<Endpoint> endpoints() {
        return find(LlmMeters.ENDPOINT_STATE).gauges()
            .stream()
            .map((gauge) -> tag(gauge, "endpoint"))
            .distinct()
            .sorted()
            .map(this::endpoint)
            .toList();
    }

    private Endpoint endpoint(String name) {
        Function<LlmMeters, Search> of = (meter) -> find(meter).tag("endpoint", name);
        return new Endpoint(name, state(of.apply(LlmMeters.CIRCUIT_BREAKER_STATE)),
                state(of.apply(LlmMeters.ENDPOINT_STATE)), timers(of.apply(LlmMeters.ATTEMPTS), "outcome"),
                counters(of.apply(LlmMeters.ATTEMPTS_FAILED), "kind"));
    }

    private static String state(Search gauges) {
        return gauges.gauges()
            .stream()
            .filter((gauge) -> gauge.value() == 1)
            .map((gauge) -> tag(gauge, "state"))
            .findFirst()
            .orElse("unknown");
    }

    private static Map<String, Long> timers(Search search, String tag) {
        return byTag(search.timers(), tag, Timer::count);
    }

    private static Map<String, Long> counters(Search search, String tag) {
        return byTag(search.counters(), tag, (counter) -> (long) counter.count());
    }

    /** Sums up by the values of a tag, without those that are zero. */
    private static <M extends Meter> Map<String, Long> byTag(Collection<M> found, String tag,
            Function<M, Long> number) {
        return found.stream()
            .filter((meter) -> number.apply(meter) > 0)
            .collect(Collectors.toMap((meter) -> tag(meter, tag), number, Long::sum, TreeMap::new));
    }

    private static String tag(Meter meter, String key) {
        String value = meter.getId().getTag(key);
        return (value != null) ? value : "";
    }

}
