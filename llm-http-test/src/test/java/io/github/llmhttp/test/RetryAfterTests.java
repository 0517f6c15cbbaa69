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

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RetryAfterTests {

    private static final Instant NOW = Instant.parse("1994-11-06T08:49:36.001Z");

    private static final Duration SECOND = Duration.ofSeconds(1);

    @AutoClose
    private final MockLlmServer llm = MockLlmServer.start();

    @Test
    void everyFormReadsAsItsDocumentationSays() {
        assertThat(RetryAfter.everyForm(SECOND)).extracting((form) -> form.header() + ": " + form.value(NOW))
            .containsExactly("Retry-After: 1", "Retry-After: 1.0", "Retry-After: Sun, 06 Nov 1994 08:49:38 GMT",
                    "Retry-After: Sunday, 06-Nov-94 08:49:38 GMT", "Retry-After: Sun Nov  6 08:49:38 1994",
                    "retry-after-ms: 1000", "x-ms-retry-after-ms: 1000");
        assertThat(RetryAfter.fraction(Duration.ofMillis(250)).value(NOW)).isEqualTo("0.25");
        assertThat(RetryAfter.shouldRetry(false)).hasToString("x-should-retry: false");
        assertThatIllegalArgumentException().isThrownBy(() -> RetryAfter.everyForm(Duration.ofMillis(1500)))
            .withMessageContaining("PT1.5S");
    }

    @ParameterizedTest
    @MethodSource("everyValue")
    void everyValueReachesTheClient(RetryAfter form) throws Exception {
        this.llm.script(Reply.status(429).retryAfter(form).retryAfter(RetryAfter.shouldRetry(true)));
        HttpResponse<String> response = new TestClient(this.llm).post(TestClient.CHAT, "{}");
        assertThat(response.headers().firstValue(form.header())).isPresent();
        assertThat(response.headers().firstValue("x-should-retry")).hasValue("true");
    }

    static List<RetryAfter> everyValue() {
        return List.of(RetryAfter.everyForm(SECOND), RetryAfter.junk(), RetryAfter.past(), RetryAfter.huge())
            .stream()
            .flatMap(List::stream)
            .toList();
    }

    @Test
    void aDateCountsFromTheReplyAndNotFromTheScript() throws Exception {
        this.llm.script(Reply.status(503)
            .retryAfter(RetryAfter.date(Duration.ofSeconds(10)))
            .headersAfter(Duration.ofMillis(1)));
        Instant before = Instant.now();
        HttpResponse<String> response = new TestClient(this.llm).post(TestClient.CHAT, "{}");
        Instant told = ZonedDateTime
            .parse(response.headers().firstValue("Retry-After").orElseThrow(), DateTimeFormatter.RFC_1123_DATE_TIME)
            .toInstant();
        assertThat(told).isBetween(before.plusSeconds(10), Instant.now().plusSeconds(11));
    }

    @Test
    void anErrorThatWouldEndAStreamTellsItToo() throws Exception {
        this.llm.script(Reply.text().thenError("overloaded_error", "busy").retryAfter(RetryAfter.seconds(3)));
        HttpResponse<String> response = new TestClient(this.llm).post(TestClient.CHAT, "{}");
        assertThat(response.statusCode()).isEqualTo(529);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("3");
        assertThat(response.body()).contains("busy");
    }

    @Test
    void anErrorPageIsHtmlWithAnyStatus() throws Exception {
        this.llm.script(Reply.errorPage(429), Reply.errorPage(502), Reply.errorPage(200));
        for (int status : new int[] { 429, 502, 200 }) {
            HttpResponse<String> response = new TestClient(this.llm).post(TestClient.CHAT, "{\"stream\":true}");
            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.headers().allValues("content-type")).containsExactly("text/html");
            assertThat(response.body()).startsWith("<html>").contains("<h1>" + status);
        }
    }

}
