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

package io.github.llmhttp.timeout;

import java.time.Duration;

import io.github.llmhttp.call.Lane;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one attempt once it has a connection, in nanoseconds; {@link #NONE} where
 * there is no limit.
 *
 * @param write longest time to write the request
 * @param headers longest wait for the response headers once the request is written
 * @param byteIdle longest silence within a body
 * @param attempt longest attempt
 * @param attemptKey the property that sets {@code attempt}, {@code null} if the request
 * does
 */
public record AttemptLimits(long write, long headers, long byteIdle, long attempt, @Nullable String attemptKey) {

    /** No limit. */
    public static final long NONE = Long.MAX_VALUE;

    /**
     * The limits of an attempt.
     * @param timeouts the client's limits
     * @param lane whether it is a call or a stream
     * @param attempt the request's own limit of an attempt, if it has one
     * @return the limits
     */
    public static AttemptLimits of(TimeoutProperties timeouts, Lane lane, @Nullable Duration attempt) {
        boolean stream = (lane == Lane.STREAM);
        Duration usual = stream ? timeouts.getStream() : timeouts.getCall();
        String key = stream ? "timeout.stream" : "timeout.call";
        return new AttemptLimits(nanos(timeouts.getWrite()), nanos(timeouts.getHeaders()),
                nanos(timeouts.getByteIdle()), nanos((attempt != null) ? attempt : usual),
                (attempt != null) ? null : key);
    }

    /**
     * A limit in nanoseconds.
     * @param limit the limit
     * @return the nanoseconds, {@link #NONE} for {@code null}
     */
    public static long nanos(@Nullable Duration limit) {
        return (limit != null) ? limit.toNanos() : NONE;
    }

}
