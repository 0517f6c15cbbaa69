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

package io.github.llmhttp.endpoint;

import java.time.Duration;

import io.github.llmhttp.EndpointHealth.State;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class EndpointFactsTests {

    private final EndpointFacts facts = new EndpointFacts("test", "host:1");

    private State after(FailureKind kind) {
        this.facts.failed(Failure.of(kind, "test").toException());
        return this.facts.health().state();
    }

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(this.facts.health().state()).isEqualTo(State.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(names = { "DNS", "CONNECT", "TLS", "AUTH", "QUOTA" })
    void unreachableEndpointIsDownAtOnce(FailureKind kind) {
        assertThat(after(kind)).isEqualTo(State.DOWN);
    }

    @Test
    void singleFailedCallDoesNotMakeItDown() {
        this.facts.answered(200, Duration.ZERO);
        assertThat(after(FailureKind.TRUNCATED)).isEqualTo(State.UP);
        assertThat(after(FailureKind.SERVER)).isEqualTo(State.UP);
        assertThat(this.facts.health().detail()).contains("SERVER", "2 in a row");
        assertThat(after(FailureKind.CALL_TIMEOUT)).isEqualTo(State.DOWN);
    }

    @Test
    void answerMakesItUpAndForgetsFailures() {
        after(FailureKind.SERVER);
        after(FailureKind.SERVER);
        this.facts.answered(200, Duration.ZERO);
        assertThat(after(FailureKind.SERVER)).isEqualTo(State.UP);
    }

    @ParameterizedTest
    @EnumSource(names = { "RATE_LIMITED", "BAD_REQUEST", "TOO_LARGE" })
    void refusedRequestShowsThatTheEndpointWorks(FailureKind kind) {
        after(FailureKind.CONNECT);
        assertThat(after(kind)).isEqualTo(State.UP);
    }

    @ParameterizedTest
    @EnumSource(names = { "CONFIG", "POOL_TIMEOUT", "POOL_FULL", "DEADLINE", "CIRCUIT_OPEN", "SHUTDOWN" })
    void failureOfOurOwnTellsNothing(FailureKind kind) {
        after(FailureKind.CONNECT);
        assertThat(after(kind)).isEqualTo(State.DOWN);
        assertThat(this.facts.health().detail()).contains("CONNECT");
    }

    @Test
    void probeIsBelieved() {
        assertThat(this.facts.probed(State.DOWN, Duration.ZERO, "no").state()).isEqualTo(State.DOWN);
        assertThat(this.facts.health().detail()).isEqualTo("no");
    }

}
