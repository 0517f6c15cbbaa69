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

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

import io.github.llmhttp.CallStage;

/**
 * How far an attempt is, when it entered each stage, and how long it was in it. Written
 * by one thread at a time; the stage can be read by any.
 */
@SuppressWarnings("EnumOrdinal") // an array by stage costs a call nothing to write
final class StageTimes {

    private static final CallStage[] STAGES = CallStage.values();

    private final LongSupplier nanoClock;

    private final long[] entered = new long[STAGES.length];

    /** Time in stages that were left. One may be entered more than once. */
    private final long[] spent = new long[STAGES.length];

    private volatile CallStage stage = CallStage.START;

    StageTimes(LongSupplier nanoClock, long startNanos) {
        this.nanoClock = nanoClock;
        this.entered[CallStage.START.ordinal()] = startNanos;
    }

    void enter(CallStage stage) {
        long now = this.nanoClock.getAsLong();
        CallStage left = this.stage;
        this.spent[left.ordinal()] += now - this.entered[left.ordinal()];
        this.entered[stage.ordinal()] = now;
        this.stage = stage;
    }

    CallStage stage() {
        return this.stage;
    }

    long enteredAt(CallStage stage) {
        return this.entered[stage.ordinal()];
    }

    /**
     * Time in each stage, but for the last one, which takes none.
     * @param now the end of the stage that was not left
     */
    Map<CallStage, Duration> spent(long now) {
        CallStage current = this.stage;
        Map<CallStage, Duration> times = new EnumMap<>(CallStage.class);
        for (CallStage each : STAGES) {
            long nanos = this.spent[each.ordinal()] + ((each == current) ? now - this.entered[each.ordinal()] : 0);
            if (each != CallStage.DONE && (nanos > 0 || each == current)) {
                times.put(each, Duration.ofNanos(nanos));
            }
        }
        return times;
    }

}
