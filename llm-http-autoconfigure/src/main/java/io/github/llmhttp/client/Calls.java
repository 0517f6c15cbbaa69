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

package io.github.llmhttp.client;

import java.net.URI;
import java.time.Duration;

import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.call.Deadline;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.timeout.AttemptLimits;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

/**
 * Starts the contexts of a client's calls.
 */
final class Calls {

    private final String client;

    private final CallTime time;

    Calls(String client, CallTime time) {
        this.client = client;
        this.time = time;
    }

    Deadline deadline(@Nullable Duration total, @Nullable String key) {
        return new Deadline(this.client, this.time.nanos().getAsLong(), AttemptLimits.nanos(total), key);
    }

    CallContext start(Lane lane, HttpMethod method, URI uri, Deadline deadline) {
        CallContext call = new CallContext(this.client, Route.endpoint(uri), Route.target(method, uri), lane,
                this.time.nanos());
        call.limitBy(deadline);
        return call;
    }

}
