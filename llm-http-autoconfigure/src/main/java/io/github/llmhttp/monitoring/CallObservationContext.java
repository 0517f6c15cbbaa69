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

import io.github.llmhttp.CallReport;
import io.github.llmhttp.call.WholeCall;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a call that is observed: who asks for what, and in the end how it
 * went.
 */
public final class CallObservationContext extends Observation.Context {

    private final WholeCall call;

    private final boolean genAi;

    private volatile @Nullable CallReport report;

    CallObservationContext(WholeCall call, boolean genAi) {
        this.call = call;
        this.genAi = genAi;
    }

    /**
     * The call.
     * @return client, provider, operation and model
     */
    public WholeCall getCall() {
        return this.call;
    }

    /**
     * Whether names of OpenTelemetry's conventions for generative AI are wanted,
     * {@code monitoring.gen-ai}.
     * @return whether to add them
     */
    public boolean isGenAi() {
        return this.genAi;
    }

    /**
     * How the call went.
     * @return the facts, {@code null} until it ends
     */
    public @Nullable CallReport getReport() {
        return this.report;
    }

    void setReport(CallReport report) {
        this.report = report;
    }

}
