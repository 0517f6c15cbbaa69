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
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.github.llmhttp.CallOperation;
import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.call.WholeCall;
import io.github.llmhttp.client.OwnAddresses.Destination;
import io.github.llmhttp.retry.Retries;
import io.github.llmhttp.retry.RetryAdvice;
import io.github.llmhttp.retry.RetryAfter;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Gives any call through {@code webClient()} what the typed calls have: gate, clocks, key
 * and error family. The key goes to the client's own endpoint only.
 */
final class GenericCalls implements ExchangeFilterFunction {

    private final String client;

    private final ClientParts parts;

    private final OwnAddresses addresses;

    private final FollowedCalls followed;

    private final long maxReplay;

    GenericCalls(String client, ClientParts parts, OwnAddresses addresses, FollowedCalls followed) {
        this.parts = parts;
        this.client = client;
        this.addresses = addresses;
        this.followed = followed;
        this.maxReplay = parts.limits().getReplayBody().toBytes();
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return this.followed.response(CallOperation.WEB_CLIENT, (whole) -> Mono.defer(() -> {
            check(request.url());
            check(request.headers());
            Destination to = this.addresses.of(request.method(), request.url());
            Lane lane = streams(request) ? Lane.STREAM : Lane.CALL;
            CallContext call = this.parts.start(lane, to.route(), whole);
            if (!to.own()) {
                call.rateLimit(Retries.OTHER_HOSTS);
            }
            ReplayBody kept = (call.maxAttempts() > 1) ? new ReplayBody(request.body(), this.maxReplay,
                    Failure.property(this.client, "limits.replay-body")) : null;
            ClientRequest sent = (kept != null) ? repeatable(request, kept) : request;
            Supplier<@Nullable String> obstacle = () -> obstacle(kept);
            Disposable.Swap body = Disposables.swap();
            AtomicReference<@Nullable Refusal> refused = new AtomicReference<>();
            return this.parts.attempts()
                .response(call, this.parts.attemptLimits(lane, null).withoutContent(), to.choice(),
                        (attempt) -> exchange(sent, to, next, attempt, body, refused, obstacle, whole), obstacle)
                // Not repeated after all: the caller gets what the server said
                .onErrorResume(LlmHttpException.class, (failure) -> {
                    Refusal last = refused.get();
                    if (last == null || last.failure() != failure) {
                        return Mono.error(failure);
                    }
                    whole.end(CallOutcome.ERROR, failure);
                    return Mono.just(last.response());
                })
                // The response is nobody's any more, and with it the permit of its body
                .doOnCancel(body::dispose)
                .doOnError((error) -> body.dispose());
        }));
    }

    private static ClientRequest repeatable(ClientRequest request, ReplayBody body) {
        return ClientRequest.from(request).body(body).attribute(StaleRetry.REPEATABLE, body).build();
    }

    private static @Nullable String obstacle(@Nullable ReplayBody body) {
        String obstacle = (body != null) ? body.obstacle() : null;
        return (obstacle != null) ? "the request's body " + obstacle : null;
    }

    /** Names with an underscore are none to URI, nor to Reactor Netty. */
    private void check(URI url) {
        if (url.getHost() == null) {
            throw Failure.of(FailureKind.CONFIG, this.client)
                .detail("the request's URL has no host that can be called: an address, or a name of letters, digits, "
                        + "dashes and dots")
                .toException();
        }
    }

    /** The length of a body that the caller streams is the caller's to tell. */
    private void check(HttpHeaders headers) {
        headers.forEach((name, values) -> {
            if (!name.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH)) {
                values.forEach((value) -> CallHeaders.check(this.client, name, value));
            }
        });
    }

    private static boolean streams(ClientRequest request) {
        return request.headers()
            .getAccept()
            .stream()
            .anyMatch((type) -> type.equalsTypeAndSubtype(MediaType.TEXT_EVENT_STREAM)
                    || type.equalsTypeAndSubtype(MediaType.APPLICATION_NDJSON));
    }

    private Mono<ClientResponse> exchange(ClientRequest request, Destination to, ExchangeFunction next, Attempt attempt,
            Disposable.Swap held, AtomicReference<@Nullable Refusal> refused, Supplier<@Nullable String> obstacle,
            WholeCall whole) {
        Mono<String> ownKey = to.own() ? this.parts.keys().key() : Mono.empty();
        return ownKey.map(Optional::of)
            .defaultIfEmpty(Optional.empty())
            .flatMap((key) -> next.exchange(addressed(request, to, key.orElse(null), attempt)))
            .flatMap((response) -> {
                boolean success = this.parts.responses().note(response, attempt);
                boolean last = attempt.call().attempt() >= attempt.call().maxAttempts() || obstacle.get() != null;
                return (success || last) ? Mono.just(passed(response, attempt, held, whole))
                        : refused(response, attempt, held, refused, whole);
            });
    }

    private ClientResponse passed(ClientResponse response, Attempt attempt, Disposable.Swap held, WholeCall whole) {
        HttpHeaders headers = response.headers().asHttpHeaders();
        this.parts.attempts().passed(attempt.call(), RetryAfter.of(headers, Instant.now()));
        LlmHttpException error = response.statusCode().isError()
                ? this.parts.responses().error(response, new byte[0], attempt) : null;
        if (error != null && response.statusCode().is5xxServerError()) {
            attempt.breaker().failed(error);
        }
        GenericBody body = new GenericBody(attempt, whole, error);
        held.update(body);
        return response.mutate().body(body::guard).build();
    }

    /**
     * Fails if another attempt may help; the response is kept, with what its body holds.
     */
    private Mono<ClientResponse> refused(ClientResponse response, Attempt attempt, Disposable.Swap held,
            AtomicReference<@Nullable Refusal> refused, WholeCall whole) {
        if (!RetryAdvice.isWorthIt(response.statusCode().value(), response.headers().asHttpHeaders())) {
            return Mono.just(passed(response, attempt, held, whole));
        }
        return this.parts.responses().errorBody(response, attempt).flatMap((bytes) -> {
            DataBuffer body = DefaultDataBufferFactory.sharedInstance.wrap(bytes);
            LlmHttpException failure = this.parts.responses().error(response, bytes, attempt);
            // The body was read, and is not to be released once more
            refused.set(new Refusal(response.mutate().body((read) -> Flux.just(body)).build(), failure));
            return Mono.error(failure);
        });
    }

    private ClientRequest addressed(ClientRequest request, Destination to, @Nullable String key, Attempt attempt) {
        if (!to.own()) {
            return request;
        }
        HttpHeaders defaults = new HttpHeaders();
        this.parts.requests().writeHeaders(key, Map.of(), MediaType.ALL_VALUE).accept(defaults);
        return ClientRequest.from(request)
            .url(this.parts.requests().withQuery(to.route().at(attempt.endpoint())))
            .headers((headers) -> defaults.headerNames()
                .stream()
                .filter((name) -> !headers.containsHeader(name))
                .forEach((name) -> headers.put(name, defaults.getValuesAsList(name))))
            .build();
    }

    /**
     * A response that asks for another attempt.
     *
     * @param response the response with what was read of its body
     * @param failure the end of its attempt
     */
    private record Refusal(ClientResponse response, LlmHttpException failure) {
    }

}
