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

package io.github.llmhttp.provider;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Walks through JSON text without making objects of it. The caller enters the objects and
 * arrays that it wants, and skips the rest, which is checked all the same. One cursor
 * serves many texts, one after another.
 */
final class JsonCursor {

    private static final int MAX_DEPTH = 256;

    private static final byte[] NONE = {};

    private byte[] bytes = NONE;

    private int start;

    private int end;

    private int position;

    private int depth;

    private boolean fresh;

    private byte[] name = NONE;

    private int nameFrom;

    private int nameTo;

    private final JsonText text = new JsonText();

    private int valueFrom;

    private int valueTo;

    /**
     * The form in which {@link #isField} and {@link #textIs} want a name.
     */
    static byte[] name(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Begin with a text that must be an object.
     */
    void open(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.start = offset;
        this.end = offset + length;
        this.position = offset;
        this.depth = 0;
        if (!enterObject()) {
            throw malformed("an object");
        }
    }

    /**
     * Leave the text, after which nothing must follow.
     */
    void close() {
        skipBlanks();
        if (this.position < this.end || this.depth != 0) {
            throw malformed("the end");
        }
    }

    /**
     * Forget the text, which may be large, until the next one comes.
     */
    void release() {
        this.bytes = NONE;
        this.name = NONE;
        this.text.clear();
    }

    /**
     * Enter the object at hand; any other value is skipped.
     * @return whether it is an object, whose fields follow
     */
    boolean enterObject() {
        return enter('{');
    }

    /**
     * Enter the array at hand; any other value is skipped.
     * @return whether it is an array, whose elements follow
     */
    boolean enterArray() {
        return enter('[');
    }

    private boolean enter(char bracket) {
        if (peek() != bracket) {
            skip();
            return false;
        }
        if (++this.depth > MAX_DEPTH) {
            throw malformed("at most " + MAX_DEPTH + " levels");
        }
        this.position++;
        this.fresh = true;
        return true;
    }

    /**
     * Go to the value of the next field.
     * @return whether there is one; if not, the object is left
     */
    boolean nextField() {
        if (leave('}')) {
            return false;
        }
        separate();
        if (peek() != '"') {
            throw malformed("a field name");
        }
        readText();
        if (this.text.isEscaped()) {
            this.name = this.text.value().getBytes(StandardCharsets.UTF_8);
            this.nameFrom = 0;
            this.nameTo = this.name.length;
        }
        else {
            this.name = this.bytes;
            this.nameFrom = this.text.from();
            this.nameTo = this.text.to();
        }
        if (peek() != ':') {
            throw malformed("':'");
        }
        this.position++;
        return true;
    }

    /**
     * Go to the next element.
     * @return whether there is one; if not, the array is left
     */
    boolean nextElement() {
        if (leave(']')) {
            return false;
        }
        separate();
        return true;
    }

    private boolean leave(char bracket) {
        if (peek() != bracket) {
            return false;
        }
        this.position++;
        this.depth--;
        this.fresh = false;
        return true;
    }

    private void separate() {
        if (!this.fresh) {
            if (peek() != ',') {
                throw malformed("',' or a closing bracket");
            }
            this.position++;
        }
        this.fresh = false;
    }

    /**
     * Whether the current field has the given name.
     */
    boolean isField(byte[] name) {
        return this.nameTo - this.nameFrom == name.length
                && Arrays.equals(this.name, this.nameFrom, this.nameTo, name, 0, name.length);
    }

    /**
     * Where the value at hand begins, for {@link #moveTo}.
     */
    int mark() {
        return this.position;
    }

    /**
     * Return to a value of this text that was skipped or read before, or go behind one.
     */
    void moveTo(int mark) {
        this.position = mark;
        this.fresh = false;
    }

    /**
     * Whether the value at hand is something else than {@code null}; it stays at hand.
     */
    boolean isPresent() {
        return peek() != 'n';
    }

    /**
     * Read the value at hand.
     * @return the string, or {@code null} if it is none
     */
    @Nullable String text() {
        if (!matchText()) {
            return null;
        }
        this.valueFrom = this.text.from();
        this.valueTo = this.text.to();
        return this.text.value();
    }

    /**
     * Where the string begins that {@link #text} returned last.
     */
    int textFrom() {
        return this.valueFrom;
    }

    /**
     * Where that string ends.
     */
    int textTo() {
        return this.valueTo;
    }

    /**
     * Read the value at hand.
     * @return the string, or an empty one if it is none
     */
    String textOrEmpty() {
        return matchText() ? this.text.value() : "";
    }

    /**
     * Read the value at hand without keeping it.
     * @return whether it is a string that is not empty
     */
    boolean hasText() {
        return matchText() && !this.text.isEmpty();
    }

    /**
     * Read the value at hand, for {@link #textIs}.
     * @return whether it is a string
     */
    boolean matchText() {
        if (peek() == '"') {
            readText();
            return true;
        }
        skip();
        this.text.clear();
        return false;
    }

    /**
     * Whether the string read last is the given one; false if it is written with escapes.
     */
    boolean textIs(byte[] text) {
        return this.text.is(text);
    }

    /**
     * Read the value at hand.
     * @return the number without its fraction, or the given one if it is none
     */
    long number(long otherwise) {
        char first = peek();
        int from = this.position;
        skip();
        if (first != '-' && (first < '0' || first > '9')) {
            return otherwise;
        }
        long value = 0;
        for (int i = from; i < this.position; i++) {
            int digit = this.bytes[i] - '0';
            if (digit < 0 || digit > 9 || i - from > 17) {
                return (long) Double
                    .parseDouble(new String(this.bytes, from, this.position - from, StandardCharsets.ISO_8859_1));
            }
            value = 10 * value + digit;
        }
        return value;
    }

    /**
     * Read the value at hand.
     * @return whether it is {@code true}
     */
    boolean isTrue() {
        boolean yes = (peek() == 't');
        skip();
        return yes;
    }

    /**
     * Read the value at hand.
     * @return its JSON text
     */
    String json() {
        peek();
        int from = this.position;
        skip();
        return new String(this.bytes, from, this.position - from, StandardCharsets.UTF_8);
    }

    /**
     * Read the value at hand.
     * @return the string, the JSON text of any other value, or {@code null} for
     * {@code null}
     */
    @Nullable String textOrJson() {
        if (peek() == '"') {
            return text();
        }
        return isPresent() ? json() : text();
    }

    /**
     * Pass the value at hand.
     */
    void skip() {
        switch (peek()) {
            case '"' -> readText();
            case '{' -> skipObject();
            case '[' -> skipArray();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> skipNumber();
        }
    }

    private void skipObject() {
        enterObject();
        while (nextField()) {
            skip();
        }
    }

    private void skipArray() {
        enterArray();
        while (nextElement()) {
            skip();
        }
    }

    private void literal(String literal) {
        for (int i = 0; i < literal.length(); i++, this.position++) {
            if (this.position == this.end || this.bytes[this.position] != literal.charAt(i)) {
                throw malformed("a value");
            }
        }
    }

    private void skipNumber() {
        if (at('-')) {
            this.position++;
        }
        if (at('0')) {
            this.position++;
        }
        else {
            digits();
        }
        if (at('.')) {
            this.position++;
            digits();
        }
        if (at('e') || at('E')) {
            this.position++;
            if (at('+') || at('-')) {
                this.position++;
            }
            digits();
        }
    }

    private void digits() {
        int from = this.position;
        while (this.position < this.end && this.bytes[this.position] >= '0' && this.bytes[this.position] <= '9') {
            this.position++;
        }
        if (this.position == from) {
            throw malformed("a value");
        }
    }

    private boolean at(char value) {
        return this.position < this.end && this.bytes[this.position] == value;
    }

    // 0, which is no JSON, at the end
    private char peek() {
        skipBlanks();
        return (this.position < this.end) ? (char) (this.bytes[this.position] & 0xFF) : 0;
    }

    private void skipBlanks() {
        while (this.position < this.end && this.bytes[this.position] <= ' ' && isBlank(this.bytes[this.position])) {
            this.position++;
        }
    }

    private static boolean isBlank(byte value) {
        return value == ' ' || value == '\n' || value == '\r' || value == '\t';
    }

    private void readText() {
        this.position = this.text.scan(this.bytes, this.position + 1, this.end);
        if (this.text.problem() != null) {
            throw malformed(this.text.problem());
        }
    }

    private MalformedPayloadException malformed(String expected) {
        return new MalformedPayloadException("The payload is not the JSON that it should be: expected " + expected
                + " at byte " + (this.position - this.start) + " of " + (this.end - this.start));
    }

}
