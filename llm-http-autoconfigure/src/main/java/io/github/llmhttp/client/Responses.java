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
import java.time.Instant;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.provider.MalformedPayloadException;
import io.github.llmhttp.provider.ProviderDialect;
import io.github.llmhttp.provider.ProviderDialect.ChatResult;
import io.github.llmhttp.provider.ProviderError;
import io.github.llmhttp.provider.StreamFormat;
import io.github.llmhttp.retry.RetryAdvice;
import io.github.llmhttp.retry.RetryAfter;
import io.github.llmhttp.streaming.LimitsProperties;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.ClientResponse;

/**
 * Reads what is not a stream: whole answers, and everything that is not the answer that
 * was asked for.
 */
final class Responses {

    /** The content coding of a body that is sent as it is. */
    static final String IDENTITY = "identity";

    /** Longest wait for an error body; the status is known without it. */
    private static final Duration ERROR_BODY_TIME = Duration.ofSeconds(2);

    private final ProviderDialect dialect;

    private final int maxAnswer;

    private final int maxErrorBody;

    Responses(ProviderDialect dialect, LimitsProperties limits) {
        this.dialect = dialect;
        this.maxAnswer = Math.toIntExact(limits.getAnswer().toBytes());
        this.maxErrorBody = Math.toIntExact(limits.getErrorBody().toBytes());
    }

    /** Most bytes that are read of an error body. */
    int maxErrorBody() {
        return this.maxErrorBody;
    }

    /**
     * The buffers of a body.
     * @param response the response
     * @param call the call
     * @return the buffers, to be released by the subscriber
     */
    static Flux<DataBuffer> body(ClientResponse response, CallContext call) {
        return new UntilLeft<>(response.body(BodyExtractors.toDataBuffers()), call);
    }

    /**
     * Read a whole answer.
     * @param response the response
     * @param attempt the attempt
     * @return the bytes; fails for any status but a success, and for an empty body
     */
    Mono<byte[]> whole(ClientResponse response, Attempt attempt) {
        if (!note(response, attempt)) {
            return refused(response, attempt);
        }
        if (isEncoded(response)) {
            return encoded(response, attempt);
        }
        Flux<DataBuffer> body = body(response, attempt.call()).doOnNext((buffer) -> attempt.clock().bytesArrived());
        return DataBufferUtils.join(body, this.maxAnswer)
            .map(Responses::bytes)
            .filter((bytes) -> bytes.length > 0)
            .switchIfEmpty(Mono.error(() -> empty(response, attempt)));
    }

    /**
     * Write down status and request id.
     * @param response the response
     * @param attempt the attempt
     * @return whether the status is a success
     */
    boolean note(ClientResponse response, Attempt attempt) {
        note(response.statusCode().value(), response.headers().asHttpHeaders(), attempt);
        return response.statusCode().is2xxSuccessful();
    }

    private static void note(int status, HttpHeaders headers, Attempt attempt) {
        String requestId = headers.getFirst("x-request-id");
        if (requestId == null) {
            requestId = headers.getFirst("request-id");
        }
        attempt.call().response(status, Texts.oneLine(requestId, 100));
        attempt.call().retryAdvice(RetryAdvice.of(headers));
    }

    /**
     * Whether a body has a content coding, such as gzip. It was not asked for, and nobody
     * here undoes it.
     * @param response the response
     * @return whether its bytes are not the content itself
     */
    static boolean isEncoded(ClientResponse response) {
        String coding = coding(response);
        return !coding.isBlank() && !coding.strip().equalsIgnoreCase(IDENTITY);
    }

    private static String coding(ClientResponse response) {
        return String.join(", ", response.headers().header(HttpHeaders.CONTENT_ENCODING));
    }

    /**
     * Fail a success whose body has a content coding. Its connection is closed, because
     * the body may be endless.
     * @param response the response
     * @param attempt the attempt
     * @param <T> any type
     * @return a failure
     */
    <T> Mono<T> encoded(ClientResponse response, Attempt attempt) {
        return Mono.defer(() -> {
            // Spring would read a body that nobody has touched to its end
            body(response, attempt.call()).subscribe(DataBufferUtils.releaseConsumer(), (error) -> {
            }).dispose();
            return Mono.error(refusal(attempt, FailureKind.PROTOCOL)
                .detail("the body is encoded as '%s', although only '%s' is accepted"
                    .formatted(Texts.oneLine(coding(response), 40), IDENTITY))
                .toException());
        });
    }

    /**
     * The format of a stream, by its content type.
     * @param response the response
     * @return the format, or {@code null} if it is no stream
     */
    static @Nullable StreamFormat streamFormat(ClientResponse response) {
        MediaType type = contentType(response);
        if (type == null) {
            return null;
        }
        if (type.isCompatibleWith(MediaType.TEXT_EVENT_STREAM)) {
            return StreamFormat.SSE;
        }
        return switch (type.getSubtype()) {
            case "x-ndjson", "ndjson", "jsonl", "x-jsonlines", "jsonlines" -> StreamFormat.NDJSON;
            default -> null;
        };
    }

    private static @Nullable MediaType contentType(ClientResponse response) {
        try {
            return response.headers().contentType().orElse(null);
        }
        catch (IllegalArgumentException ex) {
            return null;
        }
    }

    /**
     * Fail a response of status 200 that is not the stream that was asked for.
     * @param response the response
     * @param attempt the attempt
     * @param <T> any type
     * @return a failure
     */
    <T> Mono<T> notAStream(ClientResponse response, Attempt attempt) {
        return errorBody(response, attempt).flatMap((body) -> Mono.error(notAStream(response, body, attempt)));
    }

    private LlmHttpException notAStream(ClientResponse response, byte[] body, Attempt attempt) {
        if (body.length == 0) {
            return empty(response, attempt);
        }
        MediaType type = contentType(response);
        boolean json = (type != null && type.getSubtype().endsWith("json"));
        ProviderError error = json ? errorWithin(body) : null;
        if (error != null) {
            return attempt.failures().reported(attempt.call(), error);
        }
        // JSON may be the answer itself, which no message may show
        String text = json ? null : this.dialect.error(200, response.headers().asHttpHeaders(), body).message();
        return attempt.call()
            .failure(FailureKind.PROTOCOL)
            .detail("a stream was asked for, but the response is "
                    + ((type != null) ? type.getType() + "/" + type.getSubtype() : "of no valid content type"))
            .provider(null, attempt.failures().scrub(Texts.oneLine(text, 200)))
            .toException();
    }

    private @Nullable ProviderError errorWithin(byte[] body) {
        try {
            ChatResult result = this.dialect.response(body);
            return result.error();
        }
        catch (MalformedPayloadException ex) {
            return null;
        }
    }

    private static LlmHttpException empty(ClientResponse response, Attempt attempt) {
        return attempt.call()
            .failure(FailureKind.PROTOCOL)
            .detail("the response of status " + response.statusCode().value() + " has no body")
            .toException();
    }

    /**
     * Fail a response that is no success.
     * @param response the response
     * @param attempt the attempt
     * @param <T> any type
     * @return a failure
     */
    <T> Mono<T> refused(ClientResponse response, Attempt attempt) {
        int status = response.statusCode().value();
        if (status < 400) {
            return errorBody(response, attempt).flatMap((body) -> Mono.error(unexpected(response, attempt)));
        }
        return errorBody(response, attempt).flatMap((body) -> Mono.error(error(response, body, attempt)));
    }

    private static LlmHttpException unexpected(ClientResponse response, Attempt attempt) {
        int status = response.statusCode().value();
        String host = redirectHost(response);
        String target = (host != null) ? " to " + host : "";
        return refusal(attempt, FailureKind.PROTOCOL)
            .detail((status >= 300)
                    ? "the redirect %d%s is not followed; set the final address".formatted(status, target)
                    : "the status %d is no answer to a request".formatted(status))
            .key((status >= 300) ? "base-url" : null)
            .toException();
    }

    /** The head of the response decides; what its body says is a comment. */
    private static Failure.Builder refusal(Attempt attempt, FailureKind kind) {
        return attempt.call().failure(kind).stage(CallStage.HEADERS);
    }

    private static @Nullable String redirectHost(ClientResponse response) {
        try {
            URI location = response.headers().asHttpHeaders().getLocation();
            return (location != null) ? location.getHost() : null;
        }
        catch (IllegalArgumentException ex) {
            return null;
        }
    }

    /**
     * The failure of a WebSocket handshake that was answered as if it were any request.
     * @param status HTTP status
     * @param headers headers of the response
     * @param body what came of its body
     * @param attempt the attempt
     * @return the failure
     */
    LlmHttpException handshakeRefused(int status, HttpHeaders headers, byte[] body, Attempt attempt) {
        note(status, headers, attempt);
        if (status < 400) {
            return refusal(attempt, FailureKind.PROTOCOL)
                .detail("the server answered the WebSocket handshake with status %d in place of 101".formatted(status))
                .notProcessed(true)
                .toException();
        }
        return error(status, headers, body, attempt);
    }

    LlmHttpException error(ClientResponse response, byte[] body, Attempt attempt) {
        return error(response.statusCode().value(), response.headers().asHttpHeaders(), body, attempt);
    }

    private LlmHttpException error(int status, HttpHeaders headers, byte[] body, Attempt attempt) {
        ProviderError error = this.dialect.error(status, headers, body);
        Failure.Builder failure = refusal(attempt, error.kind()).detail("the provider answered with status " + status)
            .effectiveStatus(error.effectiveStatus())
            .permanent(error.isPermanent())
            .provider(attempt.failures().scrub(error.type()), attempt.failures().scrub(error.message()))
            .retryAfter(RetryAfter.of(headers, Instant.now()));
        return failure.key((error.kind() == FailureKind.AUTH) ? "api-key" : null).toException();
    }

    /** What arrives of an error body within its limits; the status counts without it. */
    Mono<byte[]> errorBody(ClientResponse response, Attempt attempt) {
        Flux<DataBuffer> bounded = DataBufferUtils.takeUntilByteCount(body(response, attempt.call()), this.maxErrorBody)
            .takeUntilOther(Mono.delay(ERROR_BODY_TIME, attempt.time().scheduler()))
            .onErrorComplete();
        return DataBufferUtils.join(bounded)
            .map(Responses::bytes)
            .filter((bytes) -> !isEncoded(response))
            .defaultIfEmpty(new byte[0]);
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

}
