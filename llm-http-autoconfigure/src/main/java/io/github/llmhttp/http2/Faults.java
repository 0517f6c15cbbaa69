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
package io.github.llmhttp.http2;

import java.time.Duration;

import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.call.ConnectionFault;
import io.netty.handler.codec.http2.Http2Error;

/**
 * What the error codes of HTTP/2 mean for a call (RFC 9113, section 7).
 */
final class Faults {

    private Faults() {
    }

    /** The server ended one stream. */
    static ConnectionFault reset(long code) {
        String detail = "the server reset the stream (%s)".formatted(name(code));
        if (code == Http2Error.REFUSED_STREAM.code()) {
            // Section 8.7: the request was not processed
            return ConnectionFault.of(FailureKind.TRUNCATED, detail + " before it had begun with the request")
                .unprocessed(true);
        }
        if (code == Http2Error.HTTP_1_1_REQUIRED.code()) {
            return ConnectionFault.of(FailureKind.PROTOCOL, detail + ": it wants HTTP/1.1 for this request")
                .limit(null, "http2.mode");
        }
        return of(code, detail);
    }

    /** The server takes no more streams on a connection, this one among them. */
    static ConnectionFault notTaken(long code) {
        ConnectionFault fault = of(code,
                "the server closes the connection (GOAWAY, %s) and had not begun with the request"
                    .formatted(name(code)));
        return fault.unprocessed(code == Http2Error.NO_ERROR.code());
    }

    /** The server ends the connection because of what it thinks was wrong. */
    static ConnectionFault goAway(long code) {
        return of(code, "the server closed the connection (GOAWAY, %s)".formatted(name(code)));
    }

    private static ConnectionFault of(long code, String detail) {
        if (code == Http2Error.ENHANCE_YOUR_CALM.code()) {
            return ConnectionFault.of(FailureKind.OVERLOADED, detail).meaning(503);
        }
        boolean ours = code == Http2Error.PROTOCOL_ERROR.code() || code == Http2Error.COMPRESSION_ERROR.code()
                || code == Http2Error.FRAME_SIZE_ERROR.code() || code == Http2Error.FLOW_CONTROL_ERROR.code();
        return ConnectionFault.of(ours ? FailureKind.PROTOCOL : FailureKind.TRUNCATED, detail);
    }

    /** What the server sent breaks the rules. */
    static ConnectionFault violation(Http2Error error) {
        return ConnectionFault.of(FailureKind.PROTOCOL, "the server broke the rules of HTTP/2 (%s)".formatted(error));
    }

    static ConnectionFault notHttp2() {
        return ConnectionFault
            .of(FailureKind.PROTOCOL, "the server does not speak HTTP/2: its first bytes are no SETTINGS frame")
            .limit(null, "http2.mode");
    }

    static ConnectionFault flood(int frames, Duration window) {
        return ConnectionFault.of(FailureKind.PROTOCOL, "the server sent more than %d frames without content within %s"
            .formatted(frames, Failure.seconds(window)));
    }

    static ConnectionFault noSettings(Duration limit) {
        return ConnectionFault
            .of(FailureKind.CONNECT, "the server sent no HTTP/2 SETTINGS within " + Failure.seconds(limit))
            .limit(limit, "timeout.connect")
            .unprocessed(false);
    }

    static ConnectionFault noStreams() {
        return ConnectionFault
            .of(FailureKind.CONNECT, "the server allows no calls on its connections (MAX_CONCURRENT_STREAMS is 0)")
            .unprocessed(false);
    }

    static ConnectionFault noAnswerToPing(Duration silence, Duration limit) {
        return ConnectionFault
            .of(FailureKind.TRUNCATED,
                    "the connection was silent for %s and its server did not answer a PING within %s"
                        .formatted(Failure.seconds(silence), Failure.seconds(limit)))
            .limit(limit, "http2.ping-timeout");
    }

    private static String name(long code) {
        Http2Error error = Http2Error.valueOf(code);
        return (error != null) ? error.name() : "code " + code;
    }

}
