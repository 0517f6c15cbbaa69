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
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.TimeLimits;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.janitor.EvictionReason;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static io.github.llmhttp.test.assertj.MockLlmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What servers and the way to them can do to a call, beyond an error response: each has a
 * kind, none is taken for an answer, and no connection that saw it is used again.
 */
class FaultMatrixTests {

    private static final String KEY = "sk-canary-0123456789";

    private static final Duration LONG = Duration.ofSeconds(10);

    private static final Duration LIMIT = Duration.ofMillis(400);

    /** More than the buffers of both sides take. */
    private static final String LARGE = "x".repeat(32 * 1024 * 1024);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @Test
    @Covers(FaultRow.SURPLUS)
    void responseThatNobodyAskedForIsNoAnswerToTheNextCall() {
        LlmWebClient client = client("openai");
        for (int i = 0; i < 20; i++) {
            this.server.script(Reply.text("a").fault(Fault.surplus()), Reply.text("b"));
            assertThat(client.chat("Hi").block(LONG)).isEqualTo("a");
            assertThat(client.chat("Hi").block(LONG)).isEqualTo("b");
        }
        assertThat(this.server).hasCalls(40).hasUsedUpItsScript();
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison", "HTTP/1.1 200 OK\r\nX-A: ", "H", "\r\n" })
    @Covers(FaultRow.SURPLUS)
    void bytesOnAnIdleConnectionCloseIt(String bytes) {
        LlmWebClient client = client("openai");
        this.server.otherwise(Reply.text("a"));
        byte[] poison = bytes.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 5; i++) {
            assertThat(client.chat("Hi").block(LONG)).isEqualTo("a");
            assertThat(this.server.sendUnasked(poison)).isEqualTo(1);
            assertThat(this.server).within(LONG).hasNoOpenConnections();
        }
        assertThat(client.chat("Hi").block(LONG)).isEqualTo("a");
        assertThat(this.server).hasCalls(6).hasAcceptedConnections(6);
        assertThat(client.poolStats().evicted().get(EvictionReason.SURPLUS_BYTES.id())).isEqualTo(5L);
    }

    @ParameterizedTest
    @EnumSource(names = { "RESET", "TRUNCATE" })
    @Covers(FaultRow.CONNECTION_CLOSE)
    void connectionThatClosesAfterItsResponseIsReplaced(Fault.Kind kind) {
        LlmWebClient client = client("openai");
        this.server.otherwise(Reply.text("a").fault(Fault.of(kind, Moment.COMPLETE)));
        Flux.range(0, 20)
            .concatMap((i) -> client.chat("Hi"))
            .as(StepVerifier::create)
            .expectNextCount(20)
            .expectComplete()
            .verify(LONG);
        assertThat(this.server).hasCalls(20).within(LONG).hasNoOpenConnections();
    }

    @Test
    @Covers(FaultRow.IDLE_DROPPED)
    void connectionThatWentDeafWhileItWasIdleEndsItsCallAtTheLimit() {
        LlmWebClient client = client("openai", (settings) -> settings.getTimeout().setHeaders(LIMIT));
        TimeLimits.assertFiresAt(LIMIT, () -> {
            this.server.script(Reply.text("a").fault(Fault.stall(Moment.COMPLETE)));
            assertThat(client.chat("Hi").block(LONG)).isEqualTo("a");
            LlmHttpException failure = failure(client.chat("Hi").flux());
            assertThat(failure.kind()).isEqualTo(FailureKind.RESPONSE_TIMEOUT);
            return failure.failure().elapsed();
        });
        assertThat(this.server).within(LONG).hasNoOpenConnections();
        assertThat(client.chat("Hi").block(LONG)).isNotEmpty();
    }

    @Test
    @Covers(value = FaultRow.UNREAD_REQUEST, kinds = FailureKind.WRITE)
    void requestThatNobodyReadsFailsAtTheLimitOfWrite() {
        LlmWebClient client = client("openai", (settings) -> settings.getTimeout().setWrite(LIMIT));
        TimeLimits.assertFiresAt(LIMIT, () -> {
            this.server.script(Reply.failing(Fault.stall(Moment.REQUEST_HEAD)));
            LlmHttpException failure = failure(client.chat(LARGE).flux());
            assertThat(failure.kind()).isEqualTo(FailureKind.WRITE);
            assertThat(failure).hasMessageContaining("timeout.write");
            return failure.failure().elapsed();
        });
        assertThat(client.poolStats().acquired()).isZero();
    }

    @ParameterizedTest
    @MethodSource("earlyAnswers")
    @Covers(FaultRow.EARLY_ANSWER)
    void answerThatComesBeforeTheRequestWasReadIsTold(int status, FailureKind kind, String body) {
        this.server.script(Reply.status(status).error("early", "not this one").early());
        LlmHttpException failure = failure(client("openai").chat(body).flux());
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.failure().status()).isEqualTo(status);
        assertThat(failure).hasMessageContaining("not this one");
        assertThat(this.server).hasCalls(1).within(LONG).hasNoOpenConnections();
    }

    static Stream<Arguments> earlyAnswers() {
        return Stream.of(LARGE, "Hi")
            .flatMap((body) -> Stream.of(Arguments.of(413, FailureKind.BAD_REQUEST, body),
                    Arguments.of(401, FailureKind.AUTH, body)));
    }

    @Test
    @Covers(FaultRow.RESET_WHILE_WRITING)
    void resetWhileTheRequestIsWrittenIsAFailureOfWriting() {
        this.server.script(Reply.failing(Fault.reset(Moment.REQUEST_HEAD)));
        LlmHttpException failure = failure(client("openai").chat(LARGE).flux());
        assertThat(failure.kind()).isEqualTo(FailureKind.WRITE);
        assertThat(failure.failure().notProcessed()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("slowHeads")
    @Covers(value = FaultRow.BAD_HEAD, kinds = FailureKind.RESPONSE_TIMEOUT)
    void headThatNeverEndsFailsAtTheLimitOfHeaders(Fault fault) {
        this.server.otherwise(Reply.text("a").fault(fault));
        LlmWebClient client = client("openai", (settings) -> settings.getTimeout().setHeaders(LIMIT));
        TimeLimits.assertFiresAt(LIMIT, () -> {
            LlmHttpException failure = failure(client.stream("Hi"));
            assertThat(failure.kind()).isEqualTo(FailureKind.RESPONSE_TIMEOUT);
            return failure.failure().elapsed();
        });
        assertThat(this.server).within(LONG).hasNoOpenConnections();
    }

    @ParameterizedTest
    @MethodSource("slowHeads")
    @Covers(value = FaultRow.BAD_HEAD, kinds = FailureKind.CALL_TIMEOUT)
    void headThatNeverEndsFailsAtTheLimitOfContent(Fault fault) {
        this.server.otherwise(Reply.text("a").fault(fault));
        LlmWebClient client = client("openai", (settings) -> {
            settings.getTimeout().setFirstToken(LIMIT);
            settings.getTimeout().setCall(LIMIT);
        });
        TimeLimits.assertFiresAt(LIMIT, () -> {
            LlmHttpException failure = failure(client.stream("Hi"));
            assertThat(failure.kind()).isEqualTo(FailureKind.FIRST_TOKEN_TIMEOUT);
            return failure.failure().elapsed();
        });
        TimeLimits.assertFiresAt(LIMIT, () -> {
            LlmHttpException failure = failure(client.chat("Hi").flux());
            assertThat(failure.kind()).isEqualTo(FailureKind.CALL_TIMEOUT);
            return failure.failure().elapsed();
        });
        assertThat(this.server).within(LONG).hasNoOpenConnections();
    }

    static List<Fault> slowHeads() {
        return List.of(Fault.drip(Moment.REQUEST, Duration.ofMillis(100)), Fault.stall(Moment.INSIDE_STATUS_LINE),
                Fault.stall(Moment.INSIDE_HEADERS));
    }

    @ParameterizedTest
    @MethodSource("garbledHeads")
    @Covers(value = FaultRow.BAD_HEAD, kinds = FailureKind.PROTOCOL)
    void whatIsNoHttpIsAFailureOfTheProtocol(Reply reply) {
        this.server.otherwise(reply);
        LlmWebClient client = client("openai");
        for (Flux<?> call : List.of(client.stream("Hi"), client.chat("Hi").flux())) {
            LlmHttpException failure = failure(call);
            assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
            assertThat(failure.isRetryable()).isFalse();
        }
        assertThat(this.server).within(LONG).hasNoOpenConnections();
    }

    static List<Reply> garbledHeads() {
        return List.of(Reply.failing(Fault.garble(Moment.REQUEST)), Reply.failing(Fault.garble(Moment.REQUEST_HEAD)),
                Reply.wire(bytes("HTTP/1.1 twohundred OK\r\n\r\n")),
                Reply.wire(bytes("<html>HTTP 0.9</html>\r\n\r\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = { "x", "h2c", "websocket" })
    @Covers(FaultRow.BAD_HEAD)
    void protocolThatNobodyAskedForIsNoAnswer(String protocol) {
        this.server.otherwise(Reply.wire(bytes(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: %s\r\nConnection: Upgrade\r\n\r\n".formatted(protocol))));
        LlmWebClient client = client("openai", (settings) -> {
            settings.getTimeout().setFirstToken(LIMIT);
            settings.getTimeout().setCall(LIMIT);
        });
        List<FailureKind> kinds = Stream.of(client.stream("Hi"), client.chat("Hi").flux())
            .map((call) -> failure(call).kind())
            .toList();
        // Reactor Netty takes it for the response or for an interim one, as it happens
        assertThat(kinds).hasSize(2)
            .isSubsetOf(FailureKind.PROTOCOL, FailureKind.FIRST_TOKEN_TIMEOUT, FailureKind.CALL_TIMEOUT);
        assertThat(this.server).within(LONG).hasNoOpenConnections();
    }

    @ParameterizedTest
    @ValueSource(strings = { "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n{}\r\n",
            "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}\r\n", "Content-Length: many\r\n\r\n{}",
            "Transfer-Encoding: chunked\r\n\r\nmany\r\n{}\r\n0\r\n\r\n" })
    @Covers(FaultRow.BAD_FRAMING)
    void responseWhoseLengthIsUnclearIsNoAnswer(String rest) {
        for (String type : List.of("application/json", "text/event-stream")) {
            this.server.otherwise(Reply.wire(bytes("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n" + rest)));
            LlmWebClient client = client("openai");
            for (Flux<?> call : List.of(client.stream("Hi"), client.chat("Hi").flux())) {
                assertThat(failure(call).kind()).isEqualTo(FailureKind.PROTOCOL);
            }
            assertThat(this.server).within(LONG).hasNoOpenConnections();
        }
    }

    @Test
    @Covers(FaultRow.BAD_FRAMING)
    void bodyThatIsShorterThanItsLengthIsTruncated() {
        this.server.otherwise(Reply.text("a", "b", "c").fault(Fault.truncate(Moment.afterTokens(2))));
        LlmWebClient client = client("openai");
        assertThat(failure(client.chat("Hi").flux()).kind()).isEqualTo(FailureKind.TRUNCATED);
        assertThat(this.server).within(LONG).hasNoOpenConnections();
    }

    @Test
    @Covers(FaultRow.BAD_HEAD)
    void interimResponsesAreSkippedUnlessThereIsNoEndOfThem() {
        String interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        String answer = "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}";
        String response = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(answer.length(), answer);
        LlmWebClient client = client("openai");
        this.server.script(Reply.wire(bytes(interim + interim + response)), Reply.wire(bytes(interim), bytes(response)),
                Reply.wire(bytes(interim.repeat(5000) + response)));
        assertThat(client.chat("Hi").block(LONG)).isEqualTo("a");
        assertThat(client.chat("Hi").block(LONG)).isEqualTo("a");
        assertThat(this.server).hasAcceptedConnections(1);
        LlmHttpException failure = failure(client.chat("Hi").flux());
        assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
        assertThat(failure).hasMessageContaining("the status 103 is no answer to a request");
        assertThat(this.server).within(LONG).hasNoOpenConnections();
    }

    @ParameterizedTest
    @ValueSource(strings = { "INSIDE_STATUS_LINE", "INSIDE_HEADERS" })
    @Covers(FaultRow.BAD_HEAD)
    void headThatIsCutIsNoAnswer(String name) {
        Moment moment = name.equals("INSIDE_HEADERS") ? Moment.INSIDE_HEADERS : Moment.INSIDE_STATUS_LINE;
        this.server.otherwise(Reply.failing(Fault.truncate(moment)));
        LlmWebClient client = client("openai");
        for (Flux<?> call : List.of(client.stream("Hi"), client.chat("Hi").flux())) {
            assertThat(failure(call).kind()).isIn(FailureKind.TRUNCATED, FailureKind.PROTOCOL);
        }
    }

    @ParameterizedTest
    @MethodSource("answersThatAreNone")
    @Covers(FaultRow.NOT_A_STREAM)
    void successWithoutAnAnswerIsAFailureOfTheProtocol(Reply reply, String ofStream, String ofCall) {
        this.server.otherwise(reply);
        LlmWebClient client = client("openai");
        LlmHttpException stream = failure(client.stream("Hi"));
        LlmHttpException call = failure(client.chat("Hi").flux());
        assertThat(List.of(stream, call)).extracting(LlmHttpException::kind).containsOnly(FailureKind.PROTOCOL);
        assertThat(List.of(stream, call)).noneMatch(LlmHttpException::isRetryable);
        assertThat(stream).hasMessageContaining(ofStream);
        assertThat(call).hasMessageContaining(ofCall);
    }

    static Stream<Arguments> answersThatAreNone() {
        String noBody = "the response of status 200 has no body";
        return Stream.of(Arguments.of(Reply.errorPage(200), "the response is text/html", "not the JSON"),
                Arguments.of(Reply.status(204), "status 204 has no body", "status 204 has no body"),
                Arguments.of(Reply.status(200).body(""), noBody, noBody),
                Arguments.of(Reply.status(200).body("no JSON").header("Content-Type", "text/plain"),
                        "the response is text/plain", "not the JSON"));
    }

    @ParameterizedTest
    @ValueSource(ints = { 401, 429, 500, 502 })
    @Covers(FaultRow.KEY_IN_ERROR)
    void errorPageOfAProxyIsToldByItsStatusAndHidesTheKey(int status) {
        this.server.script(Reply.status(status).body("<html>" + KEY + "</html>").header("Content-Type", "text/html"),
                Reply.errorPage(status));
        LlmWebClient client = client("openai");
        assertThat(failure(client.chat("Hi").flux()).failure().status()).isEqualTo(status);
        assertThat(failure(client.stream("Hi")).failure().status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama", "vllm" })
    @Covers(value = FaultRow.CUT, kinds = FailureKind.TRUNCATED)
    void streamThatIsCutWithinAnEventDeliversNoHalfEvent(String provider) {
        LlmWebClient client = client(provider);
        for (Fault.Kind kind : List.of(Fault.Kind.TRUNCATE, Fault.Kind.RESET, Fault.Kind.END_EARLY)) {
            for (Moment moment : List.of(Moment.insideToken(2), Moment.INSIDE_CHARACTER)) {
                Fault fault = Fault.of(kind, moment);
                this.server.script(Reply.text("a", "b\u20AC", "c").fault(fault));
                LlmHttpException failure = cut(client, List.of("a"), fault);
                assertThat(failure.kind()).as("%s", fault).isEqualTo(FailureKind.TRUNCATED);
                assertThat(failure.isRetryable()).as("%s", fault).isFalse();
            }
        }
        assertThat(client.poolStats().acquired()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "vllm" })
    @Covers(FaultRow.CUT)
    void eventWithoutItsBlankLineIsNotDelivered(String provider) {
        LlmWebClient client = client(provider);
        Fault fault = Fault.truncate(Moment.unterminatedToken(2));
        this.server.script(Reply.text("a", "b", "c").fault(fault));
        assertThat(cut(client, List.of("a"), fault).kind()).isEqualTo(FailureKind.TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama", "vllm" })
    @Covers(FaultRow.DAMAGED)
    void garbledEventIsAFailureOfTheProtocol(String provider) {
        LlmWebClient client = client(provider);
        Fault fault = Fault.garble(Moment.afterTokens(1));
        this.server.script(Reply.text("a", "b", "c").fault(fault));
        LlmHttpException failure = cut(client, List.of("a"), fault);
        assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
        assertThat(failure.isRetryable()).isFalse();
        assertThat(this.server).within(LONG).hasNoOpenConnections();
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama", "vllm" })
    @Covers(FaultRow.DAMAGED)
    void garbledAnswerIsAFailureOfTheProtocol(String provider) {
        this.server.script(Reply.text("a", "b").fault(Fault.garble(Moment.HEADERS)));
        assertThat(failure(client(provider).chat("Hi").flux()).kind()).isEqualTo(FailureKind.PROTOCOL);
        // Wherever it happens, and even if what remains is JSON
        LlmWebClient client = client(provider);
        for (int tokens = 1; tokens <= 8; tokens++) {
            String[] answer = Collections.nCopies(tokens, "\u20AC").toArray(String[]::new);
            for (int token = 1; token < tokens; token++) {
                this.server.script(Reply.text(answer).fault(Fault.garble(Moment.afterTokens(token))));
                assertThat(failure(client.chat("Hi").flux()).kind()).isEqualTo(FailureKind.PROTOCOL);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama", "vllm" })
    @Covers(FaultRow.ANY_CUTTING)
    void bytesThatComeOneByOneMakeTheSameTokens(String provider) {
        this.server.script(
                Reply.text("a", "Gr\u00FC\u00DFe", "\uD83D\uDE00").fault(Fault.drip(Moment.REQUEST, Duration.ZERO)));
        StepVerifier.create(client(provider).stream("Hi"))
            .expectNext("a", "Gr\u00FC\u00DFe", "\uD83D\uDE00")
            .expectComplete()
            .verify(LONG);
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama" })
    @Covers(FaultRow.ERROR_IN_STREAM)
    void errorObjectInsteadOfAnAnswerIsAnError(String provider) {
        this.server.script(Reply.status(200).error("overloaded_error", "went wrong"));
        LlmHttpException failure = failure(client(provider).chat("Hi").flux());
        assertThat(failure.kind()).isEqualTo(FailureKind.UPSTREAM_ERROR);
        assertThat(failure).hasMessageContaining("went wrong");
    }

    private LlmWebClient client(String provider) {
        return client(provider, (settings) -> {
        });
    }

    private LlmWebClient client(String provider, Consumer<LlmClientProperties> more) {
        return this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider(provider);
            settings.setApiKey(KEY);
            more.accept(settings);
        });
    }

    /** A reset may overtake tokens that came before it. */
    private LlmHttpException cut(LlmWebClient client, List<String> tokens, Fault fault) {
        LlmHttpException[] failure = new LlmHttpException[1];
        List<String> seen = client.stream("Hi").onErrorResume((error) -> {
            failure[0] = (LlmHttpException) error;
            return Flux.empty();
        }).collectList().block(LONG);
        if (fault.kind() == Fault.Kind.RESET) {
            assertThat(tokens).as("%s", fault).startsWith(seen.toArray(String[]::new));
        }
        else {
            assertThat(seen).as("%s", fault).isEqualTo(tokens);
        }
        assertThat(failure[0]).as("%s", fault).isNotNull();
        assertThat(failure[0].failure().delivered()).as("%s", fault).isEqualTo(seen.size());
        return failure[0];
    }

    private static LlmHttpException failure(Flux<?> call) {
        LlmHttpException[] failure = new LlmHttpException[1];
        StepVerifier.create(call.ignoreElements())
            .expectErrorSatisfies((error) -> failure[0] = (LlmHttpException) error)
            .verify(LONG);
        assertThat(failure[0].toString()).contains(failure[0].kind().name()).doesNotContain(KEY);
        return failure[0];
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

}
