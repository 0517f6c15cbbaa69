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

package io.github.llmhttp.websocket;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * Why a WebSocket connection, or a message on it, came to its end.
 */
public final class WebSocketException extends IOException {

    private static final long serialVersionUID = 1L;

    private final Problem problem;

    private final int code;

    private final String reason;

    WebSocketException(Problem problem, int code, String reason, @Nullable Throwable cause) {
        super(problem + " " + code, cause);
        this.problem = problem;
        this.code = code;
        this.reason = reason;
    }

    static WebSocketException of(Problem problem) {
        return new WebSocketException(problem, CloseCode.ABNORMAL, "", null);
    }

    /**
     * What happened.
     * @return the problem
     */
    public Problem problem() {
        return this.problem;
    }

    /**
     * The close code of the server.
     * @return the code, {@link CloseCode#ABNORMAL} if it sent none
     */
    public int code() {
        return this.code;
    }

    /**
     * What the server said when it closed: text from outside.
     * @return the reason, empty if it gave none
     */
    public String reason() {
        return this.reason;
    }

    /**
     * What can happen.
     */
    public enum Problem {

        /** The server closed, or the connection was cut. */
        CLOSED,

        /** The session was closed on this side before. */
        CLOSED_HERE,

        /** The client closes. */
        SHUTDOWN,

        /** Nothing came after a ping. */
        DEAF,

        /** A message is larger than the limit. */
        TOO_LARGE,

        /** The server broke the protocol. */
        PROTOCOL,

        /** Too many messages wait to be written. */
        QUEUE_FULL,

        /** A message was not written in time. */
        NOT_WRITTEN

    }

}
