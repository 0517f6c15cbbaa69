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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallListener;
import io.github.llmhttp.CallOperation;
import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.CallReport;
import io.github.llmhttp.CallStage;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebSocketSession;
import io.github.llmhttp.RetryDecision;
import io.github.llmhttp.Usage;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.test.StepVerifier;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What listeners hear of calls on real sockets.
 */
@ExtendWith(OutputCaptureExtension.class)
class CallListenerTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final MockLlmServer server = MockLlmServer.start();

    private final List<AttemptReport> attempts = new CopyOnWriteArrayList<>();

    private final List<CallReport> calls = new CopyOnWriteArrayList<>();

    private final TestClients clients = new TestClients().listener(new CallListener() {

        @Override
        public void attemptEnded(AttemptReport attempt) {
            CallListenerTests.this.attempts.add(attempt);
        }

        @Override
        public void callEnded(CallReport call) {
            CallListenerTests.this.calls.add(call);
        }

    });

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    private LlmWebClient client() {
        return this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("openai");
            settings.getRetry().setEnabled(true);
            settings.getRetry().setInitialBackoff(Duration.ofMillis(10));
        });
    }

    private CallReport onlyCall() {
        assertThat(this.calls).hasSize(1);
        CallReport call = this.calls.get(0);
        assertThat(call.attempts()).containsExactlyElementsOf(this.attempts);
        return call;
    }

    @Test
    void streamIsToldOnceWithAllThatIsKnown() {
        this.server.script(Reply.text("a", "b", "c").gap(Duration.ofMillis(30)).usage(5, 3));
        LlmWebClient client = client();
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a", "b", "c");
        CallReport call = onlyCall();
        assertThat(call.client()).isEqualTo("test");
        assertThat(call.provider()).isEqualTo("openai");
        assertThat(call.operation()).isEqualTo(CallOperation.STREAM);
        assertThat(call.model()).isEqualTo("test-model");
        assertThat(call.outcome()).isEqualTo(CallOutcome.SUCCESS);
        assertThat(call.failure()).isNull();
        assertThat(call.delivered()).isEqualTo(3);
        AttemptReport attempt = call.lastAttempt();
        assertThat(attempt.endpoint()).isEqualTo("127.0.0.1:" + this.server.port());
        assertThat(attempt.number()).isEqualTo(1);
        assertThat(attempt.maxAttempts()).isEqualTo(3);
        assertThat(attempt.status()).isEqualTo(200);
        assertThat(attempt.requestId()).startsWith("req_mock");
        assertThat(attempt.connectionReused()).isFalse();
        assertThat(attempt.usage()).isEqualTo(new Usage(5, 3, 0, 0));
        assertThat(attempt.events()).isGreaterThan(3);
        assertThat(attempt.bytesSent()).isBetween(300L, 2000L);
        assertThat(attempt.bytesReceived()).isBetween(300L, 5000L);
        assertThat(attempt.tokenGap()).isBetween(Duration.ofMillis(25), Duration.ofSeconds(5));
        assertThat(attempt.firstToken()).isPositive();
        assertThat(call.firstToken()).isGreaterThanOrEqualTo(attempt.firstToken());
        assertThat(call.elapsed()).isGreaterThanOrEqualTo(attempt.elapsed());
        assertThat(attempt.stages()).containsKeys(CallStage.ACQUIRE, CallStage.DNS, CallStage.CONNECT, CallStage.WRITE,
                CallStage.HEADERS, CallStage.BODY);
        Duration sum = attempt.stages().values().stream().reduce(Duration.ZERO, Duration::plus);
        assertThat(sum).isLessThanOrEqualTo(attempt.elapsed());
        assertThat(attempt.stages().get(CallStage.BODY)).isGreaterThan(Duration.ofMillis(50));
    }

    @Test
    void secondCallTellsOfItsReusedConnection() {
        LlmWebClient client = client();
        client.chat("Hi").block(LONG);
        client.chat("Hi").block(LONG);
        assertThat(this.attempts).extracting(AttemptReport::connectionReused).containsExactly(false, true);
        assertThat(this.attempts.get(1).stages()).doesNotContainKeys(CallStage.DNS, CallStage.CONNECT);
    }

    @Test
    void retryIsToldWithWhatFollowedEachAttempt() {
        this.server.script(Reply.status(503), Reply.text("yes"));
        assertThat(client().chat("Hi").block(LONG)).isEqualTo("yes");
        CallReport call = onlyCall();
        assertThat(call.outcome()).isEqualTo(CallOutcome.SUCCESS);
        assertThat(call.attempts()).extracting(AttemptReport::outcome)
            .containsExactly(CallOutcome.ERROR, CallOutcome.SUCCESS);
        assertThat(call.attempts()).extracting(AttemptReport::decision).containsExactly(RetryDecision.RETRIED, null);
        assertThat(call.attempts().get(0).failure().kind()).isEqualTo(FailureKind.OVERLOADED);
    }

    @Test
    void lastFailureSaysWhatHeldTheNextAttemptBack() {
        this.server.otherwise(Reply.status(503));
        assertThatExceptionOfType(LlmHttpException.class).isThrownBy(() -> client().chat("Hi").block(LONG));
        CallReport call = onlyCall();
        assertThat(call.outcome()).isEqualTo(CallOutcome.ERROR);
        assertThat(call.failure().kind()).isEqualTo(FailureKind.OVERLOADED);
        assertThat(call.attempts()).extracting(AttemptReport::decision)
            .containsExactly(RetryDecision.RETRIED, RetryDecision.RETRIED, RetryDecision.MAX_ATTEMPTS);
    }

    @Test
    void waitOverTheLimitIsToldAsWhatHeldTheNextAttemptBack() {
        this.server.script(Reply.status(429).header("Retry-After", "3600"));
        assertThatExceptionOfType(LlmHttpException.class).isThrownBy(() -> client().chat("Hi").block(LONG));
        assertThat(onlyCall().lastAttempt().decision()).isEqualTo(RetryDecision.MAX_RETRY_AFTER);
    }

    @Test
    void refusalIsFinal() {
        this.server.script(Reply.status(400));
        assertThatExceptionOfType(LlmHttpException.class).isThrownBy(() -> client().chat("Hi").block(LONG));
        assertThat(onlyCall().lastAttempt().decision()).isEqualTo(RetryDecision.FINAL);
    }

    @Test
    void callerWhoLeavesIsToldWithWhatWasDelivered() {
        this.server.script(Reply.text("a", "b", "c").fault(Fault.stall(Moment.afterTokens(2))));
        StepVerifier.create(client().stream("Hi")).expectNext("a", "b").thenCancel().verify(LONG);
        CallReport call = onlyCall();
        assertThat(call.outcome()).isEqualTo(CallOutcome.CANCELLED);
        assertThat(call.failure()).isNull();
        assertThat(call.delivered()).isEqualTo(2);
        assertThat(call.lastAttempt().outcome()).isEqualTo(CallOutcome.CANCELLED);
        assertThat(call.lastAttempt().decision()).isNull();
    }

    @Test
    void requestThatCannotBeSentIsACallWithoutAttempt() {
        LlmWebClient client = client();
        assertThatExceptionOfType(LlmHttpException.class)
            .isThrownBy(() -> client.chat(ChatRequest.builder().user("Hi").header("X-A", "a\nb").build()).block(LONG));
        assertThat(onlyCall().lastAttempt()).isNull();
        assertThat(onlyCall().failure().kind()).isEqualTo(FailureKind.CONFIG);
    }

    @Test
    void eachOperationIsToldByItsName() {
        LlmWebClient client = client();
        client.chat("Hi").block(LONG);
        client.stream("Hi").blockLast(LONG);
        client.events(ChatRequest.of("Hi")).blockLast(LONG);
        client.post("/v1/chat/completions", "{\"model\":\"m\",\"messages\":[]}", String.class).block(LONG);
        client.streamData("/v1/chat/completions", "{\"model\":\"m\",\"stream\":true,\"messages\":[]}").blockLast(LONG);
        client.webClient().get().uri("/v1/models").retrieve().bodyToMono(byte[].class).block(LONG);
        LlmWebSocketSession session = client.webSocket("/ws");
        session.open().block(LONG);
        session.close().block(LONG);
        Awaitility.await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(this.calls).extracting(CallReport::operation)
                .containsExactly(CallOperation.values()));
        assertThat(this.calls).extracting(CallReport::outcome).containsOnly(CallOutcome.SUCCESS);
        assertThat(this.calls).allSatisfy((call) -> assertThat(call.attempts()).hasSize(1));
    }

    @Test
    void genericCallEndsWithItsBody() {
        this.server.script(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        LlmWebClient client = client();
        StepVerifier
            .create(client.webClient()
                .post()
                .uri("/v1/chat/completions")
                .bodyValue("{\"model\":\"m\",\"stream\":true,\"messages\":[]}")
                .retrieve()
                .bodyToFlux(byte[].class), 1)
            .expectNextCount(1)
            .then(() -> assertThat(this.calls).isEmpty())
            .thenCancel()
            .verify(LONG);
        assertThat(onlyCall().outcome()).isEqualTo(CallOutcome.CANCELLED);
    }

    @Test
    void refusalOfAGenericCallIsAnError() {
        this.server.otherwise(Reply.status(400));
        int status = client().webClient()
            .post()
            .uri("/v1/chat/completions")
            .bodyValue("{}")
            .exchangeToMono((response) -> response.releaseBody().thenReturn(response.statusCode().value()))
            .block(LONG);
        assertThat(status).isEqualTo(400);
        Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(this.calls).hasSize(1));
        assertThat(onlyCall().outcome()).isEqualTo(CallOutcome.ERROR);
        assertThat(onlyCall().failure().kind()).isEqualTo(FailureKind.BAD_REQUEST);
    }

    @Test
    void genericCallThatIsRepeatedInVainIsOneCall() {
        this.server.otherwise(Reply.status(503));
        int status = client().webClient()
            .post()
            .uri("/v1/chat/completions")
            .bodyValue("{}")
            .exchangeToMono((response) -> response.releaseBody().thenReturn(response.statusCode().value()))
            .block(LONG);
        assertThat(status).isEqualTo(503);
        Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(this.calls).hasSize(1));
        assertThat(onlyCall().outcome()).isEqualTo(CallOutcome.ERROR);
        assertThat(onlyCall().attempts()).hasSize(3);
    }

    @Test
    void fallbackIsPartOfTheCallThatNeedsIt() {
        this.server.otherwise(Reply.text("from b"));
        this.clients.open("b", this.server.url(), null, (settings) -> settings.setProvider("openai"));
        try (MockLlmServer busy = MockLlmServer.start()) {
            busy.otherwise(Reply.status(503));
            LlmWebClient a = this.clients.open("a", busy.url(), null, (settings) -> {
                settings.setProvider("openai");
                settings.setFallback("b");
            });
            assertThat(a.chat("Hi").block(LONG)).isEqualTo("from b");
        }
        CallReport call = onlyCall();
        assertThat(call.client()).isEqualTo("a");
        assertThat(call.outcome()).isEqualTo(CallOutcome.SUCCESS);
        assertThat(call.fallbacks()).isEqualTo(1);
        assertThat(call.attempts()).extracting(AttemptReport::client).containsExactly("a", "b");
    }

    @Test
    void listenerThatThrowsBreaksNoCallAndWarnsOnce(CapturedOutput output) {
        this.clients.listener(new CallListener() {

            @Override
            public void attemptEnded(AttemptReport attempt) {
                throw new IllegalStateException("an attempt too many");
            }

            @Override
            public void callEnded(CallReport call) {
                throw new IllegalStateException("a call too many");
            }

        });
        LlmWebClient client = client();
        for (int i = 0; i < 3; i++) {
            assertThat(client.chat("Hi").block(LONG)).isNotEmpty();
            assertThat(client.stream("Hi").collectList().block(LONG)).isNotEmpty();
        }
        assertThat(this.calls).hasSize(6);
        assertThat(output.toString().lines().filter((line) -> line.contains("call listener"))).hasSize(1)
            .allSatisfy((line) -> assertThat(line).contains("WARN"));
    }

    @Test
    void failedCallIsOneLineThatShowsNoSecret(CapturedOutput output) {
        this.server.script(Reply.status(400)
            .body("{\"error\":{\"type\":\"bad\",\"message\":\"a\\nINFO b \\u202e sk-canary-1234567890\"}}"));
        LlmWebClient client = this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("openai");
            settings.setApiKey("sk-canary-1234567890");
        });
        assertThatExceptionOfType(LlmHttpException.class).isThrownBy(() -> client.chat("my prompt").block(LONG));
        Stream<String> lines = output.toString().lines().filter((line) -> line.contains("call failed:"));
        assertThat(lines).singleElement()
            .asString()
            .contains("outcome=error client=test operation=chat kind=BAD_REQUEST stage=")
            .contains(" attempts=1 ", " status=400 ", " connection=new ", " elapsed=", " headers=",
                    " request-id=req_mock")
            .contains("provider-type=bad")
            .doesNotContain("sk-canary", "my prompt", "\u202e");
    }

}
