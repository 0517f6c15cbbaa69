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

package io.github.llmhttp.test.assertj;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

import io.github.llmhttp.test.RecordedCall;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Assertions about a {@link RecordedCall}. Because the messages of failures end up in
 * logs, they show no key, no prompt and no other text of a body.
 */
public final class RecordedCallAssert extends AbstractAssert<RecordedCallAssert, RecordedCall> {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    RecordedCallAssert(RecordedCall actual) {
        super(actual, RecordedCallAssert.class);
    }

    /**
     * Assert the method.
     * @param method the method, in upper case
     * @return these assertions
     */
    public RecordedCallAssert hasMethod(String method) {
        isNotNull();
        return check("method", method, this.actual.method());
    }

    /**
     * Assert the path.
     * @param path the path without query
     * @return these assertions
     */
    public RecordedCallAssert hasPath(String path) {
        isNotNull();
        return check("path", path, this.actual.path());
    }

    /**
     * Assert that there is a header.
     * @param name the name of the header
     * @return these assertions
     */
    public RecordedCallAssert hasHeader(String name) {
        isNotNull();
        return check("header '%s'".formatted(name), true, this.actual.header(name) != null);
    }

    /**
     * Assert the value of a header. If it looks like one with a key, the message of a
     * failure shows only lengths.
     * @param name the name of the header
     * @param value its first value
     * @return these assertions
     */
    public RecordedCallAssert hasHeader(String name, String value) {
        isNotNull();
        String found = this.actual.header(name);
        if (!value.equals(found)) {
            failed("header '%s'".formatted(name), isSecret(name) ? masked(value) : quoted(value),
                    (found == null) ? "missing" : isSecret(name) ? masked(found) : quoted(found));
        }
        return this;
    }

    /**
     * Assert that there is no such header.
     * @param name the name of the header
     * @return these assertions
     */
    public RecordedCallAssert doesNotHaveHeader(String name) {
        isNotNull();
        return check("header '%s'".formatted(name), false, this.actual.header(name) != null);
    }

    /**
     * Assert the model that is asked for.
     * @param model the name of the model
     * @return these assertions
     */
    public RecordedCallAssert hasModel(String model) {
        isNotNull();
        return check("model", model, this.actual.model());
    }

    /**
     * Assert the last message of the user.
     * @param prompt the whole message
     * @return these assertions
     */
    public RecordedCallAssert hasPrompt(String prompt) {
        isNotNull();
        if (!prompt.equals(this.actual.prompt())) {
            failed("prompt", masked(prompt), masked(this.actual.prompt()));
        }
        return this;
    }

    /**
     * Assert a field of the body.
     * @param pointer where the field is, as JSON pointer, for example
     * {@code /messages/0/role}
     * @param value its value: a text, a number, a boolean, or what becomes a JSON object
     * or array
     * @return these assertions
     */
    public RecordedCallAssert hasJson(String pointer, Object value) {
        isNotNull();
        JsonNode expected = MAPPER.valueToTree(value);
        JsonNode found = this.actual.json().at(pointer);
        if (!isSame(expected, found)) {
            failed("JSON at '%s'".formatted(pointer), shown(pointer, expected), shown(pointer, found));
        }
        return this;
    }

    /**
     * Assert that the body has no such field.
     * @param pointer where the field is not, as JSON pointer
     * @return these assertions
     */
    public RecordedCallAssert doesNotHaveJson(String pointer) {
        isNotNull();
        JsonNode found = this.actual.json().at(pointer);
        if (!found.isMissingNode()) {
            failed("JSON at '%s'".formatted(pointer), "missing", shown(pointer, found));
        }
        return this;
    }

    /**
     * Assert that a stream is asked for.
     * @return these assertions
     */
    public RecordedCallAssert isStreaming() {
        isNotNull();
        return check("streaming", true, this.actual.isStreaming());
    }

    /**
     * Assert that a whole answer is asked for.
     * @return these assertions
     */
    public RecordedCallAssert isNotStreaming() {
        isNotNull();
        return check("streaming", false, this.actual.isStreaming());
    }

    /**
     * Assert that the reply was written to its end.
     * @return these assertions
     */
    public RecordedCallAssert isComplete() {
        isNotNull();
        return check("complete", true, this.actual.isComplete());
    }

    /**
     * Assert that the client left before the reply had ended.
     * @return these assertions
     */
    public RecordedCallAssert isCancelled() {
        isNotNull();
        return check("cancelled", true, this.actual.isCancelled());
    }

    /**
     * Assert how many tokens of the reply were written.
     * @param tokens the exact number
     * @return these assertions
     */
    public RecordedCallAssert hasTokensWritten(int tokens) {
        isNotNull();
        return check("tokens written", tokens, this.actual.tokensWritten());
    }

    /**
     * Assert that two calls came on one connection.
     * @param other the other call
     * @return these assertions
     */
    public RecordedCallAssert cameOnTheConnectionOf(RecordedCall other) {
        isNotNull();
        return check("connection", other.connectionId(), this.actual.connectionId());
    }

    /**
     * Assert that the call did not come too early, as after a {@code Retry-After}.
     * @param pause the shortest time between the arrivals of both calls
     * @param earlier the call that came first
     * @return these assertions
     */
    public RecordedCallAssert cameAtLeast(Duration pause, RecordedCall earlier) {
        isNotNull();
        Duration between = this.actual.after(earlier);
        if (between.compareTo(pause) < 0) {
            failed("pause after call %d".formatted(earlier.number()), "at least " + pause, between.toString());
        }
        return this;
    }

    private RecordedCallAssert check(String what, Object expected, Object found) {
        if (!Objects.equals(expected, found)) {
            failed(what, quoted(expected), quoted(found));
        }
        return this;
    }

    private void failed(String what, String expected, String found) {
        failWithMessage("Expected %s: %s\nbut found: %s\nin %s", what, expected, found, this.actual);
    }

    private static boolean isSame(JsonNode expected, JsonNode found) {
        if (expected.isNumber() && found.isNumber()) {
            return expected.decimalValue().compareTo(found.decimalValue()) == 0;
        }
        return expected.equals(found);
    }

    private static String shown(String pointer, JsonNode node) {
        if (node.isString() && !pointer.equals("/model")) {
            return masked(node.stringValue());
        }
        if (node.isContainer()) {
            return "%s of %d".formatted(node.isArray() ? "array" : "object", node.size());
        }
        return node.isMissingNode() ? "missing" : node.toString();
    }

    private static boolean isSecret(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return Stream.of("auth", "key", "token", "secret", "cookie").anyMatch(name::contains);
    }

    private static String masked(String text) {
        return "a text of %d characters".formatted(text.length());
    }

    private static String quoted(@Nullable Object value) {
        return (value instanceof String) ? "'%s'".formatted(value) : String.valueOf(value);
    }

}
