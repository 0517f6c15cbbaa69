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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/**
 * What the server answers to one call. A reply is an immutable value that knows no
 * provider: the server writes it in the format of the path that is called, and streams it
 * if the request asks for a stream. Each method returns a changed copy.
 */
public final class Reply {

    private final Kind kind;

    private List<String> text = List.of();

    private List<String> reasoning = List.of();

    private List<ToolCall> toolCalls = List.of();

    private @Nullable Usage usage;

    private @Nullable String finishReason;

    private boolean finishes = true;

    private @Nullable String model;

    private @Nullable ErrorDetail error;

    private int status = 200;

    private List<Map.Entry<String, String>> headers = List.of();

    private List<RetryAfter> retryAfter = List.of();

    private boolean early;

    private @Nullable String contentType;

    private List<byte[]> writes = List.of();

    private boolean closeDelimited;

    private Duration headersAfter = Duration.ZERO;

    private Duration firstAfter = Duration.ZERO;

    private Duration gap = Duration.ZERO;

    private @Nullable Duration pingEvery;

    private @Nullable Fault fault;

    private Reply(Kind kind) {
        this.kind = kind;
    }

    private Reply(Kind kind, Reply other) {
        this.kind = kind;
        this.text = other.text;
        this.reasoning = other.reasoning;
        this.toolCalls = other.toolCalls;
        this.usage = other.usage;
        this.finishReason = other.finishReason;
        this.finishes = other.finishes;
        this.model = other.model;
        this.error = other.error;
        this.status = other.status;
        this.headers = other.headers;
        this.retryAfter = other.retryAfter;
        this.early = other.early;
        this.contentType = other.contentType;
        this.writes = other.writes;
        this.closeDelimited = other.closeDelimited;
        this.headersAfter = other.headersAfter;
        this.firstAfter = other.firstAfter;
        this.gap = other.gap;
        this.pingEvery = other.pingEvery;
        this.fault = other.fault;
    }

    /**
     * An answer of the model.
     * @param tokens the pieces of its text; a stream sends each as one event
     * @return the reply
     */
    public static Reply text(String... tokens) {
        return new Reply(Kind.ANSWER).with((reply) -> reply.text = List.of(tokens));
    }

    /**
     * An answer of the model whose text is cut into words, as a model would stream it.
     * @param text the whole text
     * @return the reply
     */
    public static Reply words(String text) {
        return text(text.isEmpty() ? new String[0] : text.split("(?<=\\s)(?=\\S)"));
    }

    /**
     * An answer of nothing but a {@link Fault}, for faults that come before any content.
     * @param fault the fault
     * @return the reply
     */
    public static Reply failing(Fault fault) {
        return text("Hello").fault(fault);
    }

    /**
     * A reply with a status, usually of an error. Its body is the usual error body of the
     * provider that is called, unless {@link #body(String)} or
     * {@link #error(String, String)} say something else.
     * @param status the HTTP status, 200 to 599
     * @return the reply
     */
    public static Reply status(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status must be 200 to 599 but is " + status);
        }
        return new Reply(Kind.STATUS).with((reply) -> reply.status = status);
    }

    /**
     * An error page in HTML, as proxies send it instead of what the provider would say.
     * @param status the HTTP status, 200 to 599
     * @return the reply
     */
    public static Reply errorPage(int status) {
        String title = "%d %s".formatted(status, HttpResponseStatus.valueOf(status).reasonPhrase());
        return status(status).body("""
                <html>
                <head><title>%1$s</title></head>
                <body>
                <center><h1>%1$s</h1></center>
                <hr><center>mock proxy</center>
                </body>
                </html>
                """.formatted(title)).header("Content-Type", "text/html");
    }

    /**
     * A body of exactly these bytes in a chunked response with status 200. Each element
     * is written and flushed on its own, with {@link #gap(Duration)} between two of them,
     * and counts as a token.
     * @param contentType the content type
     * @param writes the bytes of the body
     * @return the reply
     */
    public static Reply raw(String contentType, byte[]... writes) {
        return new Reply(Kind.RAW).with((reply) -> {
            reply.contentType = contentType;
            reply.writes = Arrays.stream(writes).map(byte[]::clone).toList();
        });
    }

    /**
     * Exactly these bytes on the connection: status line, headers and body are up to the
     * caller. Each element is written and flushed on its own, with {@link #gap(Duration)}
     * between two of them, and counts as a token. The connection stays open; use
     * {@code fault(Fault.truncate(Moment.LAST_TOKEN))} to have it closed.
     * @param writes the bytes of the response
     * @return the reply
     */
    public static Reply wire(byte[]... writes) {
        return new Reply(Kind.WIRE).with((reply) -> reply.writes = Arrays.stream(writes).map(byte[]::clone).toList());
    }

    /**
     * Add reasoning that comes before the text.
     * @param tokens the pieces of the reasoning
     * @return the changed reply
     */
    public Reply reasoning(String... tokens) {
        return answer((reply) -> reply.reasoning = List.of(tokens));
    }

    /**
     * Add a tool call that comes after the text. A stream sends its arguments in two
     * events, which together count as one token.
     * @param id the id of the call, for example {@code call_1}
     * @param name the name of the tool
     * @param argumentsJson the arguments, a JSON object
     * @return the changed reply
     */
    public Reply toolCall(String id, String name, String argumentsJson) {
        if (!Json.read(argumentsJson).isObject()) {
            throw new IllegalArgumentException(
                    "The arguments of the tool call '%s' are no JSON object".formatted(name));
        }
        return answer((reply) -> {
            reply.toolCalls = new ArrayList<>(this.toolCalls);
            reply.toolCalls.add(new ToolCall(id, name, argumentsJson));
        });
    }

    /**
     * Set the token usage that the answer reports. Without it the words of the prompt and
     * the tokens of the reply are counted.
     * @param inputTokens the tokens of the prompt
     * @param outputTokens the tokens of the answer, reasoning included
     * @return the changed reply
     */
    public Reply usage(int inputTokens, int outputTokens) {
        return answer((reply) -> reply.usage = new Usage(inputTokens, outputTokens));
    }

    /**
     * Set the finish reason. The words of OpenAI chat completions ({@code stop},
     * {@code length}, {@code tool_calls}, {@code content_filter}) are translated for
     * other providers, others go out as they are. Without it, it is {@code tool_calls} or
     * {@code stop}.
     * @param finishReason the finish reason, or {@code null} to send none
     * @return the changed reply
     */
    public Reply finishReason(@Nullable String finishReason) {
        return answer((reply) -> {
            reply.finishReason = finishReason;
            reply.finishes = finishReason != null;
        });
    }

    /**
     * Set the model that the answer names. Without it, it is the one of the request.
     * @param model the name of the model
     * @return the changed reply
     */
    public Reply model(String model) {
        return answer((reply) -> reply.model = model);
    }

    /**
     * End the stream with an error inside the 200 response, after the tokens or, if there
     * are none, as its first event. A call that does not stream gets an error response
     * with the status that belongs to the type, else 500.
     * @param type the type or code of the error, for example {@code overloaded_error} or
     * {@code model_not_found}
     * @param message the message of the error
     * @return the changed reply
     */
    public Reply thenError(String type, String message) {
        return answer((reply) -> reply.error = new ErrorDetail(type, message));
    }

    /**
     * Set type and message in the usual error body of the provider that is called. The
     * status stays as it is.
     * @param type the type or code of the error, for example {@code insufficient_quota}
     * @param message the message of the error
     * @return the changed reply
     */
    public Reply error(String type, String message) {
        requireKind(Kind.STATUS);
        return with((reply) -> reply.error = new ErrorDetail(type, message));
    }

    /**
     * Set the body of a status reply.
     * @param json the body, which is sent as it is with {@code application/json}; another
     * content type can be set as a header
     * @return the changed reply
     */
    public Reply body(String json) {
        requireKind(Kind.STATUS);
        return with((reply) -> {
            reply.contentType = "application/json";
            reply.writes = List.of(json.getBytes(StandardCharsets.UTF_8));
        });
    }

    /**
     * Add a response header. A header that the server would have set is replaced; with
     * {@code Connection: close} the server closes the connection after the response.
     * @param name the name of the header
     * @param value its value
     * @return the changed reply
     */
    public Reply header(String name, String value) {
        return with((reply) -> {
            reply.headers = new ArrayList<>(this.headers);
            reply.headers.add(Map.entry(name, value));
        });
    }

    /**
     * Tell the client when it may come again. Several forms can be told at once.
     * @param retryAfter the form; dates are counted from the moment of the reply
     * @return the changed reply
     */
    public Reply retryAfter(RetryAfter retryAfter) {
        return with((reply) -> {
            reply.retryAfter = new ArrayList<>(this.retryAfter);
            reply.retryAfter.add(retryAfter);
        });
    }

    /**
     * Answer as soon as the head of the request is there, without its body, and say the
     * end of the connection. What still comes of the body is thrown away, so that the
     * client gets to read the answer; with a {@link Fault#reset(Moment) reset} at
     * {@link Moment#COMPLETE} it may not. The call is recorded without a body. A function
     * that makes replies is not asked before the body is there.
     * @return the changed reply
     */
    public Reply early() {
        return with((reply) -> reply.early = true);
    }

    /**
     * Send the body without length and chunks, so that the end of the connection is the
     * end of the body.
     * @return the changed reply
     */
    public Reply closeDelimited() {
        return with((reply) -> reply.closeDelimited = true);
    }

    /**
     * Wait before the response headers.
     * @param wait the time from the request to the response headers
     * @return the changed reply
     */
    public Reply headersAfter(Duration wait) {
        return with((reply) -> reply.headersAfter = notNegative(wait));
    }

    /**
     * Wait before the first token. Response headers and the events before any content are
     * sent at once. An answer that is not streamed has its headers after the time that
     * its tokens take together.
     * @param wait the time from the response headers to the first token
     * @return the changed reply
     */
    public Reply firstAfter(Duration wait) {
        return with((reply) -> reply.firstAfter = notNegative(wait));
    }

    /**
     * Wait between tokens.
     * @param gap the time between two tokens
     * @return the changed reply
     */
    public Reply gap(Duration gap) {
        return with((reply) -> reply.gap = notNegative(gap));
    }

    /**
     * Send signs of life while a stream waits for its next token or stalls:
     * {@code event: ping} (Anthropic), else a comment or an empty line.
     * @param interval the time between two signs
     * @return the changed reply
     */
    public Reply pingEvery(Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("The interval of pings must be positive but is " + interval);
        }
        return with((reply) -> reply.pingEvery = interval);
    }

    /**
     * Let something go wrong.
     * @param fault what goes wrong, and when
     * @return the changed reply
     */
    public Reply fault(Fault fault) {
        return with((reply) -> reply.fault = fault);
    }

    private Reply answer(Consumer<Reply> change) {
        requireKind(Kind.ANSWER);
        return with(change);
    }

    private Reply with(Consumer<Reply> change) {
        Reply copy = new Reply(this.kind, this);
        change.accept(copy);
        return copy;
    }

    private void requireKind(Kind expected) {
        if (this.kind != expected) {
            throw new IllegalStateException(
                    "A reply of kind %s has no such property, only one of kind %s has".formatted(this.kind, expected));
        }
    }

    private static Duration notNegative(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("A wait must not be negative but is " + duration);
        }
        return duration;
    }

    /**
     * Check what can only be judged when the reply is complete.
     * @return this reply
     */
    Reply validated() {
        Moment moment = (this.fault != null) ? this.fault.moment() : Moment.COMPLETE;
        if (moment.isCounted() && moment.tokens() > tokens()) {
            throw new IllegalArgumentException(
                    "The reply has %d tokens, so there is no moment %s".formatted(tokens(), moment));
        }
        if (moment == Moment.INSIDE_CHARACTER && !hasLongCharacter()) {
            throw new IllegalArgumentException(
                    "The reply has no character of several bytes, so there is no moment " + moment);
        }
        if (moment.isInHead() && this.kind == Kind.WIRE) {
            throw new IllegalArgumentException(
                    "The reply is bytes without a known head, so there is no moment " + moment);
        }
        return this;
    }

    private boolean hasLongCharacter() {
        Stream<String> texts = Stream
            .of(this.reasoning, this.text, this.toolCalls.stream().map(ToolCall::arguments).toList())
            .flatMap(List::stream);
        Stream<String> bodies = this.writes.stream().map((bytes) -> new String(bytes, StandardCharsets.ISO_8859_1));
        return Stream.concat(texts, bodies).anyMatch((text) -> text.chars().anyMatch((character) -> character > 0x7F));
    }

    /**
     * What a call that does not stream gets for a stream that ends with an error.
     * @param status the status that belongs to the error
     * @return the reply
     */
    Reply failed(int status) {
        Reply failed = new Reply(Kind.STATUS, this);
        failed.status = status;
        return failed;
    }

    int tokens() {
        return this.reasoning.size() + this.text.size() + this.toolCalls.size() + this.writes.size();
    }

    Kind kind() {
        return this.kind;
    }

    List<String> textTokens() {
        return this.text;
    }

    List<String> reasoningTokens() {
        return this.reasoning;
    }

    List<ToolCall> toolCalls() {
        return this.toolCalls;
    }

    @Nullable Usage usage() {
        return this.usage;
    }

    /**
     * The finish reason in the words of OpenAI chat completions, or {@code null} if none
     * is to be sent.
     * @return the finish reason
     */
    @Nullable String finishReason() {
        if (this.finishReason != null || !this.finishes) {
            return this.finishReason;
        }
        return this.toolCalls.isEmpty() ? "stop" : "tool_calls";
    }

    @Nullable String model() {
        return this.model;
    }

    @Nullable ErrorDetail error() {
        return this.error;
    }

    int status() {
        return this.status;
    }

    List<Map.Entry<String, String>> headers() {
        return this.headers;
    }

    List<RetryAfter> retryAfter() {
        return this.retryAfter;
    }

    boolean isEarly() {
        return this.early || (this.fault != null && this.fault.moment() == Moment.REQUEST_HEAD);
    }

    @Nullable String contentType() {
        return this.contentType;
    }

    List<byte[]> writes() {
        return this.writes;
    }

    boolean isCloseDelimited() {
        return this.closeDelimited;
    }

    Duration headersAfter() {
        return this.headersAfter;
    }

    Duration firstAfter() {
        return this.firstAfter;
    }

    Duration gap() {
        return this.gap;
    }

    @Nullable Duration pingEvery() {
        return this.pingEvery;
    }

    @Nullable Fault fault() {
        return this.fault;
    }

    @Override
    public String toString() {
        return "Reply[%s, status=%d, tokens=%d, fault=%s]".formatted(this.kind, this.status, tokens(), this.fault);
    }

    enum Kind {

        ANSWER, STATUS, RAW, WIRE

    }

    record ToolCall(String id, String name, String arguments) {

        /**
         * The arguments in the two parts in which a stream sends them.
         * @return the parts
         */
        List<String> fragments() {
            int middle = this.arguments.offsetByCodePoints(0,
                    this.arguments.codePointCount(0, this.arguments.length()) / 2);
            return List.of(this.arguments.substring(0, middle), this.arguments.substring(middle));
        }

    }

    record Usage(int inputTokens, int outputTokens) {
    }

    record ErrorDetail(String type, String message) {
    }

}
