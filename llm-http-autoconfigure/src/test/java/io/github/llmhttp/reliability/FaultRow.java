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

package io.github.llmhttp.reliability;

/**
 * What can go wrong, by the place where it does.
 */
public enum FaultRow {

    /** Value out of its range. */
    BAD_VALUE(Area.CONFIG, "value out of its range"),

    /** Two values that contradict each other. */
    CONTRADICTION(Area.CONFIG, "two values that contradict each other"),

    /** Base URL that is none. */
    BAD_BASE_URL(Area.CONFIG, "base URL that is none"),

    /** Key that is missing, blank or no header can carry. */
    BAD_KEY(Area.CONFIG, "key that is missing, blank or no header can carry"),

    /** Unknown property. */
    UNKNOWN_KEY(Area.CONFIG, "unknown property"),

    /** No native transport, no HTTP/2 at the server. */
    NO_NATIVE_TRANSPORT(Area.CONFIG, "no native transport, no HTTP/2 at the server"),

    /** Two clients or beans of one name. */
    NAME_TAKEN(Area.CONFIG, "two clients or beans of one name"),

    /** Name that does not exist. */
    UNKNOWN_HOST(Area.CONNECT, "name that does not exist"),

    /** Name server that is silent. */
    SILENT_DNS(Area.CONNECT, "name server that is silent"),

    /** Address that changes. */
    ADDRESS_CHANGES(Area.CONNECT, "address that changes"),

    /** First address dead, second one good. */
    DEAD_ADDRESS(Area.CONNECT, "first address dead, second one good"),

    /** Connection refused. */
    REFUSED(Area.CONNECT, "connection refused"),

    /** Connection that is never answered. */
    NO_SYN_ACK(Area.CONNECT, "connection that is never answered"),

    /** No port or file left. */
    NO_PORTS(Area.CONNECT, "no port or file left"),

    /** Backend that restarts. */
    RESTART(Area.CONNECT, "backend that restarts"),

    /**
     * Certificate that is expired, of another host, self-signed or of an unknown
     * authority.
     */
    BAD_CERTIFICATE(Area.TLS, "certificate that is expired, of another host, self-signed or of an unknown authority"),

    /** Only TLS 1.0 or 1.1. */
    OLD_TLS(Area.TLS, "only TLS 1.0 or 1.1"),

    /** Handshake that stalls. */
    HANDSHAKE_STALLS(Area.TLS, "handshake that stalls"),

    /** TLS on a plain port and the other way round. */
    TLS_MIXED_UP(Area.TLS, "TLS on a plain port and the other way round"),

    /** Certificate that is rotated. */
    CERTIFICATE_ROTATES(Area.TLS, "certificate that is rotated"),

    /** More calls than connections. */
    POOL_EXHAUSTED(Area.POOL, "more calls than connections"),

    /** Waiting line that is full. */
    LINE_FULL(Area.POOL, "waiting line that is full"),

    /** Unused connection that the server closes. */
    IDLE_CLOSED(Area.POOL, "unused connection that the server closes"),

    /** Unused connection that went deaf. */
    IDLE_DROPPED(Area.POOL, "unused connection that went deaf"),

    /** Server that closes after a response. */
    CONNECTION_CLOSE(Area.POOL, "server that closes after a response"),

    /** Bytes that nobody asked for. */
    SURPLUS(Area.POOL, "bytes that nobody asked for"),

    /** Long streams that would hold all connections. */
    STREAMS_HOLD_ALL(Area.POOL, "long streams that would hold all connections"),

    /** Order of the waiting line, and who leaves it. */
    FAIRNESS(Area.POOL, "order of the waiting line, and who leaves it"),

    /** Request that nobody reads. */
    UNREAD_REQUEST(Area.REQUEST, "request that nobody reads"),

    /** Answer before the request was read. */
    EARLY_ANSWER(Area.REQUEST, "answer before the request was read"),

    /** Reset while the request is written. */
    RESET_WHILE_WRITING(Area.REQUEST, "reset while the request is written"),

    /** Body that can be sent only once. */
    ONE_SHOT_BODY(Area.REQUEST, "body that can be sent only once"),

    /** Line breaks in a header or path. */
    HEADER_INJECTION(Area.REQUEST, "line breaks in a header or path"),

    /** No byte of a response. */
    NO_RESPONSE(Area.RESPONSE, "no byte of a response"),

    /**
     * Head that drips, ends within, is no HTTP, is too long, or comes after interim ones.
     */
    BAD_HEAD(Area.RESPONSE, "head that drips, ends within, is no HTTP, is too long, or comes after interim ones"),

    /** Length that is unclear or not kept. */
    BAD_FRAMING(Area.RESPONSE, "length that is unclear or not kept"),

    /** 400, 401, 403, 404, 413, 422. */
    CLIENT_ERROR(Area.RESPONSE, "400, 401, 403, 404, 413, 422"),

    /** Error that repeats the key. */
    KEY_IN_ERROR(Area.RESPONSE, "error that repeats the key"),

    /** 429 with each form of Retry-After. */
    RETRY_AFTER(Area.RESPONSE, "429 with each form of Retry-After"),

    /** 502, 503, 504 or 529 once. */
    ONE_BAD_STATUS(Area.RESPONSE, "502, 503, 504 or 529 once"),

    /** Full outage. */
    OUTAGE(Area.RESPONSE, "full outage"),

    /** Redirect. */
    REDIRECT(Area.RESPONSE, "redirect"),

    /** HTML, JSON, nothing in place of a stream. */
    NOT_A_STREAM(Area.RESPONSE, "HTML, JSON, nothing in place of a stream"),

    /** First token that comes late. */
    LATE_FIRST_TOKEN(Area.STREAM, "first token that comes late"),

    /** Nothing but heartbeats. */
    ONLY_HEARTBEATS(Area.STREAM, "nothing but heartbeats"),

    /** Silence between two tokens. */
    TOKEN_GAP(Area.STREAM, "silence between two tokens"),

    /** Subscriber that is slow. */
    SLOW_CONSUMER(Area.STREAM, "subscriber that is slow"),

    /** Cut between or within events and characters. */
    CUT(Area.STREAM, "cut between or within events and characters"),

    /** Error within a 200. */
    ERROR_IN_STREAM(Area.STREAM, "error within a 200"),

    /** Byte by byte, many events at once, endless events. */
    ANY_CUTTING(Area.STREAM, "byte by byte, many events at once, endless events"),

    /** Bytes that are damaged. */
    DAMAGED(Area.STREAM, "bytes that are damaged"),

    /** Content coding that was not asked for. */
    CONTENT_CODING(Area.STREAM, "content coding that was not asked for"),

    /** Proxy that holds a stream back. */
    BUFFERING_PROXY(Area.STREAM, "proxy that holds a stream back"),

    /** Server that stays, resets or goes on after the end marker. */
    AFTER_END_MARKER(Area.END, "server that stays, resets or goes on after the end marker"),

    /** End without end marker. */
    NO_END_MARKER(Area.END, "end without end marker"),

    /** Server of HTTP/2 that takes no further calls. */
    GO_AWAY(Area.HTTP2, "server that takes no further calls (GOAWAY)"),

    /** Stream that the server resets. */
    STREAM_RESET(Area.HTTP2, "stream that the server resets"),

    /** Few streams or none, no window, no SETTINGS. */
    STREAM_LIMITS(Area.HTTP2, "few streams or none, no window, no SETTINGS"),

    /** Connection that went deaf with calls on it. */
    DEAF_CONNECTION(Area.HTTP2, "connection that went deaf with calls on it"),

    /** Floods and broken rules. */
    FLOODS(Area.HTTP2, "floods and broken rules"),

    /** Slow readers beside others on one connection. */
    SLOW_READERS(Area.HTTP2, "slow readers beside others on one connection"),

    /** WebSocket handshake that is refused, wrong or unanswered. */
    HANDSHAKE(Area.WEBSOCKET, "handshake that is refused, wrong or unanswered; a key in the URL"),

    /** WebSocket session whose peer went silent. */
    DEAF_SESSION(Area.WEBSOCKET, "session without pongs, connection that is cut"),

    /** Closes with any code, and messages that break the protocol. */
    CLOSE_CODES(Area.WEBSOCKET, "close with any code, messages that are too large or broken, fragments"),

    /** Sends into a closed session, and receivers that do not keep up. */
    SESSION_FLOW(Area.WEBSOCKET, "send after close, receiver or server that does not keep up"),

    /** Context that closes while streams run. */
    SHUTDOWN_WHILE_STREAMING(Area.LOAD, "context that closes while streams run"),

    /** Server that drains. */
    DRAIN(Area.LOAD, "server that drains"),

    /** Three times the load that the server takes. */
    OVERLOAD(Area.LOAD, "three times the load that the server takes"),

    /** Caller who leaves, at any moment. */
    CANCEL(Area.LOAD, "caller who leaves, at any moment"),

    /** Caller who throws or blocks. */
    CALLER_THROWS(Area.LOAD, "caller who throws or blocks"),

    /** Half-open breaker and a long stream. */
    LONG_PROBE(Area.LOAD, "half-open breaker and a long stream"),

    /** Thousands of random faults. */
    RANDOM_FAULTS(Area.TRACES, "thousands of random faults"),

    /** Canaries in logs, messages, meters, Actuator. */
    SECRETS(Area.TRACES, "canaries in logs, messages, meters, traces, Actuator"),

    /** Tags of many values. */
    TAGS(Area.TRACES, "model names and paths of users as tags"),

    /** Line breaks and controls in texts of others. */
    LOG_INJECTION(Area.TRACES, "line breaks and controls in texts of others"),

    /** Health of an endpoint that is down, slow or has no such path. */
    PROBE_FAULTS(Area.TRACES, "health of an endpoint that is down, slow or has no such path"),

    /** System clock that jumps. */
    CLOCK_JUMP(Area.TRACES, "system clock that jumps");

    private final Area area;

    private final String fault;

    FaultRow(Area area, String fault) {
        this.area = area;
        this.fault = fault;
    }

    Area area() {
        return this.area;
    }

    String fault() {
        return this.fault;
    }

    /**
     * Where something goes wrong.
     */
    enum Area {

        CONFIG("Configuration and start"),

        CONNECT("DNS and connect"),

        TLS("TLS"),

        POOL("Pool"),

        REQUEST("Request"),

        RESPONSE("Status and headers"),

        STREAM("First token and middle of a stream"),

        END("End of a stream"),

        HTTP2("HTTP/2"),

        WEBSOCKET("WebSocket"),

        LOAD("Shutdown, overload, cancel"),

        TRACES("Memory, secrets, observation");

        private final String title;

        Area(String title) {
            this.title = title;
        }

        String title() {
            return this.title;
        }

    }

}
