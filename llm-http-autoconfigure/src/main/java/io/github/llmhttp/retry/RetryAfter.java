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

package io.github.llmhttp.retry;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Reads how long a response asks to wait: {@code retry-after-ms} and
 * {@code x-ms-retry-after-ms} in milliseconds, {@code Retry-After} in seconds, fractions
 * of them, or as an HTTP date of any of the three forms (RFC 9110, sections 10.2.3 and
 * 5.6.7).
 */
public final class RetryAfter {

    private static final Duration LONGEST = Duration.ofDays(365);

    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT);

    private static final DateTimeFormatter ASCTIME = new DateTimeFormatterBuilder().parseCaseInsensitive()
        .appendPattern("EEE MMM d HH:mm:ss uuuu")
        .toFormatter(Locale.ENGLISH)
        .withZone(ZoneOffset.UTC);

    private RetryAfter() {
    }

    /**
     * How long the response asks to wait.
     * @param headers headers of the response
     * @param now the time that a date is compared with
     * @return the wait, zero for one that is over and at most a year; {@code null} if
     * none is named or it cannot be read
     */
    public static @Nullable Duration of(HttpHeaders headers, Instant now) {
        Duration wait = millis(headers.getFirst("retry-after-ms"));
        if (wait == null) {
            wait = millis(headers.getFirst("x-ms-retry-after-ms"));
        }
        String value = headers.getFirst(HttpHeaders.RETRY_AFTER);
        if (wait == null && value != null) {
            wait = seconds(value.strip());
            if (wait == null) {
                wait = date(value.strip(), now);
            }
        }
        return wait;
    }

    private static @Nullable Duration millis(@Nullable String value) {
        Double millis = number(value);
        return (millis != null) ? ofSeconds(millis / 1000) : null;
    }

    private static @Nullable Duration seconds(String value) {
        Double seconds = number(value);
        return (seconds != null) ? ofSeconds(seconds) : null;
    }

    private static Duration ofSeconds(double seconds) {
        double bounded = Math.min(Math.max(seconds, 0), (double) LONGEST.toSeconds());
        return Duration.ofNanos(Math.round(bounded * 1_000_000_000));
    }

    private static @Nullable Double number(@Nullable String value) {
        if (value == null || !value.strip().matches("-?\\d{1,15}(\\.\\d{1,9})?")) {
            return null;
        }
        return Double.valueOf(value.strip());
    }

    private static @Nullable Duration date(String value, Instant now) {
        // A day below 10 has two blanks before it in the form of asctime
        String text = value.replaceAll(" +", " ");
        for (DateTimeFormatter form : List.of(IMF_FIXDATE, rfc850(now), ASCTIME)) {
            try {
                return bounded(Duration.between(now, ZonedDateTime.parse(text, form)));
            }
            catch (DateTimeParseException ex) {
                // The next form may fit
            }
        }
        return null;
    }

    /** A year of two digits is never more than 50 years ahead. */
    private static DateTimeFormatter rfc850(Instant now) {
        return new DateTimeFormatterBuilder().parseCaseInsensitive()
            .appendPattern("EEEE, d-MMM-")
            .appendValueReduced(ChronoField.YEAR, 2, 2, now.atZone(ZoneOffset.UTC).getYear() - 50)
            .appendPattern(" HH:mm:ss 'GMT'")
            .toFormatter(Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    }

    private static Duration bounded(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return (wait.compareTo(LONGEST) < 0) ? wait : LONGEST;
    }

}
