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

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A header with which a server tells when to come again, in one of the many forms that
 * are in use. The lists are made for parameterized tests:
 *
 * <pre class="code">
 * static List&lt;RetryAfter&gt; forms() {
 *     return RetryAfter.everyForm(Duration.ofSeconds(2));
 * }
 * </pre>
 */
public final class RetryAfter {

    private static final String HEADER = "Retry-After";

    private static final Duration DECADES = Duration.ofDays(20_000);

    private final String header;

    private final Function<Instant, String> value;

    private RetryAfter(String header, Function<Instant, String> value) {
        this.header = header;
        this.value = value;
    }

    /**
     * {@code Retry-After: 2}, the seconds of RFC 9110.
     * @param seconds the seconds; negative ones go out as they are
     * @return the header
     */
    public static RetryAfter seconds(long seconds) {
        return of(HEADER, Long.toString(seconds));
    }

    /**
     * {@code Retry-After: 0.25}, seconds with a fraction, which no RFC knows.
     * @param wait the time to wait
     * @return the header
     */
    public static RetryAfter fraction(Duration wait) {
        BigDecimal seconds = BigDecimal.valueOf(wait.toMillis(), 3);
        return of(HEADER, (seconds.stripTrailingZeros().scale() > 0) ? seconds.stripTrailingZeros().toPlainString()
                : seconds.setScale(1).toPlainString());
    }

    /**
     * {@code Retry-After: Sun, 06 Nov 1994 08:49:37 GMT}, the date that RFC 9110 prefers.
     * @param wait the time to wait, rounded up to a full second; negative for the past
     * @return the header
     */
    public static RetryAfter date(Duration wait) {
        return date(wait, "EEE, dd MMM yyyy HH:mm:ss 'GMT'");
    }

    /**
     * {@code Retry-After: Sunday, 06-Nov-94 08:49:37 GMT}, the date of RFC 850, which is
     * obsolete and still to be read.
     * @param wait the time to wait, rounded up to a full second; negative for the past
     * @return the header
     */
    public static RetryAfter rfc850Date(Duration wait) {
        return date(wait, "EEEE, dd-MMM-yy HH:mm:ss 'GMT'");
    }

    /**
     * {@code Retry-After: Sun Nov  6 08:49:37 1994}, the date of C's {@code asctime},
     * which is obsolete and still to be read.
     * @param wait the time to wait, rounded up to a full second; negative for the past
     * @return the header
     */
    public static RetryAfter asctimeDate(Duration wait) {
        return date(wait, "EEE MMM ppd HH:mm:ss yyyy");
    }

    /**
     * {@code retry-after-ms: 250}, as OpenAI sends it.
     * @param wait the time to wait
     * @return the header
     */
    public static RetryAfter millis(Duration wait) {
        return of("retry-after-ms", Long.toString(wait.toMillis()));
    }

    /**
     * {@code x-ms-retry-after-ms: 250}, as Azure sends it.
     * @param wait the time to wait
     * @return the header
     */
    public static RetryAfter azureMillis(Duration wait) {
        return of("x-ms-retry-after-ms", Long.toString(wait.toMillis()));
    }

    /**
     * {@code x-should-retry: true}, as OpenAI and Anthropic send it: whether to come
     * again at all.
     * @param retry whether a retry makes sense
     * @return the header
     */
    public static RetryAfter shouldRetry(boolean retry) {
        return of("x-should-retry", Boolean.toString(retry));
    }

    /**
     * {@code Retry-After} with any value.
     * @param value the value
     * @return the header
     */
    public static RetryAfter literally(String value) {
        return of(HEADER, value);
    }

    /**
     * Every form that tells a wait.
     * @param wait the time to wait, full seconds
     * @return the headers
     */
    public static List<RetryAfter> everyForm(Duration wait) {
        if (wait.getNano() != 0) {
            throw new IllegalArgumentException("Not every form can tell a wait of " + wait + "; use full seconds");
        }
        return List.of(seconds(wait.toSeconds()), fraction(wait), date(wait), rfc850Date(wait), asctimeDate(wait),
                millis(wait), azureMillis(wait));
    }

    /**
     * Values that tell nothing, which a client should treat as if there were none.
     * @return the headers
     */
    public static List<RetryAfter> junk() {
        return Stream
            .of("", "soon", "2 seconds", "1e9", "NaN", "0x10", "Thu, 99 Foo 2026 00:00:00 GMT", "2026-01-01T00:00:00Z")
            .map(RetryAfter::literally)
            .toList();
    }

    /**
     * Waits that are over: negative ones and dates in the past.
     * @return the headers
     */
    public static List<RetryAfter> past() {
        Duration past = Duration.ofDays(-1);
        return List.of(seconds(-1), literally("-0.5"), date(past), rfc850Date(past), asctimeDate(past),
                millis(Duration.ofMillis(-1)), literally("Thu, 01 Jan 1970 00:00:00 GMT"));
    }

    /**
     * Waits of decades and more, for which no client should wait.
     * @return the headers
     */
    public static List<RetryAfter> huge() {
        return List.of(seconds(Integer.MAX_VALUE), seconds(999_999_999_999_999L), date(DECADES), asctimeDate(DECADES),
                millis(DECADES), literally("Fri, 31 Dec 9999 23:59:59 GMT"));
    }

    private static RetryAfter of(String header, String value) {
        return new RetryAfter(header, (now) -> value);
    }

    private static RetryAfter date(Duration wait, String pattern) {
        DateTimeFormatter format = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
        return new RetryAfter(HEADER, (now) -> format.format(roundedUp(now.plus(wait))));
    }

    private static Instant roundedUp(Instant time) {
        return time.plus(Duration.ofSeconds(1).minusNanos(1)).truncatedTo(ChronoUnit.SECONDS);
    }

    String header() {
        return this.header;
    }

    String value(Instant now) {
        return this.value.apply(now);
    }

    @Override
    public String toString() {
        return "%s: %s".formatted(this.header, value(Instant.now()));
    }

}
