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

package io.github.llmhttp.monitoring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

/**
 * Registers the meters of one client, and removes them in the end.
 */
final class ClientRegistrar {

    private final MeterRegistry registry;

    private final MonitoredClient client;

    private final List<Meter> registered = new ArrayList<>();

    /**
     * Gauges and function counters hold what they ask weakly, so that it is held here.
     */
    private final List<Object> held = new ArrayList<>();

    ClientRegistrar(MeterRegistry registry, MonitoredClient client) {
        this.registry = registry;
        this.client = client;
    }

    MonitoredClient client() {
        return this.client;
    }

    /** The tags of a meter: the client's, and those that the meter names. */
    private Tags tags(LlmMeters meter, String... values) {
        Tags tags = Tags.of("client", this.client.name());
        int next = 0;
        for (String name : meter.tags()) {
            tags = tags.and(name, name.equals("provider") ? this.client.provider() : values[next++]);
        }
        if (next != values.length) {
            throw new IllegalArgumentException(meter + " has other tags than " + List.of(values));
        }
        return tags;
    }

    <T> void gauge(LlmMeters meter, Supplier<T> state, ToDoubleFunction<T> value, String... tags) {
        this.held.add(state);
        this.registered.add(Gauge.builder(meter.meterName(), state, (current) -> value.applyAsDouble(current.get()))
            .description(meter.description())
            .baseUnit(meter.unit())
            .tags(tags(meter, tags))
            .register(this.registry));
    }

    <T> void counter(LlmMeters meter, Supplier<T> state, ToDoubleFunction<T> value, String... tags) {
        this.held.add(state);
        this.registered
            .add(FunctionCounter.builder(meter.meterName(), state, (current) -> value.applyAsDouble(current.get()))
                .description(meter.description())
                .tags(tags(meter, tags))
                .register(this.registry));
    }

    Counter counter(LlmMeters meter, String... tags) {
        return added(Counter.builder(meter.meterName())
            .description(meter.description())
            .tags(tags(meter, tags))
            .register(this.registry));
    }

    DistributionSummary summary(LlmMeters meter, String... tags) {
        return added(DistributionSummary.builder(meter.meterName())
            .description(meter.description())
            .tags(tags(meter, tags))
            .register(this.registry));
    }

    Timer timer(LlmMeters meter, String... tags) {
        Timer.Builder timer = Timer.builder(meter.meterName()).description(meter.description()).tags(tags(meter, tags));
        if (this.client.settings().isHistograms()) {
            timer.serviceLevelObjectives(meter.buckets().toArray(Duration[]::new));
        }
        return added(timer.register(this.registry));
    }

    <M extends Meter> M added(M meter) {
        this.registered.add(meter);
        return meter;
    }

    MeterRegistry registry() {
        return this.registry;
    }

    void removeAll() {
        this.registered.forEach(this.registry::remove);
        this.registered.clear();
        this.held.clear();
    }

}
