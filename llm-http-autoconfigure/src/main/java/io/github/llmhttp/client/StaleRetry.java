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

import java.util.Set;
import java.util.function.BooleanSupplier;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.janitor.ConnectionJanitor;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Repeats a request for free when the server has not seen it: the reused connection that
 * it was sent on closed without a byte of response, or the server of an HTTP/2 connection
 * says that it did nothing with it. A client that is closed sends nothing more.
 */
final class StaleRetry implements ExchangeFilterFunction {

    /**
     * Request attribute: the body can be written again, or a {@link ReplayBody} tells.
     */
    static final String REPEATABLE = StaleRetry.class.getName() + ".repeatable";

    private static final int MAX_STALE = 1;

    /** A server that says so costs nothing, and may close the next connection as well. */
    private static final int MAX_REFUSED = 3;

    private static final Set<HttpMethod> BODILESS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS,
            HttpMethod.DELETE);

    private final ConnectionJanitor janitor;

    private final BooleanSupplier closed;

    StaleRetry(ConnectionJanitor janitor, BooleanSupplier closed) {
        this.janitor = janitor;
        this.closed = closed;
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return Mono.deferContextual((context) -> {
            CallContext call = CallContext.from(context);
            if (call == null) {
                return next.exchange(request);
            }
            // One that began before may have waited for its key until now
            if (this.closed.getAsBoolean()) {
                return Mono.error(call.failure(FailureKind.SHUTDOWN)
                    .detail("the client is closed")
                    .notProcessed(true)
                    .toException());
            }
            return exchange(call, request, next, 0);
        });
    }

    private Mono<ClientResponse> exchange(CallContext call, ClientRequest request, ExchangeFunction next,
            int repeated) {
        return next.exchange(request).onErrorResume((error) -> again(error, call, request, next, repeated));
    }

    private Mono<ClientResponse> again(Throwable error, CallContext call, ClientRequest request, ExchangeFunction next,
            int repeated) {
        boolean refused = call.fault() != null;
        // A closed pool would open anew, and a body from a one-shot source is gone
        if (repeated >= (refused ? MAX_REFUSED : MAX_STALE) || this.closed.getAsBoolean() || !isRepeatable(request)
                || !this.janitor.isStale(call, error)) {
            return Mono.error(error);
        }
        if (!refused) {
            this.janitor.distrustIdle(call.endpoint());
        }
        call.again();
        return exchange(call, request, next, repeated + 1);
    }

    static boolean isRepeatable(ClientRequest request) {
        Object body = request.attribute(REPEATABLE).orElse(null);
        if (body instanceof ReplayBody replay) {
            return replay.obstacle() == null;
        }
        return body != null || BODILESS.contains(request.method());
    }

}
