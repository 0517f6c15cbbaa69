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

import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

class RetryAfterTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Retry-After         | 2                                | 2000
            Retry-After         | 0.25                             | 250
            Retry-After         | -3                               | 0
            Retry-After         | Thu, 1 Jan 2026 00:00:30 GMT     | 30000
            Retry-After         | Thu, 01 Jan 2026 00:01:00 GMT    | 60000
            Retry-After         | Wed, 31 Dec 2025 23:59:00 GMT    | 0
            Retry-After         | Thursday, 01-Jan-26 00:00:30 GMT | 30000
            Retry-After         | Sunday, 06-Nov-94 08:49:37 GMT   | 0
            Retry-After         | Thu Jan  1 00:00:30 2026         | 30000
            Retry-After         | Sat Jan 10 00:00:00 2026         | 777600000
            Retry-After         | Sun Nov  6 08:49:37 1994         | 0
            Retry-After         | Sun, 06 Nov 1994 08:49:37 GMT    | 0
            Retry-After         | Sat, 01 Jan 0000 00:00:00 GMT    | 0
            retry-after-ms      | 1500                             | 1500
            x-ms-retry-after-ms | 20                               | 20
            """)
    @Covers(FaultRow.RETRY_AFTER)
    void readsEveryForm(String header, String value, long millis) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(header, value);
        assertThat(RetryAfter.of(headers, NOW)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = { "soon", "", "1e9", "999999999999999999999", "Thu, 99 Foo 2026",
            "Thursday, 99-Jan-26 00:00:30 GMT", "Thu Jan  1 00:00:30", "Fri Jan  1 00:00:30 2026" })
    void ignoresJunk(String value) {
        HttpHeaders headers = new HttpHeaders();
        headers.set("Retry-After", value);
        assertThat(RetryAfter.of(headers, NOW)).isNull();
    }

    @Test
    void millisecondsWinOverSeconds() {
        HttpHeaders headers = new HttpHeaders();
        headers.set("Retry-After", "9");
        headers.set("retry-after-ms", "100");
        assertThat(RetryAfter.of(headers, NOW)).isEqualTo(Duration.ofMillis(100));
    }

    @ParameterizedTest
    @ValueSource(strings = { "999999999999999", "Fri, 01 Jan 2027 00:00:01 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
            "Tuesday, 01-Jan-75 00:00:00 GMT", "Tue Jan  1 00:00:00 2075" })
    @Covers(FaultRow.CLOCK_JUMP)
    void longWaitsAreBounded(String value) {
        HttpHeaders headers = new HttpHeaders();
        headers.set("Retry-After", value);
        assertThat(RetryAfter.of(headers, NOW)).isEqualTo(Duration.ofDays(365));
    }

}
