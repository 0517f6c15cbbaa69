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
    public static final Moment ACCEPT = new Moment("ACCEPT", 0);

    /**
     * The request is read completely, no byte of the response is written.
     */
    public static final Moment REQUEST = new Moment("REQUEST", 0);

    /**
     * The response headers are written, no byte of the body.
     */
    public static final Moment HEADERS = new Moment("HEADERS", 0);

    /**
     * The response headers and the events that come before any content are written, for
     * example {@code message_start}, but no content.
     */
    public static final Moment FIRST_TOKEN = new Moment("FIRST_TOKEN", 0);

    /**
     * All tokens are written, but no finish reason.
     */
    public static final Moment LAST_TOKEN = new Moment("LAST_TOKEN", Integer.MAX_VALUE);

    /**
     * All content, the finish reason and the usage are written, but not the end marker
     * ({@code [DONE]}, {@code message_stop}, {@code response.completed}). Ollama has
     * finish reason and end marker in one line, so there it is the same as
     * {@link #LAST_TOKEN}.
     */
    public static final Moment BEFORE_END_MARKER = new Moment("BEFORE_END_MARKER", 0);

    /**
     * Everything is written including the end marker, but not the end of the HTTP body.
     */
    public static final Moment AFTER_END_MARKER = new Moment("AFTER_END_MARKER", 0);

    private final String name;

    private final int tokens;

    private Moment(String name, int tokens) {
        this.name = name;
        this.tokens = tokens;
    }

    /**
     * The moment after the given number of tokens. Pieces of text and of reasoning count
     * as one token each, and so does a tool call.
     * @param tokens the number of tokens that are written, at least 1
     * @return the moment
     */
    public static Moment afterTokens(int tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("tokens must be at least 1 but is " + tokens);
        }
        return new Moment("AFTER_TOKENS", tokens);
    }

    /**
     * Number of tokens that are written at this moment.
     * @return the number of tokens
     */
    int tokens() {
        return this.tokens;
    }

    boolean isCounted() {
        return this.name.equals("AFTER_TOKENS");
    }

    @Override
    public String toString() {
        return isCounted() ? this.name + "(" + this.tokens + ")" : this.name;
    }

}
