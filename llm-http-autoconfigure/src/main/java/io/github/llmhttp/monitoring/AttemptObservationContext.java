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

import java.util.Map;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.WholeCall;
import io.micrometer.observation.transport.RequestReplySenderContext;

/**
 * What is known of an attempt that is observed: whom it asks, and in the end how it went.
 * Its carrier are the headers that take the trace to the provider.
 */
public final class AttemptObservationContext extends RequestReplySenderContext<Map<String, String>, AttemptReport> {

    private final WholeCall call;

    private final CallContext attempt;

    private final boolean genAi;

    AttemptObservationContext(WholeCall call, CallContext attempt, boolean genAi, Map<String, String> headers) {
        super((carrier, name, value) -> {
            if (carrier != null) {
                carrier.put(name, value);
            }
        });
        setCarrier(headers);
        this.call = call;
        this.attempt = attempt;
        this.genAi = genAi;
    }

    /**
     * The call that the attempt is one of.
     * @return client, operation and model
     */
    public WholeCall getCall() {
        return this.call;
    }

    /**
     * The attempt.
     * @return its number and endpoint
     */
    public CallContext getAttempt() {
        return this.attempt;
    }

    /**
     * Whether names of OpenTelemetry's conventions for generative AI are wanted,
     * {@code monitoring.gen-ai}.
     * @return whether to add them
     */
    public boolean isGenAi() {
        return this.genAi;
    }

}
