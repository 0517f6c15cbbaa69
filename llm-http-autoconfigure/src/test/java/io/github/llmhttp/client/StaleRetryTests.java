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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which requests are sent once more after a connection that closed, and how often.
 */
class StaleRetryTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    private final LlmWebClient client = this.clients.open(this.server.url(), (settings) -> {
        settings.setProvider("openai");
        settings.setApiKey("sk-canary-0123456789");
    });

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    /** A connection that ends by FIN and by RST, under a call and under a stream. */
    static Stream<Scenario> closes() {
        return Stream.of(Fault.truncate(Moment.REQUEST), Fault.reset(Moment.REQUEST))
            .flatMap((fault) -> Stream.of(new Scenario("call, " + fault, fault, StaleRetryTests::call),
                    new Scenario("stream, " + fault, fault, StaleRetryTests::stream)));
    }

    @ParameterizedTest
    @MethodSource("closes")
    @Covers(FaultRow.IDLE_CLOSED)
    void reusedConnectionThatClosesWithoutAByteIsReplacedOnce(Scenario scenario) {
        this.server.script(Reply.text("first"), Reply.failing(scenario.close()), Reply.text("second"));
        assertAnswers(scenario, "first");
        assertAnswers(scenario, "second");
        assertThat(this.server.calls()).extracting(RecordedCall::connectionId, RecordedCall::requestOnConnection)
            .containsExactly(at(1, 1), at(1, 2), at(2, 1));
        assertThat(this.server.remaining()).isZero();
    }

    @ParameterizedTest
    @MethodSource("closes")
    void freshConnectionThatClosesTooEndsTheCall(Scenario scenario) {
        this.server.script(Reply.text("first"), Reply.failing(scenario.close()), Reply.failing(scenario.close()),
                Reply.text("never"));
        assertAnswers(scenario, "first");
        assertTruncated(scenario);
        assertThat(this.server.calls()).extracting(RecordedCall::connectionId).containsExactly(1, 1, 2);
    }

    @ParameterizedTest
    @MethodSource("closes")
    void firstConnectionThatClosesEndsTheCall(Scenario scenario) {
        this.server.script(Reply.failing(scenario.close()), Reply.text("never"));
        LlmHttpException failure = assertTruncated(scenario);
        assertThat(failure.failure().notProcessed()).isFalse();
        assertThat(this.server.calls()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("closes")
    void connectionThatClosesAfterAByteEndsTheCall(Scenario scenario) {
        this.server.script(Reply.text("first"), Reply.wire("H".getBytes(StandardCharsets.US_ASCII))
            .fault(Fault.of(scenario.close().kind(), Moment.LAST_TOKEN)), Reply.text("never"));
        assertAnswers(scenario, "first");
        assertTruncated(scenario);
        assertThat(this.server.calls()).hasSize(2);
    }

    @Test
    void connectionsThatWereUnusedBesideAStaleOneAreNotTried() {
        this.server.otherwise(Reply.text("ok").headersAfter(Duration.ofMillis(100)));
        StepVerifier.create(Flux.range(0, 5).flatMap((i) -> this.client.chat("Hi"), 5).count())
            .expectNext(5L)
            .expectComplete()
            .verify(LONG);
        assertThat(this.client.poolStats().idle()).isEqualTo(5);
        this.server.script(Reply.failing(Fault.reset(Moment.REQUEST)));
        StepVerifier.create(this.client.chat("Hi")).expectNext("ok").expectComplete().verify(LONG);
        assertThat(this.server.calls()).hasSize(7);
        assertThat(this.server.calls().get(6).requestOnConnection()).isEqualTo(1);
        assertThat(this.client.poolStats().evicted()).containsEntry("stale", 4L);
    }

    /** The pool itself tries a second one, and then gives up. */
    @Test
    void connectionsThatCloseWhileThePoolHandsThemOutAreReplaced() {
        AtomicInteger closing = new AtomicInteger();
        try (TestClients racing = new TestClients()) {
            racing.customizePools((name, pool) -> pool.evictionPredicate((connection, metadata) -> {
                if (closing.get() > 0) {
                    closing.decrementAndGet();
                    connection.channel().close().awaitUninterruptibly();
                }
                return false;
            }));
            LlmWebClient client = racing.open(this.server.url(), (settings) -> settings.setProvider("openai"));
            this.server.otherwise(Reply.text("ok").headersAfter(Duration.ofMillis(100)));
            StepVerifier.create(Flux.range(0, 2).flatMap((i) -> client.chat("Hi"), 2).count())
                .expectNext(2L)
                .expectComplete()
                .verify(LONG);
            assertThat(client.poolStats().idle()).isEqualTo(2);
            closing.set(2);
            StepVerifier.create(client.chat("Hi")).expectNext("ok").expectComplete().verify(LONG);
            assertThat(closing).hasValue(0);
            assertThat(this.server.calls()).hasSize(3);
            assertThat(this.server.calls().get(2).requestOnConnection()).isEqualTo(1);
            assertThat(client.poolStats().acquired()).isZero();
        }
    }

    @Test
    void repetitionSendsTheSameRequest() {
        this.server.script(Reply.text("first"), Reply.failing(Fault.reset(Moment.REQUEST)), Reply.text("second"));
        this.client.chat("one").block(LONG);
        this.client.chat("two").block(LONG);
        RecordedCall lost = this.server.calls().get(1);
        RecordedCall repeated = this.server.calls().get(2);
        assertThat(repeated.body()).isEqualTo(lost.body()).contains("two");
        assertThat(repeated.headers()).isEqualTo(lost.headers());
    }

    private void assertAnswers(Scenario scenario, String answer) {
        StepVerifier.create(scenario.send().apply(this.client)).expectNext(answer).expectComplete().verify(LONG);
    }

    private LlmHttpException assertTruncated(Scenario scenario) {
        LlmHttpException[] failure = new LlmHttpException[1];
        StepVerifier.create(scenario.send().apply(this.client)).expectErrorSatisfies((error) -> {
            assertThat(error).isInstanceOf(LlmHttpException.class);
            failure[0] = (LlmHttpException) error;
        }).verify(LONG);
        assertThat(failure[0].kind()).isEqualTo(FailureKind.TRUNCATED);
        assertThat(this.client.poolStats().acquired()).isZero();
        return failure[0];
    }

    private static Mono<String> call(LlmWebClient client) {
        return client.chat("Hi");
    }

    private static Mono<String> stream(LlmWebClient client) {
        return client.stream("Hi").collectList().map((texts) -> String.join("", texts));
    }

    private static Tuple at(int connection, int request) {
        return Tuple.tuple(connection, request);
    }

    private record Scenario(String name, Fault close, Function<LlmWebClient, Mono<String>> send) {

        @Override
        public String toString() {
            return this.name;
        }

    }

}
