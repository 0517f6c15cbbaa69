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

package io.github.llmhttp.monitoring;

import java.time.Duration;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallListener;
import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.CallReport;
import io.github.llmhttp.CallStage;
import io.github.llmhttp.Failure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes one line for each call that ends, of names and values: a warning if it failed,
 * else for debugging. Its logger has a name of its own, {@value #LOGGER}, so that it can
 * be switched by itself.
 */
public final class CallLog implements CallListener {

    /** The name of the logger. */
    public static final String LOGGER = "io.github.llmhttp.calls";

    /** What others say is cut after so many characters. */
    private static final int MAX_TEXT = 200;

    private final Log logger;

    /**
     * Create the log.
     */
    public CallLog() {
        this(LogFactory.getLog(LOGGER));
    }

    CallLog(Log logger) {
        this.logger = logger;
    }

    @Override
    public void callEnded(CallReport call) {
        if (call.outcome() == CallOutcome.ERROR) {
            if (this.logger.isWarnEnabled()) {
                this.logger.warn(line("call failed:", call));
            }
        }
        else if (this.logger.isDebugEnabled()) {
            this.logger.debug(line("call ended:", call));
        }
    }

    private static String line(String begin, CallReport call) {
        Line line = new Line(begin).add("outcome", call.outcome().id())
            .add("client", call.client())
            .add("operation", call.operation().id());
        Failure failure = call.failure();
        if (failure != null) {
            line.add("kind", failure.kind().name()).add("stage", failure.stage().id());
        }
        AttemptReport last = call.lastAttempt();
        line.add("endpoint", (last != null) ? last.endpoint() : (failure != null) ? failure.endpoint() : null)
            .add("elapsed", call.elapsed())
            .add("first-token", call.firstToken())
            .add("delivered", call.delivered())
            .add("attempts", call.attempts().size());
        if (call.fallbacks() > 0) {
            line.add("fallbacks", call.fallbacks());
        }
        if (last != null) {
            attempt(line, last);
        }
        if (failure != null) {
            failure(line, failure);
        }
        return line.toString();
    }

    private static void attempt(Line line, AttemptReport last) {
        if (!last.model().isEmpty()) {
            line.add("model", last.model());
        }
        line.add("request-id", last.requestId());
        if (last.status() > 0) {
            line.add("status", last.status());
        }
        if (last.connectionReused() != null) {
            line.add("connection", last.connectionReused() ? "reused" : "new");
        }
        last.stages().forEach((stage, time) -> {
            if (stage != CallStage.START) {
                line.add(stage.id(), time);
            }
        });
        line.add("token-gap", last.tokenGap()).add("received", last.bytesReceived());
        if (last.decision() != null) {
            line.add("retry", last.decision().id());
        }
    }

    private static void failure(Line line, Failure failure) {
        line.add("limit", failure.limit())
            .add("key", (failure.key() != null) ? Failure.property(failure.client(), failure.key()) : null)
            .add("retry-after", failure.retryAfter())
            .add("provider-type", failure.providerType())
            .add("provider-message", failure.providerMessage())
            .add("detail", failure.detail());
    }

    /**
     * Names and values in one line. Texts may come from anybody: what could end the line
     * or mislead its reader is escaped.
     */
    private static final class Line {

        private final StringBuilder text = new StringBuilder(256);

        Line(String begin) {
            this.text.append(begin);
        }

        Line add(String name, @Nullable Duration time) {
            return (time != null) ? add(name, time.toMillis() + "ms") : this;
        }

        Line add(String name, long number) {
            this.text.append(' ').append(name).append('=').append(number);
            return this;
        }

        Line add(String name, @Nullable String value) {
            if (value == null) {
                return this;
            }
            this.text.append(' ').append(name).append('=');
            boolean plain = !value.isEmpty() && value.chars().allMatch(Line::isPlain) && value.length() <= MAX_TEXT;
            if (plain) {
                this.text.append(value);
            }
            else {
                quote(value);
            }
            return this;
        }

        private static boolean isPlain(int c) {
            return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
        }

        private void quote(String value) {
            this.text.append('"');
            value.codePoints().limit(MAX_TEXT).forEach(this::character);
            if (value.codePointCount(0, value.length()) > MAX_TEXT) {
                this.text.append("...");
            }
            this.text.append('"');
        }

        private void character(int c) {
            if (c == '"' || c == '\\') {
                this.text.append('\\').append((char) c);
            }
            else if (isHarmless(c)) {
                this.text.appendCodePoint(c);
            }
            else {
                this.text.append(String.format("\\u{%x}", c));
            }
        }

        /** Controls end lines or move the cursor; format characters turn or hide text. */
        private static boolean isHarmless(int c) {
            return switch (Character.getType(c)) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED ->
                    false;
                default -> true;
            };
        }

        @Override
        public String toString() {
            return this.text.toString();
        }

    }

}
