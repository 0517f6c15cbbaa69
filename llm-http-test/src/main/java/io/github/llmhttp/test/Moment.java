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

/**
 * A point on the way of a connection and its reply where a {@link Fault} can happen.
 * <p>
 * A fault takes the place of what would have come next, at the time at which that would
 * have come: with {@code Reply.text("a").firstAfter(Duration.ofSeconds(2))} a fault at
 * {@link #FIRST_TOKEN} happens two seconds after the response headers. What precedes the
 * moment is on the wire when the fault happens.
 * <p>
 * In an answer that is not streamed the tokens are equal parts of the body, and the end
 * marker is the last of these parts.
 */
public final class Moment {

    /**
     * The connection is accepted and nothing is read from it, with TLS not even a
     * handshake. Such a fault is used up by the next new connection, not by a call.
     */
    public static final Moment ACCEPT = new Moment("ACCEPT", Place.CONNECTION);

    /**
     * The head of the request is read, and nothing of its body. The call is recorded
     * without a body, so a condition of the script can only look at method, path and
     * headers.
     */
    public static final Moment REQUEST_HEAD = new Moment("REQUEST_HEAD", Place.REQUEST);

    /**
     * The request is read completely, no byte of the response is written.
     */
    public static final Moment REQUEST = new Moment("REQUEST", Place.REQUEST);

    /**
     * The status line is written up to the first digit of the status.
     */
    public static final Moment INSIDE_STATUS_LINE = new Moment("INSIDE_STATUS_LINE", Place.HEAD);

    /**
     * The status line and half of the response headers are written.
     */
    public static final Moment INSIDE_HEADERS = new Moment("INSIDE_HEADERS", Place.HEAD);

    /**
     * The response headers are written, no byte of the body.
     */
    public static final Moment HEADERS = new Moment("HEADERS", Place.BODY);

    /**
     * The response headers and the events that come before any content are written, for
     * example {@code message_start}, but no content.
     */
    public static final Moment FIRST_TOKEN = new Moment("FIRST_TOKEN", Place.BODY);

    /**
     * Within the first character of the body that takes more than one byte in UTF-8: its
     * first byte is written.
     */
    public static final Moment INSIDE_CHARACTER = new Moment("INSIDE_CHARACTER", Place.BODY);

    /**
     * All tokens are written, but no finish reason.
     */
    public static final Moment LAST_TOKEN = new Moment("LAST_TOKEN", Place.BODY, Integer.MAX_VALUE, Cut.WHOLE);

    /**
     * All content, the finish reason and the usage are written, but not the end marker
     * ({@code [DONE]}, {@code message_stop}, {@code response.completed}). Ollama has
     * finish reason and end marker in one line, so there it is the same as
     * {@link #LAST_TOKEN}.
     */
    public static final Moment BEFORE_END_MARKER = new Moment("BEFORE_END_MARKER", Place.BODY);

    /**
     * Half of the event with the end marker is written.
     */
    public static final Moment INSIDE_END_MARKER = new Moment("INSIDE_END_MARKER", Place.BODY, 0, Cut.HALF);

    /**
     * Everything is written including the end marker, but not the end of the HTTP body.
     */
    public static final Moment AFTER_END_MARKER = new Moment("AFTER_END_MARKER", Place.BODY);

    /**
     * The response is complete. The call counts as complete, whatever happens to its
     * connection.
     */
    public static final Moment COMPLETE = new Moment("COMPLETE", Place.END);

    private final String name;

    private final Place place;

    private final int tokens;

    private final Cut cut;

    private Moment(String name, Place place) {
        this(name, place, 0, Cut.WHOLE);
    }

    private Moment(String name, Place place, int tokens, Cut cut) {
        this.name = name;
        this.place = place;
        this.tokens = tokens;
        this.cut = cut;
    }

    /**
     * The moment after the given number of tokens. Pieces of text and of reasoning count
     * as one token each, and so does a tool call.
     * @param tokens the number of tokens that are written, at least 1
     * @return the moment
     */
    public static Moment afterTokens(int tokens) {
        return counted("AFTER_TOKENS", tokens, Cut.WHOLE);
    }

    /**
     * The moment within a token: half of the bytes of its event are written.
     * @param token the number of the token, from 1
     * @return the moment
     */
    public static Moment insideToken(int token) {
        return counted("INSIDE_TOKEN", token, Cut.HALF);
    }

    /**
     * The moment at which a token is written but for the last byte, with which the blank
     * line or the line that ends its event would be complete.
     * @param token the number of the token, from 1
     * @return the moment
     */
    public static Moment unterminatedToken(int token) {
        return counted("UNTERMINATED_TOKEN", token, Cut.LAST_BYTE);
    }

    private static Moment counted(String name, int tokens, Cut cut) {
        if (tokens < 1) {
            throw new IllegalArgumentException("tokens must be at least 1 but is " + tokens);
        }
        return new Moment("%s(%d)".formatted(name, tokens), Place.BODY, tokens, cut);
    }

    /**
     * Number of tokens that have begun at this moment.
     * @return the number of tokens
     */
    int tokens() {
        return this.tokens;
    }

    boolean isCounted() {
        return this.tokens > 0 && this != LAST_TOKEN;
    }

    /**
     * How much of the last piece is written.
     * @return the cut
     */
    Cut cut() {
        return this.cut;
    }

    boolean isInHead() {
        return this.place == Place.HEAD;
    }

    boolean isInBody() {
        return this.place == Place.BODY;
    }

    @Override
    public String toString() {
        return this.name;
    }

    private enum Place {

        CONNECTION, REQUEST, HEAD, BODY, END

    }

    enum Cut {

        WHOLE, HALF, LAST_BYTE;

        int offset(int length) {
            return switch (this) {
                case WHOLE -> 0;
                case HALF -> length / 2;
                case LAST_BYTE -> Math.max(0, length - 1);
            };
        }

    }

}
