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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.call.WholeCall;
import io.github.llmhttp.provider.StreamFormat;
import io.github.llmhttp.streaming.StreamFrames;
import io.github.llmhttp.streaming.StreamRestart;
import io.github.llmhttp.timeout.AttemptLimits;
import io.github.llmhttp.timeout.OnCallTimeout;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.ClientResponse;

/**
 * THE ORDER of a stream: body, attempt (gate, clocks, translation), key, exchange,
 * framing, dialect.
 */
final class StreamPipeline {

    private static final String ACCEPT = "text/event-stream, application/x-ndjson";

    private final ClientParts parts;

    StreamPipeline(ClientParts parts) {
        this.parts = parts;
    }

    Flux<String> text(Turn turn) {
        return chat(Lane.STREAM, turn, (actual, frames, attempt) -> new TextReader(actual, frames,
                this.parts.dialect().decoder(), this.parts.streaming().getCompletion(), attempt), null);
    }

    Flux<ChatEvent> events(Turn turn) {
        return chat(Lane.STREAM, turn, (actual, frames, attempt) -> new EventReader(actual, frames,
                this.parts.dialect().decoder(), this.parts.streaming().getCompletion(), attempt), restarted());
    }

    private @Nullable Function<LlmHttpException, ChatEvent> restarted() {
        return (this.parts.streaming().getRestart() == StreamRestart.ANNOUNCE)
                ? (failure) -> new ChatEvent.Restarted(failure.kind()) : null;
    }

    /**
     * A whole answer that is fetched as a stream. What came until {@code timeout.call} is
     * the answer where that is wanted.
     */
    Mono<ChatResponse> whole(Turn turn) {
        return Mono.defer(() -> {
            AtomicReference<CollectedAnswer> last = new AtomicReference<>();
            return this.<ChatResponse>chat(Lane.CALL, turn, (actual, frames, attempt) -> {
                CollectedAnswer answer = new CollectedAnswer(attempt.call(), this.parts.limits().getAnswer().toBytes());
                last.set(answer);
                return new WholeAnswerReader(actual, frames, this.parts.dialect().decoder(),
                        this.parts.streaming().getCompletion(), attempt, answer, keepsParts());
            }, null).singleOrEmpty().onErrorResume(LlmHttpException.class, (failure) -> partial(failure, last.get()));
        });
    }

    private Mono<ChatResponse> partial(LlmHttpException failure, @Nullable CollectedAnswer answer) {
        boolean wanted = failure.kind() == FailureKind.CALL_TIMEOUT && keepsParts();
        return (wanted && answer != null && !answer.isEmpty()) ? Mono.just(answer.response(ChatResponse.TIMED_OUT))
                : Mono.error(failure);
    }

    private boolean keepsParts() {
        return this.parts.timeouts().getOnCallTimeout() == OnCallTimeout.PARTIAL;
    }

    Flux<String> data(WholeCall whole, String path, Object body) {
        return Flux.defer(() -> {
            Route route = this.parts.requests().route(HttpMethod.POST, path, Map.of());
            return this.<String>attempt(route, this.parts.bodies().json(body),
                    this.parts.start(Lane.STREAM, route, whole), null, DataReader::new, null);
        });
    }

    private <T> Flux<T> chat(Lane lane, Turn turn, ReaderFactory<T> reader,
            @Nullable Function<LlmHttpException, T> restarted) {
        return Flux.defer(() -> {
            ChatRequest request = turn.request();
            Route route = this.parts.requests().chat(request.query());
            return attempt(route, this.parts.bodies().chat(request, true), this.parts.start(lane, route, turn), request,
                    reader, restarted);
        });
    }

    private <T> Flux<T> attempt(Route route, byte[] body, CallContext call, @Nullable ChatRequest request,
            ReaderFactory<T> reader, @Nullable Function<LlmHttpException, T> restarted) {
        AttemptLimits limits = this.parts.attemptLimits(call.lane(), request);
        Map<String, String> headers = this.parts.headers(request);
        return this.parts.attempts()
            .many(call, limits, this.parts.choice(route), (attempt) -> exchange(route, body, headers, attempt, reader),
                    restarted);
    }

    private <T> Flux<T> exchange(Route route, byte[] body, Map<String, String> headers, Attempt attempt,
            ReaderFactory<T> reader) {
        return this.parts.keys()
            .key()
            .map(Optional::of)
            .defaultIfEmpty(Optional.empty())
            .flatMapMany((key) -> send(route, body, key.orElse(null), headers, attempt, reader));
    }

    private <T> Flux<T> send(Route route, byte[] body, @Nullable String key, Map<String, String> headers,
            Attempt attempt, ReaderFactory<T> reader) {
        Attempt sending = attempt.sending(this.parts.secrets(key, headers));
        return this.parts.requests()
            .post(route.at(attempt.endpoint()), body, key, headers, ACCEPT)
            .exchangeToFlux((response) -> read(response, sending, reader));
    }

    private <T> Flux<T> read(ClientResponse response, Attempt attempt, ReaderFactory<T> reader) {
        if (!this.parts.responses().note(response, attempt)) {
            return this.parts.responses().<T>refused(response, attempt).flux();
        }
        if (Responses.isEncoded(response)) {
            return this.parts.responses().<T>encoded(response, attempt).flux();
        }
        StreamFormat format = Responses.streamFormat(response);
        if (format == null) {
            return this.parts.responses().<T>notAStream(response, attempt).flux();
        }
        long maxEvent = this.parts.limits().getEvent().toBytes();
        StreamFrames frames = (format == StreamFormat.SSE) ? StreamFrames.sse(maxEvent) : StreamFrames.ndjson(maxEvent);
        return new ReadFlux<>(Responses.body(response, attempt.call()), frames, attempt, reader);
    }

    /**
     * Makes the reader of one subscriber.
     */
    @FunctionalInterface
    interface ReaderFactory<T> {

        StreamReader<T> create(CoreSubscriber<? super T> actual, StreamFrames frames, Attempt attempt);

    }

    /**
     * The items of one response body.
     */
    static final class ReadFlux<T> extends Flux<T> {

        private final Flux<DataBuffer> body;

        private final StreamFrames frames;

        private final Attempt attempt;

        private final ReaderFactory<T> reader;

        ReadFlux(Flux<DataBuffer> body, StreamFrames frames, Attempt attempt, ReaderFactory<T> reader) {
            this.body = body;
            this.frames = frames;
            this.attempt = attempt;
            this.reader = reader;
        }

        @Override
        public void subscribe(CoreSubscriber<? super T> actual) {
            this.body.subscribe(this.reader.create(actual, this.frames, this.attempt));
        }

    }

}
