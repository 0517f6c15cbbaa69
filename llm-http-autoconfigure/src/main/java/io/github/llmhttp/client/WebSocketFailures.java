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

import java.time.Duration;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.websocket.CloseCode;
import io.github.llmhttp.websocket.WebSocketException;
import io.github.llmhttp.websocket.WebSocketProperties;

/**
 * Turns the ends of WebSocket connections into the family of {@link LlmHttpException}.
 */
final class WebSocketFailures {

    private static final int MAX_REASON = 200;

    private final WebSocketProperties properties;

    private final Duration writeTimeout;

    WebSocketFailures(WebSocketProperties properties, Duration writeTimeout) {
        this.properties = properties;
        this.writeTimeout = writeTimeout;
    }

    /**
     * The failure of an attempt.
     * @param end how its connection, or a message on it, ended
     * @param attempt the attempt
     * @param unanswered whether no message has come since the attempt's own was sent
     * @return the failure
     */
    LlmHttpException of(WebSocketException end, Attempt attempt, boolean unanswered) {
        return switch (end.problem()) {
            case CLOSED -> closed(end, attempt, unanswered);
            case CLOSED_HERE -> failure(attempt, FailureKind.CONFIG)
                .detail("the WebSocket session was closed on this side; another one can be opened")
                .notProcessed(true)
                .toException(end);
            case SHUTDOWN -> failure(attempt, FailureKind.SHUTDOWN).detail("the client is closed").toException(end);
            case DEAF -> failure(attempt, FailureKind.TRUNCATED)
                .detail("nothing came within %s after a ping; the WebSocket connection is dead"
                    .formatted(Failure.seconds(this.properties.getHeartbeatTimeout())))
                .limit(this.properties.getHeartbeatTimeout(), "websocket.heartbeat-timeout")
                .toException(end);
            case TOO_LARGE -> failure(attempt, FailureKind.TOO_LARGE)
                .detail("a WebSocket message is larger than " + this.properties.getMaxMessageSize())
                .key("websocket.max-message-size")
                .toException(end);
            case PROTOCOL -> failure(attempt, FailureKind.PROTOCOL)
                .detail("the server sent what WebSocket does not allow (RFC 6455)")
                .toException(end);
            case QUEUE_FULL -> failure(attempt, FailureKind.POOL_FULL)
                .detail("%d messages wait to be written to the WebSocket already"
                    .formatted(this.properties.getSendQueue()))
                .notProcessed(true)
                .key("websocket.send-queue")
                .toException(end);
            case NOT_WRITTEN -> failure(attempt, FailureKind.WRITE)
                .detail("a WebSocket message was not written within " + Failure.seconds(this.writeTimeout))
                .limit(this.writeTimeout, "timeout.write")
                .toException(end);
        };
    }

    private static LlmHttpException closed(WebSocketException end, Attempt attempt, boolean unanswered) {
        boolean said = end.code() != CloseCode.ABNORMAL;
        Failure.Builder failure = failure(attempt, kind(end.code()))
            .detail(said ? "the server closed the WebSocket " + CloseCode.describe(end.code())
                    : "the WebSocket connection was cut without a close frame")
            .effectiveStatus(status(end.code()))
            .notProcessed(unanswered && CloseCode.isOrderly(end.code()));
        if (said) {
            failure.provider(String.valueOf(end.code()),
                    attempt.failures().scrub(Texts.oneLine(end.reason(), MAX_REASON)));
        }
        return failure.toException(end);
    }

    private static Failure.Builder failure(Attempt attempt, FailureKind kind) {
        Failure.Builder failure = attempt.call().failure(kind);
        return (attempt.call().stage() == CallStage.DONE) ? failure.stage(CallStage.BODY) : failure;
    }

    private static FailureKind kind(int code) {
        return switch (code) {
            case CloseCode.PROTOCOL_ERROR, 1003, CloseCode.NOT_UTF8, 1010 -> FailureKind.PROTOCOL;
            case 1008 -> FailureKind.BAD_REQUEST;
            case CloseCode.TOO_BIG -> FailureKind.TOO_LARGE;
            case 1011, 1014 -> FailureKind.SERVER;
            case 1012, 1013 -> FailureKind.OVERLOADED;
            case CloseCode.NORMAL, CloseCode.GOING_AWAY, CloseCode.NONE, CloseCode.ABNORMAL, 1015 ->
                FailureKind.TRUNCATED;
            default -> FailureKind.UPSTREAM_ERROR;
        };
    }

    /** The status that a server would have answered with before the session. */
    private static int status(int code) {
        return switch (code) {
            case 1008 -> 400;
            case CloseCode.TOO_BIG -> 413;
            case 1011 -> 500;
            case 1012, 1013 -> 503;
            case 1014 -> 502;
            default -> 0;
        };
    }

}
