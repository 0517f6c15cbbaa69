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

package io.github.llmhttp.client;

import java.net.BindException;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.streaming.LimitsProperties;
import io.github.llmhttp.timeout.TimeoutProperties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures that no test can provoke on a real socket.
 */
class FailureTranslationTests {

    private static final String ENDPOINT = "llm.test:8000";

    private final FailureTranslation failures = new FailureTranslation(new TimeoutProperties(), new LimitsProperties(),
            new Secrecy(List.of()));

    /** As bind() throws it, and as Netty wraps what connect() throws. */
    static Stream<Throwable> noLocalPort() {
        BindException ex = new BindException("Cannot assign requested address");
        return Stream.of(ex, new SocketException(ex.getMessage() + ": llm.test/127.0.0.1:8000").initCause(ex));
    }

    @ParameterizedTest
    @MethodSource("noLocalPort")
    @Covers(FaultRow.NO_PORTS)
    void portsThatAreUsedUpAreAMatterOfConnecting(Throwable error) {
        CallContext call = new CallContext("test", ENDPOINT, "POST http://llm.test:8000/", Lane.CALL, System::nanoTime);
        call.enter(CallStage.CONNECT);
        LlmHttpException failure = this.failures.translate(error, call);
        assertThat(failure.kind()).isEqualTo(FailureKind.CONNECT);
        assertThat(failure.failure().notProcessed()).isTrue();
        assertThat(failure).hasMessageContaining("no local port or address is free for a connection to " + ENDPOINT)
            .hasCause(error);
    }

}
