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

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * One string within JSON text. It is found first, and becomes a {@code String} only if
 * its value is wanted. One object serves many strings, one after another.
 */
final class JsonText {

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;

    private static final long HIGHS = 0x8080808080808080L;

    private static final int MAX_KEPT_CHARS = 4096;

    private static final byte[] NONE = {};

    private byte[] bytes = NONE;

    private int from;

    private int to;

    private boolean ascii;

    private boolean escaped;

    private @Nullable String problem;

    private char[] chars = {};

    /**
     * Find the end of a string.
     * @param from the byte after the opening quote
     * @param end the end of the text that the string is a part of
     * @return the byte after the closing quote, or the place of a problem
     */
    int scan(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.from = from;
        this.ascii = true;
        this.escaped = false;
        this.problem = null;
        int position = from;
        while (true) {
            position = special(bytes, position, end);
            if (position == end) {
                this.problem = "'\"'";
                return position;
            }
            byte value = bytes[position];
            if (value == '"') {
                this.to = position;
                return position + 1;
            }
            if (value == '\\') {
                this.escaped = true;
                position = skipEscape(position + 1, end);
            }
            else if (value < 0) {
                this.ascii = false;
                position = skipForeign(bytes, position, end);
            }
            else {
                this.problem = "no control character";
            }
            if (this.problem != null) {
                return position;
            }
        }
    }

    private int skipEscape(int position, int end) {
        if (position == end || "\"\\/bfnrtu".indexOf(this.bytes[position]) < 0) {
            this.problem = "an escape";
            return position;
        }
        if (this.bytes[position] != 'u') {
            return position + 1;
        }
        for (int i = position + 1; i <= position + 4; i++) {
            if (i == end || Character.digit(this.bytes[i], 16) < 0) {
                this.problem = "four hexadecimal digits";
                return i;
            }
        }
        return position + 5;
    }

    private static int skipForeign(byte[] bytes, int from, int to) {
        int index = from;
        while (index < to && bytes[index] < 0) {
            index++;
        }
        return index;
    }

    /**
     * Find the first byte that is a quote, a backslash, a control character or not ASCII,
     * eight bytes at a time.
     */
    private static int special(byte[] bytes, int from, int to) {
        int index = from;
        for (; index <= to - Long.BYTES; index += Long.BYTES) {
            long word = (long) WORD.get(bytes, index);
            long quote = word ^ (ONES * '"');
            long backslash = word ^ (ONES * '\\');
            // Only the lowest bit that is set is sure to be no carry, and only it is used
            long found = (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((word - ONES * ' ') & ~word)
                    | word) & HIGHS;
            if (found != 0) {
                return index + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (index < to && bytes[index] >= ' ' && bytes[index] != '"' && bytes[index] != '\\') {
            index++;
        }
        return index;
    }

    /**
     * What was expected where {@link #scan} stopped.
     * @return what, or {@code null} if the string is sound
     */
    @Nullable String problem() {
        return this.problem;
    }

    int from() {
        return this.from;
    }

    int to() {
        return this.to;
    }

    boolean isEmpty() {
        return this.from == this.to;
    }

    boolean isEscaped() {
        return this.escaped;
    }

    /**
     * Whether the string is the given one; false if it is written with escapes.
     */
    boolean is(byte[] text) {
        return this.to - this.from == text.length
                && Arrays.equals(this.bytes, this.from, this.to, text, 0, text.length);
    }

    void clear() {
        this.bytes = NONE;
        this.from = 0;
        this.to = 0;
        this.escaped = false;
    }

    String value() {
        if (isEmpty()) {
            return "";
        }
        if (this.escaped) {
            return decoded();
        }
        // The copy of the bytes is the whole work for the one charset
        return new String(this.bytes, this.from, this.to - this.from,
                this.ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    private String decoded() {
        char[] target = chars(this.to - this.from);
        int length = 0;
        int index = this.from;
        while (index < this.to) {
            byte value = this.bytes[index];
            if (value == '\\') {
                target[length++] = escape(this.bytes, index + 1);
                index += (this.bytes[index + 1] == 'u') ? 6 : 2;
            }
            else if (value >= 0) {
                target[length++] = (char) value;
                index++;
            }
            else {
                int end = skipForeign(this.bytes, index, this.to);
                length = foreign(index, end, target, length);
                index = end;
            }
        }
        return new String(target, 0, length);
    }

    /**
     * Decode bytes that are not ASCII. Characters of two and three bytes, which are
     * nearly all, are decoded here; at any other sequence, sound or not, the rest is the
     * JDK's.
     */
    private int foreign(int from, int end, char[] target, int offset) {
        int length = offset;
        int index = from;
        while (index < end) {
            int first = this.bytes[index];
            if ((first >> 5) == -2 && (first & 0x1e) != 0 && isContinued(index, 1, end)) {
                target[length++] = (char) ((first & 0x1f) << 6 | this.bytes[index + 1] & 0x3f);
                index += 2;
            }
            else if ((first >> 4) == -2 && isContinued(index, 2, end)) {
                char character = (char) ((first & 0x0f) << 12 | (this.bytes[index + 1] & 0x3f) << 6
                        | this.bytes[index + 2] & 0x3f);
                if (character < 0x800 || Character.isSurrogate(character)) {
                    break;
                }
                target[length++] = character;
                index += 3;
            }
            else {
                break;
            }
        }
        if (index < end) {
            String rest = new String(this.bytes, index, end - index, StandardCharsets.UTF_8);
            rest.getChars(0, rest.length(), target, length);
            length += rest.length();
        }
        return length;
    }

    private boolean isContinued(int index, int bytes, int end) {
        for (int i = index + 1; i <= index + bytes; i++) {
            if (i >= end || (this.bytes[i] & 0xc0) != 0x80) {
                return false;
            }
        }
        return true;
    }

    // One character a byte is enough: no byte and no escape yields more than it is long
    private char[] chars(int capacity) {
        if (capacity > MAX_KEPT_CHARS) {
            return new char[capacity];
        }
        if (this.chars.length < capacity) {
            this.chars = new char[Math.max(64, capacity)];
        }
        return this.chars;
    }

    private static char escape(byte[] bytes, int index) {
        return switch (bytes[index]) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> (char) (Character.digit(bytes[index + 1], 16) << 12 | Character.digit(bytes[index + 2], 16) << 8
                    | Character.digit(bytes[index + 3], 16) << 4 | Character.digit(bytes[index + 4], 16));
            default -> (char) bytes[index];
        };
    }

}
