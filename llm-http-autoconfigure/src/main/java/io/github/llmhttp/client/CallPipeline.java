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

import java.util.Map;
import java.util.Optional;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.call.WholeCall;
import io.github.llmhttp.provider.ProviderDialect.ChatResult;
import io.github.llmhttp.timeout.AttemptLimits;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;

/**
 * THE ORDER of a call that does not stream: body, attempt (gate, clocks, translation),
 * key, exchange, dialect.
 */
final class CallPipeline {

    private final ClientParts parts;

    CallPipeline(ClientParts parts) {
        this.parts = parts;
    }

    Mono<ChatResponse> chat(Turn turn) {
        return Mono.defer(() -> {
            ChatRequest request = turn.request();
            Route route = this.parts.requests().chat(request.query());
            return attempt(route, this.parts.bodies().chat(request, false), this.parts.start(Lane.CALL, route, turn),
                    request, this::answer);
        });
    }

    <T> Mono<T> post(WholeCall whole, String path, Object body, Class<T> type) {
        return Mono.defer(() -> {
            Route route = this.parts.requests().route(HttpMethod.POST, path, Map.of());
            return attempt(route, this.parts.bodies().json(body), this.parts.start(Lane.CALL, route, whole), null,
                    (bytes, attempt) -> this.parts.bodies().read(bytes, type));
        });
    }

    private <T> Mono<T> attempt(Route route, byte[] body, CallContext call, @Nullable ChatRequest request,
            AnswerReader<T> reader) {
        AttemptLimits limits = this.parts.attemptLimits(Lane.CALL, request);
        Map<String, String> headers = this.parts.headers(request);
        return this.parts.attempts()
            .one(call, limits, this.parts.choice(route), (attempt) -> exchange(route, body, headers, attempt, reader));
    }

    private <T> Mono<T> exchange(Route route, byte[] body, Map<String, String> headers, Attempt attempt,
            AnswerReader<T> reader) {
        return this.parts.keys()
            .key()
            .map(Optional::of)
            .defaultIfEmpty(Optional.empty())
            .flatMap((key) -> send(route, body, key.orElse(null), headers, attempt, reader));
    }

    private <T> Mono<T> send(Route route, byte[] body, @Nullable String key, Map<String, String> headers,
            Attempt attempt, AnswerReader<T> reader) {
        Attempt sending = attempt.sending(this.parts.secrets(key, headers));
        return this.parts.requests()
            .post(route.at(attempt.endpoint()), body, key, headers, MediaType.APPLICATION_JSON_VALUE)
            .exchangeToMono((response) -> this.parts.responses().whole(response, sending))
            .map((bytes) -> reader.read(bytes, sending));
    }

    private ChatResponse answer(byte[] bytes, Attempt attempt) {
        if (!Texts.isUtf8(bytes)) {
            // By chance it may still be JSON, with other words or none
            throw attempt.call()
                .failure(FailureKind.PROTOCOL)
                .detail("the response is not the JSON that was asked for: it is not UTF-8")
                .toException();
        }
        ChatResult result = this.parts.dialect().response(bytes);
        if (result.error() != null) {
            throw attempt.failures().reported(attempt.call(), result.error());
        }
        if (result.response() == null) {
            throw attempt.call()
                .failure(FailureKind.PROTOCOL)
                .detail("the response holds neither an answer nor an error")
                .toException();
        }
        if (result.response().usage() != null) {
            attempt.call().usage(result.response().usage());
        }
        return result.response().from(attempt.call().client(), attempt.call().endpoint());
    }

    /**
     * Reads a whole answer.
     */
    @FunctionalInterface
    private interface AnswerReader<T> {

        T read(byte[] bytes, Attempt attempt);

    }

}
