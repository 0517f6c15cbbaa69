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

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallReport;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

/**
 * The stock names and tags of a call's observation. The model is a tag of high
 * cardinality, because callers may ask for anything.
 */
public class DefaultCallObservationConvention implements CallObservationConvention {

    /** The name of the observation. */
    public static final String NAME = "llm.http.call";

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getContextualName(CallObservationContext context) {
        return "llm " + context.getCall().operation().id();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(CallObservationContext context) {
        CallReport report = context.getReport();
        KeyValues tags = KeyValues.of("client", context.getCall().client(), "provider", context.getCall().provider(),
                "operation", context.getCall().operation().id(), "outcome",
                (report != null) ? report.outcome().id() : "unknown", "kind",
                (report != null && report.failure() != null) ? report.failure().kind().name() : "none");
        return context.isGenAi() ? tags.and(GenAi.tags(context.getCall(), report)) : tags;
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(CallObservationContext context) {
        CallReport report = context.getReport();
        KeyValues tags = KeyValues.of("model", context.getCall().model());
        if (report != null) {
            tags = tags.and("attempts", String.valueOf(report.attempts().size()), "fallbacks",
                    String.valueOf(report.fallbacks()), "delivered", String.valueOf(report.delivered()));
        }
        return context.isGenAi() ? tags.and(GenAi.details(context.getCall(), last(report))) : tags;
    }

    private static @Nullable AttemptReport last(@Nullable CallReport report) {
        return (report != null) ? report.lastAttempt() : null;
    }

}
