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

import java.util.Random;

/**
 * Makes up JSON documents with all that the grammar allows.
 */
final class RandomJson {

    private static final String[] NAMES = { "a", "content", "choices", "é", "a b", "", "\\u0061b", "\\n", "delta" };

    private static final String[] PIECES = { "a", "Hello", " ", "é", "€", "😀", "\\n", "\\\"", "\\\\", "\\/", "\\b",
            "\\f", "\\r", "\\t", "\\u00fc", "\\ud83d\\ude00", "\\u0000", "\u007f", "{", "]", ":", ",", "0123456789",
            "ß" };

    private static final String[] NUMBERS = { "0", "-0", "1", "-7", "1234567", "0.5", "-12.25", "1e3", "2E-2", "1.5e+2",
            "2147483647" };

    private static final String[] BLANKS = { "", "", "", " ", "\n", "\r\n", "\t", "  " };

    private final Random random;

    RandomJson(Random random) {
        this.random = random;
    }

    String object(int depth) {
        StringBuilder json = new StringBuilder("{").append(blank());
        int count = this.random.nextInt(6);
        for (int i = 0; i < count; i++) {
            json.append((i > 0) ? "," : "").append(blank());
            // The number keeps names apart: which of two equal ones counts is not at
            // stake
            json.append('"').append(pick(NAMES)).append(i).append('"').append(blank()).append(':').append(blank());
            json.append(value(depth + 1)).append(blank());
        }
        return json.append('}').toString();
    }

    private String array(int depth) {
        StringBuilder json = new StringBuilder("[").append(blank());
        int count = this.random.nextInt(4);
        for (int i = 0; i < count; i++) {
            json.append((i > 0) ? "," : "").append(blank()).append(value(depth + 1)).append(blank());
        }
        return json.append(']').toString();
    }

    private String value(int depth) {
        return switch (this.random.nextInt((depth < 5) ? 8 : 6)) {
            case 0 -> "null";
            case 1 -> this.random.nextBoolean() ? "true" : "false";
            case 2 -> pick(NUMBERS);
            case 6 -> object(depth);
            case 7 -> array(depth);
            default -> text();
        };
    }

    private String text() {
        StringBuilder json = new StringBuilder("\"");
        int count = this.random.nextInt(8);
        for (int i = 0; i < count; i++) {
            json.append(pick(PIECES));
        }
        return json.append('"').toString();
    }

    private String blank() {
        return pick(BLANKS);
    }

    private String pick(String[] choices) {
        return choices[this.random.nextInt(choices.length)];
    }

    /**
     * The name of the field at hand, which the cursor itself only compares.
     */
    static String fieldName(JsonCursor json) {
        for (int i = 0; i < 6; i++) {
            for (String name : NAMES) {
                String plain = name.replace("\\u0061", "a").replace("\\n", "\n") + i;
                if (json.isField(JsonCursor.name(plain))) {
                    return plain;
                }
            }
        }
        throw new AssertionError("a name that was not written");
    }

}
