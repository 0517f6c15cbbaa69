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

/**
 * Something that goes wrong on the socket at a given {@link Moment} of a {@link Reply}.
 * What and when are chosen apart: each fault can happen at each moment where it makes
 * sense. That connections are refused is no matter of one reply: see
 * {@link MockLlmServer#refuse()}.
 */
public final class Fault {

    /**
     * A line that is neither HTTP, nor an event, nor JSON, nor UTF-8.
     */
    private static final byte[] JUNK = "\u00FF\u00FE\u0000garbled\u00C3(\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private static final byte[] UNASKED_RESPONSE = """
            HTTP/1.1 200 OK\r
            Content-Type: application/json\r
            Content-Length: 31\r
            \r
            {"error":"nobody asked for me"}""".getBytes(StandardCharsets.US_ASCII);

    private final Kind kind;

    private final Moment moment;

    private final Duration interval;

    private final byte[] bytes;

    private final int code;

    private final String reason;

    private Fault(Kind kind, Moment moment, Duration interval, byte[] bytes) {
        this(kind, moment, interval, bytes, 1011, "");
    }

    private Fault(Kind kind, Moment moment, Duration interval, byte[] bytes, int code, String reason) {
        if (!kind.happensAt(moment)) {
            throw new IllegalArgumentException("There is no fault %s at the moment %s".formatted(kind, moment));
        }
        this.kind = kind;
        this.moment = moment;
        this.interval = interval;
        this.bytes = bytes;
        this.code = code;
        this.reason = reason;
    }

    /**
     * The connection is reset: the client sees an RST ("connection reset by peer").
     * @param moment when it happens
     * @return the fault
     */
    public static Fault reset(Moment moment) {
        return of(Kind.RESET, moment);
    }

    /**
     * The connection is closed in the middle: the client sees a FIN although the HTTP
     * message is not complete.
     * @param moment when it happens
     * @return the fault
     */
    public static Fault truncate(Moment moment) {
        return of(Kind.TRUNCATE, moment);
    }

    /**
     * The response ends as HTTP wants it, but its content is cut: everything after the
     * moment is missing, so usually there is no end marker. The connection stays open.
     * @param moment when it happens; after the response headers and before the end
     * @return the fault
     */
    public static Fault endEarly(Moment moment) {
        return of(Kind.END_EARLY, moment);
    }

    /**
     * The server goes silent and keeps the connection open. A stream still shows signs of
     * life if its reply says so with {@link Reply#pingEvery(Duration)}. After a stall at
     * {@link Moment#ACCEPT} or {@link Moment#REQUEST_HEAD} the server does not even read,
     * so that it does not notice when the client leaves.
     * @param moment when it happens
     * @return the fault
     */
    public static Fault stall(Moment moment) {
        return of(Kind.STALL, moment);
    }

    /**
     * What comes next is garbled. In a body the next piece keeps its letters and line
     * ends, so that an event is still an event, but each quote, bracket and brace is a
     * byte 0xFF: it is neither JSON nor UTF-8. What follows it is right again. Where no
     * piece comes next, it is a line that is not HTTP either; without a whole head
     * nothing follows it.
     * @param moment when it happens
     * @return the fault
     */
    public static Fault garble(Moment moment) {
        return of(Kind.GARBLE, moment);
    }

    /**
     * From now on everything comes byte by byte, the framing of HTTP included. Nothing is
     * missing in the end.
     * @param moment when it begins; {@link Moment#REQUEST} is a drip of headers
     * @param interval the time between two bytes; with zero each byte is only a packet of
     * its own
     * @return the fault
     */
    public static Fault drip(Moment moment, Duration interval) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("The interval of a drip must not be negative but is " + interval);
        }
        return new Fault(Kind.DRIP, moment, interval, new byte[0]);
    }

    /**
     * A second response that nobody asked for follows in the same packet as the end of
     * the first. For surplus bytes on a connection that has been idle for a while, see
     * {@link MockLlmServer#sendUnasked(byte...)}.
     * @return the fault, at {@link Moment#COMPLETE}
     */
    public static Fault surplus() {
        return of(Kind.SURPLUS, Moment.COMPLETE);
    }

    /**
     * Bytes that nobody asked for follow in the same packet as the end of the response.
     * @param bytes the bytes
     * @return the fault, at {@link Moment#COMPLETE}
     */
    public static Fault surplus(byte... bytes) {
        return new Fault(Kind.SURPLUS, Moment.COMPLETE, Duration.ZERO, bytes.clone());
    }

    /**
     * The server closes a WebSocket with a close frame, and the connection after it. On a
     * connection that speaks HTTP it is closed without one.
     * @param moment when it happens; after the response headers
     * @param code the close code (RFC 6455, section 7.4)
     * @param reason what the server says, 123 bytes of UTF-8 at most
     * @return the fault
     */
    public static Fault closeFrame(Moment moment, int code, String reason) {
        return new Fault(Kind.CLOSE_FRAME, moment, Duration.ZERO, new byte[0], code, reason);
    }

    /**
     * The fault of a kind, for tests that go through several. A drip has no pause between
     * two bytes, and surplus is a response.
     * @param kind what goes wrong
     * @param moment when it goes wrong
     * @return the fault
     */
    public static Fault of(Kind kind, Moment moment) {
        byte[] bytes = switch (kind) {
            case GARBLE -> JUNK;
            case SURPLUS -> UNASKED_RESPONSE;
            default -> new byte[0];
        };
        return new Fault(kind, moment, Duration.ZERO, bytes);
    }

    /**
     * Make a piece neither JSON nor UTF-8, with its letters and line ends in place.
     * @param piece the piece
     * @return the garbled piece, as long as the piece
     */
    static byte[] garbled(byte[] piece) {
        byte[] garbled = piece.clone();
        for (int i = 0; i < garbled.length; i++) {
            if ("\"[]{}".indexOf(garbled[i]) >= 0) {
                garbled[i] = (byte) 0xFF;
            }
        }
        return garbled;
    }

    /**
     * What goes wrong.
     * @return the kind
     */
    public Kind kind() {
        return this.kind;
    }

    /**
     * When it goes wrong.
     * @return the moment
     */
    public Moment moment() {
        return this.moment;
    }

    Duration interval() {
        return this.interval;
    }

    int code() {
        return this.code;
    }

    String reason() {
        return this.reason;
    }

    byte[] bytes() {
        return this.bytes;
    }

    @Override
    public String toString() {
        return "Fault[%s at %s]".formatted(this.kind, this.moment);
    }

    /**
     * What can go wrong.
     */
    public enum Kind {

        /**
         * RST.
         */
        RESET,

        /**
         * FIN in the middle of the HTTP message.
         */
        TRUNCATE,

        /**
         * Complete HTTP message with incomplete content.
         */
        END_EARLY,

        /**
         * Silence on an open connection.
         */
        STALL,

        /**
         * Bytes that mean nothing.
         */
        GARBLE,

        /**
         * One byte at a time.
         */
        DRIP,

        /**
         * Bytes after the end of the response.
         */
        SURPLUS,

        /**
         * Close frame of a WebSocket.
         */
        CLOSE_FRAME;

        private boolean happensAt(Moment moment) {
            return switch (this) {
                case RESET, TRUNCATE, STALL, GARBLE -> true;
                case END_EARLY, CLOSE_FRAME -> moment.isInBody();
                case DRIP -> moment == Moment.REQUEST || moment.isInBody();
                case SURPLUS -> moment == Moment.COMPLETE;
            };
        }

    }

}
