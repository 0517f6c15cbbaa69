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

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a foreign text fit for a message and a log: one line, no control characters, cut.
 */
final class OneLine {

    private static final Pattern TERMINAL_CODES = Pattern
        .compile("\\x1B\\][^\\x07\\x1B]*\\x07?|[\\x1B\\x9B]\\[?[0-?]*[ -/]*[@-~]");

    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\s]+");

    private static final Pattern TITLE = Pattern.compile("<title[^>]*>(.*?)</title",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern UNSEEN = Pattern.compile("<(script|style)\\b.*?</\\1[^>]*>|<!--.*?-->",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern TAGS = Pattern.compile("<[^<>]*>");

    /** The patterns above take up to the square of it. */
    private static final int MAX_HTML = 8 * 1024;

    private OneLine() {
    }

    static String of(String text, int maxLength) {
        // A margin for what is taken out, so that a large text is not worked through
        String start = cut(text, 8 * maxLength);
        String line = CONTROLS.matcher(TERMINAL_CODES.matcher(start).replaceAll("")).replaceAll(" ").strip();
        return cut(line, maxLength);
    }

    /**
     * The title of an HTML page, or else its text.
     */
    static String ofHtml(String html, int maxLength) {
        String start = cut(html, MAX_HTML);
        Matcher title = TITLE.matcher(start);
        if (title.find() && !title.group(1).isBlank()) {
            return of(title.group(1), maxLength);
        }
        return of(TAGS.matcher(UNSEEN.matcher(start).replaceAll(" ")).replaceAll(" "), maxLength);
    }

    private static String cut(String text, int maxLength) {
        if (text.length() <= maxLength) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
        return text.substring(0, end);
    }

}
