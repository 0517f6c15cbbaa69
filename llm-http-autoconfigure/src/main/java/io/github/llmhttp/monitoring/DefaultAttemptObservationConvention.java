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
import io.micrometer.common.KeyValues;

/**
 * The stock names and tags of an attempt's observation.
 */
public class DefaultAttemptObservationConvention implements AttemptObservationConvention {

    /** The name of the observation. */
    public static final String NAME = "llm.http.attempt";

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getContextualName(AttemptObservationContext context) {
        return "llm attempt " + context.getAttempt().attempt();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(AttemptObservationContext context) {
        AttemptReport report = context.getResponse();
        return KeyValues.of("client", context.getAttempt().client(), "endpoint", context.getAttempt().endpoint(),
                "outcome", (report != null) ? report.outcome().id() : "unknown", "kind",
                (report != null && report.failure() != null) ? report.failure().kind().name() : "none");
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(AttemptObservationContext context) {
        KeyValues tags = KeyValues.of("attempt", String.valueOf(context.getAttempt().attempt()));
        AttemptReport report = context.getResponse();
        if (report == null) {
            return tags;
        }
        tags = tags.and("model", report.model(), "status", String.valueOf(report.status()), "retry",
                (report.decision() != null) ? report.decision().id() : "none");
        return (report.requestId() != null) ? tags.and("request.id", report.requestId()) : tags;
    }

}
