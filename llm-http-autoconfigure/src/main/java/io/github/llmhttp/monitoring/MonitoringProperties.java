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

import java.util.ArrayList;
import java.util.List;

/**
 * What is shown of a client's calls. Bound to {@code llm.http.monitoring}.
 */
public class MonitoringProperties {

    /**
     * Whether the timers of whole calls, first tokens and token gaps count by buckets, so
     * that quantiles can be computed of them.
     */
    private boolean histograms = true;

    /**
     * Models that may be the value of a tag, besides the client's model and its
     * fallback-models. All others are shown as "other".
     */
    private List<String> models = new ArrayList<>();

    /**
     * Whether each call is an observation, and with a tracer a trace, with its attempts
     * as children.
     */
    private boolean observations = true;

    /**
     * Whether calls are also shown by the names of OpenTelemetry's semantic conventions
     * for generative AI.
     */
    private boolean genAi = false;

    public boolean isHistograms() {
        return this.histograms;
    }

    public void setHistograms(boolean histograms) {
        this.histograms = histograms;
    }

    public List<String> getModels() {
        return this.models;
    }

    public void setModels(List<String> models) {
        this.models = models;
    }

    public boolean isObservations() {
        return this.observations;
    }

    public void setObservations(boolean observations) {
        this.observations = observations;
    }

    public boolean isGenAi() {
        return this.genAi;
    }

    public void setGenAi(boolean genAi) {
        this.genAi = genAi;
    }

}
