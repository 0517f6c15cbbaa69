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
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A call that reached the server. What was asked does not change; how far the reply came
 * is live. {@code toString} shows neither headers nor bodies, because they hold keys and
 * prompts.
 */
public final class RecordedCall {

    private final int number;

    private final int connectionId;

    private final int requestOnConnection;

    private final String method;

    private final String path;

    private final Map<String, List<String>> query;

    private final HttpHeaders headers;

    private final String body;

    private final JsonNode json;

    private final Protocol protocol;

    private final boolean webSocket;

    private final long receivedAt = System.nanoTime();

    private final AtomicInteger tokensWritten = new AtomicInteger();

    private volatile Outcome outcome = Outcome.RUNNING;

    RecordedCall(int number, int connectionId, int requestOnConnection, FullHttpRequest request) {
        this.number = number;
        this.connectionId = connectionId;
        this.requestOnConnection = requestOnConnection;
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        this.method = request.method().name();
        this.path = uri.path();
        this.query = uri.parameters();
        this.headers = request.headers();
        this.body = request.content().toString(StandardCharsets.UTF_8);
        this.json = Json.read(this.body);
        this.webSocket = WebSocketTurns.isHandshake(request.headers());
        this.protocol = this.webSocket ? Protocol.of(this.path) : Protocol.of(this.method, this.path);
    }

    /**
     * The number of the call at this server, from 1.
     * @return the number
     */
    public int number() {
        return this.number;
    }

    /**
     * The connection that the call came on.
     * @return the number of the connection at this server, from 1
     */
    public int connectionId() {
        return this.connectionId;
    }

    /**
     * Which request this is on its connection.
     * @return 1 for the first request of a connection
     */
    public int requestOnConnection() {
        return this.requestOnConnection;
    }

    /**
     * What the call asks for.
     * @return the protocol
     */
    public Protocol protocol() {
        return this.protocol;
    }

    /**
     * The HTTP method.
     * @return the method in upper case
     */
    public String method() {
        return this.method;
    }

    /**
     * The path without query.
     * @return the path
     */
    public String path() {
        return this.path;
    }

    /**
     * The query parameters, decoded.
     * @return names and values
     */
    public Map<String, List<String>> query() {
        return this.query;
    }

    /**
     * The first value of a header.
     * @param name the name of the header, in upper or lower case
     * @return the value, or {@code null} if there is no such header
     */
    public @Nullable String header(String name) {
        return this.headers.get(name);
    }

    /**
     * All headers in the order in which they came.
     * @return names and values
     */
    public List<Map.Entry<String, String>> headers() {
        // Netty's own entries are equal to nothing but themselves
        return this.headers.entries().stream().map(Map.Entry::copyOf).toList();
    }

    /**
     * The body as text.
     * @return the body, empty if there was none
     */
    public String body() {
        return this.body;
    }

    /**
     * The body as JSON.
     * @return the body, a missing node if it is no JSON
     */
    public JsonNode json() {
        return this.json;
    }

    /**
     * Whether the call is a turn on a WebSocket, or the handshake of one. Its headers and
     * path are those of the handshake.
     * @return {@code false} for a request of its own
     */
    public boolean isWebSocket() {
        return this.webSocket;
    }

    /**
     * Whether the call asks for a stream. All turns on a WebSocket do.
     * @return {@code true} with {@code "stream": true}; Ollama streams unless told not to
     */
    public boolean isStreaming() {
        boolean byDefault = this.protocol == Protocol.OLLAMA_CHAT || this.protocol == Protocol.OLLAMA_GENERATE;
        return this.webSocket || this.json.path("stream").asBoolean(byDefault);
    }

    /**
     * The model that the call asks for.
     * @return the name of the model, {@code mock} if there is none
     */
    public String model() {
        return this.json.path("model").asString("mock");
    }

    /**
     * The text of the last message of the user.
     * @return the prompt, empty if there is none
     */
    public String prompt() {
        return (this.protocol == Protocol.PROMPT) ? this.body : Prompts.last(this.json);
    }

    /**
     * The time between the arrivals of two calls.
     * @param earlier the call that came first
     * @return the time from the earlier call to this one
     */
    public Duration after(RecordedCall earlier) {
        return Duration.ofNanos(this.receivedAt - earlier.receivedAt);
    }

    /**
     * Number of tokens of the reply that were written so far.
     * @return the number of tokens
     */
    public int tokensWritten() {
        return this.tokensWritten.get();
    }

    /**
     * Whether the reply has not ended in any way.
     * @return {@code true} as long as more can come, or the server stalls
     */
    public boolean isRunning() {
        return this.outcome == Outcome.RUNNING;
    }

    /**
     * Whether the reply was written to its end. It is {@code false} for a reply that was
     * ended by a fault.
     * @return {@code true} after the last byte
     */
    public boolean isComplete() {
        return this.outcome == Outcome.COMPLETE;
    }

    /**
     * Whether the client closed the connection before the reply ended.
     * @return {@code true} if the client left
     */
    public boolean isCancelled() {
        return this.outcome == Outcome.CANCELLED;
    }

    void tokenWritten() {
        this.tokensWritten.incrementAndGet();
    }

    void end(Outcome how) {
        if (this.outcome == Outcome.RUNNING) {
            this.outcome = how;
        }
    }

    @Override
    public String toString() {
        return "RecordedCall[%d, %s %s, connection=%d/%d, tokens=%d, %s]".formatted(this.number, this.method, this.path,
                this.connectionId, this.requestOnConnection, this.tokensWritten.get(), this.outcome);
    }

    enum Outcome {

        RUNNING, COMPLETE, BROKEN, CANCELLED

    }

}
