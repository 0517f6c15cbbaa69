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

package io.github.llmhttp.websocket;

/**
 * Codes of RFC 6455, section 7.4, and of the registry that it opens.
 */
public final class CloseCode {

    /** Everything was said. */
    public static final int NORMAL = 1000;

    /** Whoever closes goes away, such as a server that restarts. */
    public static final int GOING_AWAY = 1001;

    /** The peer broke the protocol. */
    public static final int PROTOCOL_ERROR = 1002;

    /** No code was sent; never on the wire. */
    public static final int NONE = 1005;

    /** The connection was cut without a close frame; never on the wire. */
    public static final int ABNORMAL = 1006;

    /** A text is not UTF-8. */
    public static final int NOT_UTF8 = 1007;

    /** A message is too big. */
    public static final int TOO_BIG = 1009;

    private static final int FIRST_OF_APPLICATIONS = 3000;

    private static final int LAST = 4999;

    /** Longest reason in bytes: a control frame holds 125, two of them the code. */
    public static final int MAX_REASON = 123;

    private CloseCode() {
    }

    /**
     * Whether an application may send a code.
     * @param code the code
     * @return whether it is {@link #NORMAL}, {@link #GOING_AWAY}, or one of 3000 to 4999
     */
    public static boolean isSendable(int code) {
        return code == NORMAL || code == GOING_AWAY || (code >= FIRST_OF_APPLICATIONS && code <= LAST);
    }

    /**
     * Whether whoever sent a code stopped by its own will and took nothing more: what it
     * had not begun by then, it did not do.
     * @param code the code
     * @return whether an unanswered message may be sent again
     */
    public static boolean isOrderly(int code) {
        return switch (code) {
            case NORMAL, GOING_AWAY, 1012, 1013 -> true;
            default -> false;
        };
    }

    /**
     * A code in words.
     * @param code the code
     * @return code and meaning
     */
    public static String describe(int code) {
        return switch (code) {
            case NONE -> "without a code";
            case ABNORMAL -> "without a close frame";
            default -> "with code " + code + meaning(code);
        };
    }

    private static String meaning(int code) {
        return switch (code) {
            case NORMAL -> " (normal)";
            case GOING_AWAY -> " (going away)";
            case PROTOCOL_ERROR -> " (protocol error)";
            case 1003 -> " (unsupported data)";
            case NOT_UTF8 -> " (invalid text)";
            case 1008 -> " (policy violation)";
            case TOO_BIG -> " (message too big)";
            case 1010 -> " (missing extension)";
            case 1011 -> " (internal error)";
            case 1012 -> " (restart)";
            case 1013 -> " (try again later)";
            case 1014 -> " (bad gateway)";
            default -> "";
        };
    }

}
