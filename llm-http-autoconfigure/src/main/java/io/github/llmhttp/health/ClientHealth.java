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

package io.github.llmhttp.health;

import java.time.Duration;
import java.util.List;

import io.github.llmhttp.EndpointHealth.State;
import io.github.llmhttp.endpoint.EndpointStatus;

/**
 * What is remembered of a client and its endpoints.
 *
 * @param endpoints each of them, in their order
 * @param coolDown for how long all calls still wait, because the provider asked them to
 * @param warmUp what became of its warm-up: {@code off}, {@code running}, {@code done},
 * or {@code failed:} with the reason
 */
public record ClientHealth(List<EndpointStatus> endpoints, Duration coolDown, String warmUp) {

    /**
     * Whether calls are answered now.
     * @return up if one endpoint is, down if all are
     */
    public State state() {
        if (this.endpoints.stream().anyMatch((endpoint) -> endpoint.state() == State.UP)) {
            return State.UP;
        }
        boolean down = this.endpoints.stream().allMatch((endpoint) -> endpoint.state() == State.DOWN);
        return down ? State.DOWN : State.UNKNOWN;
    }

}
