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

import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class RetryClassTests {

    @ParameterizedTest
    @CsvSource({ "DNS, FREE", "CONNECT, FREE", "TLS, FREE", "WRITE, FREE", "RESPONSE_TIMEOUT, FREE",
            "FIRST_TOKEN_TIMEOUT, FREE", "CALL_TIMEOUT, FREE", "TRUNCATED, FREE", "RATE_LIMITED, TOLD",
            "TOKEN_GAP_TIMEOUT, NEVER", "DEADLINE, NEVER", "AUTH, NEVER", "QUOTA, NEVER", "PROTOCOL, NEVER",
            "TOO_LARGE, NEVER", "CIRCUIT_OPEN, NEVER", "SHUTDOWN, NEVER", "CONFIG, NEVER", "POOL_TIMEOUT, NEVER",
            "POOL_FULL, NEVER" })
    void kindDecidesWhereTheServerDidNothing(FailureKind kind, RetryClass expected) {
        assertThat(RetryClass.of(failure(kind).notProcessed(true).toException(), null, false)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(names = { "DNS", "CONNECT", "TLS", "WRITE", "RESPONSE_TIMEOUT", "FIRST_TOKEN_TIMEOUT", "CALL_TIMEOUT",
            "TRUNCATED" })
    void breakIsDoubtfulWhereTheServerMayHaveDoneSomething(FailureKind kind) {
        assertThat(RetryClass.of(failure(kind).toException(), null, false)).isEqualTo(RetryClass.DOUBTFUL);
    }

    @ParameterizedTest
    @CsvSource({ "408, TOLD", "409, TOLD", "429, TOLD", "500, TOLD", "502, TOLD", "503, TOLD", "504, TOLD", "520, TOLD",
            "529, TOLD", "400, NEVER", "404, NEVER", "413, NEVER", "422, NEVER", "501, NEVER", "505, NEVER" })
    void statusDecidesWithinAResponseAndAsOne(int status, RetryClass expected) {
        assertThat(RetryClass.of(failure(FailureKind.UPSTREAM_ERROR).status(200).effectiveStatus(status).toException(),
                null, false))
            .isEqualTo(expected);
        FailureKind kind = (status < 500) ? FailureKind.BAD_REQUEST : FailureKind.SERVER;
        assertThat(RetryClass.of(failure(kind).status(status).toException(), null, false)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsRepeatedThatWasDelivered(FailureKind kind) {
        LlmHttpException failure = failure(kind).notProcessed(true).status(503).delivered(1).toException();
        assertThat(RetryClass.of(failure, true, true)).isEqualTo(RetryClass.NEVER);
    }

    @Test
    void certificateThatIsRefusedStaysRefused() {
        LlmHttpException failure = failure(FailureKind.TLS).notProcessed(true).permanent(true).toException();
        assertThat(RetryClass.of(failure, null, false)).isEqualTo(RetryClass.NEVER);
    }

    @Test
    void requestThatWasSentBeforeIsDoubtfulAlsoIfItsRepetitionCannotConnect() {
        LlmHttpException failure = failure(FailureKind.CONNECT).notProcessed(false).toException();
        assertThat(RetryClass.of(failure, null, false)).isEqualTo(RetryClass.DOUBTFUL);
    }

    @Test
    void waitForAConnectionIsRepeatedOnDemand() {
        assertThat(RetryClass.of(failure(FailureKind.POOL_TIMEOUT).notProcessed(true).toException(), null, true))
            .isEqualTo(RetryClass.FREE);
    }

    @Test
    void adviceOfTheResponseOverridesItsStatus() {
        LlmHttpException bad = failure(FailureKind.BAD_REQUEST).status(400).permanent(true).toException();
        LlmHttpException server = failure(FailureKind.SERVER).status(500).toException();
        assertThat(RetryClass.of(bad, true, false)).isEqualTo(RetryClass.TOLD);
        assertThat(RetryClass.of(server, false, false)).isEqualTo(RetryClass.NEVER);
    }

    private static Failure.Builder failure(FailureKind kind) {
        return Failure.of(kind, "test").detail("of the test");
    }

}
