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

package io.github.llmhttp.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * A reply in the form in which it goes out: head, pieces of the body, and the time
 * between them.
 *
 * @param head the head of the response, {@code null} if the steps are the bytes on the
 * wire
 * @param steps the pieces of the body
 * @param pace the time between them
 * @param fault what goes wrong
 */
record Rendering(@Nullable HttpResponse head, List<Steps.Step> steps, Pace pace, @Nullable Fault fault) {

    static Rendering of(Reply reply, RecordedCall call) {
        Dialect dialect = Dialect.of(call.protocol());
        return switch (reply.kind()) {
            case WIRE -> new Rendering(null, Steps.ofWrites(reply.writes()), Pace.ofWire(reply), reply.fault());
            case RAW -> of(reply, call, dialect, reply.contentType(), Steps.ofWrites(reply.writes()),
                    Pace.ofRaw(reply, dialect), -1);
            case STATUS -> ofStatus(reply, call, dialect);
            case ANSWER -> ofAnswer(reply, call, dialect);
        };
    }

    private static Rendering ofAnswer(Reply reply, RecordedCall call, Dialect dialect) {
        Answer answer = new Answer(reply, call, Instant.now());
        if (call.isStreaming()) {
            return of(reply, call, dialect, dialect.streamType(), dialect.stream(answer), Pace.ofStream(reply, dialect),
                    -1);
        }
        Reply.ErrorDetail error = reply.error();
        if (error != null) {
            return ofStatus(reply.failed(statusOf(error.type())), call, dialect);
        }
        byte[] body = Json.bytes(dialect.whole(answer));
        return of(reply, call, dialect, "application/json", Steps.ofWhole(body, reply.tokens()), Pace.ofWhole(reply),
                body.length);
    }

    private static Rendering ofStatus(Reply reply, RecordedCall call, Dialect dialect) {
        byte[] body = reply.writes().isEmpty() ? errorBody(reply, call, dialect) : reply.writes().get(0);
        String contentType = (reply.contentType() != null) ? reply.contentType() : "application/json";
        return of(reply, call, dialect, contentType, Steps.ofWhole(body, reply.tokens()), Pace.ofWhole(reply),
                body.length);
    }

    private static byte[] errorBody(Reply reply, RecordedCall call, Dialect dialect) {
        Reply.ErrorDetail error = reply.error();
        if (error == null && reply.status() < 400) {
            return new byte[0];
        }
        if (error == null) {
            String reason = HttpResponseStatus.valueOf(reply.status()).reasonPhrase();
            error = new Reply.ErrorDetail(typeOf(reply.status()), reason);
        }
        return Json.bytes(dialect.error(error.type(), error.message(), requestId(call)));
    }

    private static Rendering of(Reply reply, RecordedCall call, Dialect dialect, @Nullable String contentType,
            List<Steps.Step> steps, Pace pace, int length) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()));
        if (contentType != null) {
            head.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        }
        head.headers().set(dialect.requestIdHeader(), requestId(call));
        Fault fault = reply.fault();
        if (reply.isCloseDelimited()) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        else if (length >= 0 && !changesLength(fault)) {
            HttpUtil.setContentLength(head, length);
        }
        else if (!call.method().equals("HEAD")) {
            HttpUtil.setTransferEncodingChunked(head, true);
        }
        reply.headers().forEach((header) -> head.headers().remove(header.getKey()));
        reply.headers().forEach((header) -> head.headers().add(header.getKey(), header.getValue()));
        Instant now = Instant.now();
        reply.retryAfter().forEach((header) -> head.headers().add(header.header(), header.value(now)));
        return new Rendering(head, steps, pace, fault);
    }

    private static boolean changesLength(@Nullable Fault fault) {
        return fault != null && (fault.kind() == Fault.Kind.END_EARLY || fault.kind() == Fault.Kind.GARBLE);
    }

    private static String requestId(RecordedCall call) {
        return "req_mock%08d".formatted(call.number());
    }

    private static String typeOf(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 504 -> "timeout_error";
            case 529 -> "overloaded_error";
            default -> (status < 500) ? "invalid_request_error" : "api_error";
        };
    }

    private static int statusOf(String errorType) {
        return switch (errorType) {
            case "invalid_request_error", "context_length_exceeded" -> 400;
            case "authentication_error", "invalid_api_key" -> 401;
            case "permission_error" -> 403;
            case "not_found_error", "model_not_found" -> 404;
            case "request_too_large" -> 413;
            case "rate_limit_error", "rate_limit_exceeded", "insufficient_quota" -> 429;
            case "timeout_error" -> 504;
            case "overloaded_error" -> 529;
            default -> 500;
        };
    }

    /**
     * The place in the body where the fault happens.
     * @return the place, one beyond all steps if nothing goes wrong in the body
     */
    Steps.Place faultPlace() {
        if (this.fault == null || !this.fault.moment().isInBody()) {
            return new Steps.Place(Integer.MAX_VALUE, 0);
        }
        return Steps.placeOf(this.steps, this.fault.moment());
    }

    /**
     * What is written of a head that is cut.
     * @param head the head
     * @param moment the moment within the head
     * @return the bytes
     */
    static byte[] partOf(HttpResponse head, Moment moment) {
        String text = "%s %s\r\n".formatted(head.protocolVersion(), head.status());
        if (moment == Moment.INSIDE_STATUS_LINE) {
            text = text.substring(0, text.indexOf(' ') + 2);
        }
        else {
            String headers = head.headers()
                .entries()
                .stream()
                .map((header) -> "%s: %s\r\n".formatted(header.getKey(), header.getValue()))
                .collect(Collectors.joining());
            text += headers.substring(0, headers.length() / 2);
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * The times between the pieces.
     *
     * @param head the time before the head
     * @param first the time before the first token
     * @param gap the time between two tokens
     * @param pingEvery the time between signs of life, or {@code null} for none
     * @param ping the bytes of a sign of life
     * @param flushEach whether each piece is to be a write of its own
     */
    record Pace(Duration head, Duration first, Duration gap, @Nullable Duration pingEvery, String ping,
            boolean flushEach) {

        static Pace ofStream(Reply reply, Dialect dialect) {
            return new Pace(reply.headersAfter(), reply.firstAfter(), reply.gap(), reply.pingEvery(), dialect.ping(),
                    false);
        }

        static Pace ofRaw(Reply reply, Dialect dialect) {
            return new Pace(reply.headersAfter(), reply.firstAfter(), reply.gap(), reply.pingEvery(), dialect.ping(),
                    true);
        }

        static Pace ofWire(Reply reply) {
            return new Pace(reply.headersAfter(), reply.firstAfter(), reply.gap(), null, "", true);
        }

        static Pace ofWhole(Reply reply) {
            Duration total = reply.headersAfter()
                .plus(reply.firstAfter())
                .plus(reply.gap().multipliedBy(Math.max(0, reply.tokens() - 1)));
            return new Pace(total, Duration.ZERO, Duration.ZERO, null, "", false);
        }

        /**
         * The time before a step.
         * @param steps all steps
         * @param index the index of the step
         * @return the time
         */
        Duration before(List<Steps.Step> steps, int index) {
            if (index >= steps.size() || steps.get(index).kind() == Steps.Kind.PREAMBLE) {
                return Duration.ZERO;
            }
            if (index == 0 || steps.get(index - 1).kind() == Steps.Kind.PREAMBLE) {
                return this.first;
            }
            return (steps.get(index).kind() == Steps.Kind.TOKEN) ? this.gap : Duration.ZERO;
        }

    }

}
