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
import java.util.stream.Stream;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

class ErrorBodyTests {

    private final ProviderDialect dialect = OpenAiChatDialect.openAi();

    @ParameterizedTest
    @CsvSource({ "400,BAD_REQUEST", "401,AUTH", "402,QUOTA", "403,AUTH", "404,BAD_REQUEST", "408,BAD_REQUEST",
            "409,BAD_REQUEST", "413,BAD_REQUEST", "422,BAD_REQUEST", "429,RATE_LIMITED", "500,SERVER", "502,SERVER",
            "503,OVERLOADED", "504,SERVER", "524,SERVER", "529,OVERLOADED" })
    void statusTellsTheKind(int status, FailureKind kind) {
        assertThat(read(status, "")).isEqualTo(new ProviderError(kind, status, null, null));
    }

    static Stream<Arguments> bodies() {
        return Stream.of(body(
                "{\"error\":{\"message\":\"No\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"x\"}}",
                "invalid_request_error"),
                body("{\"error\":{\"message\":\"No\",\"code\":\"rate_limited\"}}", "rate_limited"),
                body("{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"No\"},\"request_id\":\"r\"}",
                        "rate_limit_error"),
                body("{\"error\":\"No\"}", null), body("{\"message\":\"No\"}", null), body("{\"detail\":\"No\"}", null),
                body("{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"No\",\"type\":\"missing\"}]}", null),
                body("{\"object\":\"error\",\"message\":\"No\",\"type\":\"BadRequestError\",\"code\":400}",
                        "BadRequestError"),
                body("{\"error\":{\"code\":\"429\",\"message\":\"No\"}}", "429"), body("No", null), body(" No\n", null),
                body("<html><head><title>No</title></head><body>x</body></html>", null),
                body("<!DOCTYPE html>\n<html><style>a{}</style><script>b<c</script><!-- c --><h1>No</h1></html>",
                        null));
    }

    private static Arguments body(String body, String type) {
        return Arguments.of(body, type);
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void typeAndMessageAreFoundInEachForm(String body, String type) {
        assertThat(read(429, body)).isEqualTo(new ProviderError(FailureKind.RATE_LIMITED, 429, type, "No"));
    }

    static Stream<Arguments> quotas() {
        return Stream.of(Arguments.of(429, "insufficient_quota",
                "{\"error\":{\"message\":\"No\",\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}}"),
                Arguments.of(429, "insufficient_quota",
                        "{\"error\":{\"message\":\"No\",\"type\":\"x\",\"code\":\"insufficient_quota\"}}"),
                Arguments.of(400, "billing_hard_limit_reached",
                        "{\"error\":{\"message\":\"No\",\"type\":\"invalid_request_error\","
                                + "\"code\":\"billing_hard_limit_reached\"}}"),
                Arguments.of(402, "billing_error", "{\"error\":{\"message\":\"No\",\"type\":\"billing_error\"}}"),
                Arguments.of(429, "enforced_spend_limit_reached",
                        "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"No\","
                                + "\"details\":{\"error_code\":\"enforced_spend_limit_reached\"}}}"));
    }

    @ParameterizedTest
    @MethodSource("quotas")
    void exhaustedQuotaIsNoRateLimit(int status, String type, String body) {
        ProviderError error = read(status, body);
        assertThat(error).isEqualTo(new ProviderError(FailureKind.QUOTA, status, type, "No"));
        assertThat(error.isPermanent()).isTrue();
    }

    @Test
    void exhaustedQuotaInsideAStreamIsPermanentToo() {
        byte[] body = JsonCursor.name("{\"error\":{\"type\":\"insufficient_quota\"}}");
        ProviderError error = ProviderErrors.inBand(body, 0, body.length);
        assertThat(error).isEqualTo(new ProviderError(FailureKind.UPSTREAM_ERROR, 429, "insufficient_quota", null));
        assertThat(error.isPermanent()).isTrue();
        assertThat(read(429, "{\"error\":{\"type\":\"rate_limit_error\"}}").isPermanent()).isFalse();
        assertThat(read(500, "{\"error\":{\"type\":\"server_error\"}}").isPermanent()).isFalse();
    }

    @Test
    @Covers(FaultRow.LOG_INJECTION)
    void messageIsOneLineWithoutControls() {
        String body = "{\"error\":{\"type\":\"a\\r\\nb\",\"message\":\"One\\r\\n\\u001b[31mtwo\\u001b[0m\\u0007\\u0000"
                + " \\u2028three\\u202e\\u001b]0;title\\u0007 four\\u009b1m\"}}";
        ProviderError error = read(400, body);
        assertThat(error.message()).isEqualTo("One two three four");
        assertThat(error.type()).isEqualTo("a b");
    }

    @Test
    void messageIsCut() {
        assertThat(read(400, "x".repeat(5000)).message()).hasSize(300);
        assertThat(read(400, "{\"error\":\"" + "x".repeat(299) + "😀\"}").message()).isEqualTo("x".repeat(299));
        assertThat(read(502, "<html>" + "<p>x</p>".repeat(10_000)).message()).hasSizeLessThanOrEqualTo(300)
            .doesNotContain("<");
    }

    @Test
    void cutBodyIsShownAsItIs() {
        assertThat(read(500, "{\"error\":{\"message\":\"No").message()).isEqualTo("{\"error\":{\"message\":\"No");
    }

    @Test
    void bytesThatAreNoTextDoNoHarm() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        String message = this.dialect.error(502, new HttpHeaders(), bytes).message();
        assertThat(message).isNotNull();
        assertThat(message.chars()).noneMatch(Character::isISOControl);
        assertThat(this.dialect.error(502, new HttpHeaders(), Arrays.copyOf(bytes, 1)).message()).isNull();
    }

    @Test
    void deeplyNestedBodyDoesNoHarm() {
        assertThat(read(500, "[".repeat(60_000)).kind()).isEqualTo(FailureKind.SERVER);
    }

    private ProviderError read(int status, String body) {
        return this.dialect.error(status, new HttpHeaders(), body.getBytes(StandardCharsets.UTF_8));
    }

}
