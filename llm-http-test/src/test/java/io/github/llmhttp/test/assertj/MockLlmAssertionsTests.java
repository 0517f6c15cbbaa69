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

package io.github.llmhttp.test.assertj;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.github.llmhttp.test.assertj.MockLlmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MockLlmAssertionsTests {

    private static final String KEY = "sk-canary-0123456789";

    private static final String PROMPT = "a secret prompt";

    private static final Duration LONG = Duration.ofSeconds(5);

    private static final Duration SHORT = Duration.ofMillis(50);

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AutoClose
    private final MockLlmServer llm = MockLlmServer.start();

    @Test
    void whatReachedTheServerCanBeAsserted() throws Exception {
        assertThat(this.llm).hasNoCalls().hasAcceptedConnections(0).hasUsedUpItsScript();
        this.llm.script(Reply.text("one"), Reply.text("one", "two"));
        post();
        post();
        assertThat(this.llm).hasCalls(2)
            .hasUsedUpItsScript()
            .hasAcceptedConnections(1)
            .hasReusedConnections(1)
            .hasOpenConnections(1)
            .hasPausesOfAtLeast(Duration.ofNanos(1))
            .staysQuietFor(SHORT)
            .within(LONG)
            .hasCompleteCalls(2)
            .hasNoRunningCalls();
        assertThat(this.llm).lastCall()
            .hasMethod("POST")
            .hasPath("/v1/chat/completions")
            .hasHeader("Content-Type")
            .hasHeader("authorization", "Bearer " + KEY)
            .doesNotHaveHeader("x-api-key")
            .hasModel("m")
            .hasPrompt(PROMPT)
            .hasJson("/messages/0/content", PROMPT)
            .hasJson("/temperature", 0.20)
            .hasJson("/max_tokens", 5L)
            .hasJson("/options", Map.of("a", true))
            .doesNotHaveJson("/top_p")
            .isNotStreaming()
            .isComplete()
            .cameOnTheConnectionOf(this.llm.calls().get(0))
            .cameAtLeast(Duration.ofNanos(1), this.llm.calls().get(0));
        assertThat(this.llm).call(2).hasTokensWritten(2);
    }

    @Test
    void whatIsNotSoYetMayBecomeSo() {
        this.llm.script(Reply.failing(Fault.stall(Moment.REQUEST)));
        CompletableFuture<HttpResponse<String>> response = this.client.sendAsync(request(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(this.llm).within(LONG).hasCalls(1).call(1).hasPrompt(PROMPT);
        assertFails(() -> assertThat(this.llm).within(SHORT).hasNoRunningCalls(), "no running calls within PT0.05S");
        response.cancel(true);
        assertThat(this.llm).within(LONG).hasNoOpenConnections().hasCancelledCalls(1).hasNoRunningCalls();
        assertThat(this.llm.call()).isCancelled();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aFailureShowsWhatCameButNoSecret(Consumer<MockLlmServer> wrong, String part) throws Exception {
        this.llm.script(Reply.text("one"), Reply.text("two"), Reply.text("three"));
        post();
        post();
        assertFails(() -> wrong.accept(this.llm), part, "RecordedCall[2, POST /v1/chat/completions");
    }

    static Stream<Arguments> wrong() {
        return Stream.of(server((llm) -> llm.hasCalls(3), "Expected 3 calls but the number is 2."),
                server(MockLlmServerAssert::hasUsedUpItsScript, "no scripted replies left but the number is 1"),
                server((llm) -> llm.hasCancelledCalls(1), "1 cancelled calls but the number is 0"),
                server((llm) -> llm.hasPausesOfAtLeast(LONG), "call 2 came PT"),
                server((llm) -> llm.call(3), "a call number 3 but there are 2"),
                server((llm) -> llm.call(0), "a call number 0 but there are 2"),
                call((call) -> call.hasPath("/v1/messages"), "path: '/v1/messages'\nbut found: '/v1/chat/completions'"),
                call((call) -> call.hasHeader("x-api-key"), "header 'x-api-key': true\nbut found: false"),
                call((call) -> call.hasHeader("Authorization", KEY),
                        "'Authorization': a text of 20 characters\nbut found: a text of 27 characters"),
                call((call) -> call.hasHeader("x-api-key", KEY), "but found: missing"),
                call((call) -> call.hasHeader("Accept-Language", "de"), "'Accept-Language': 'de'\nbut found: 'en'"),
                call((call) -> call.hasPrompt("x"),
                        "prompt: a text of 1 characters\nbut found: a text of 15 characters"),
                call((call) -> call.hasJson("/messages/0/content", "x"), "but found: a text of 15 characters"),
                call((call) -> call.hasJson("/messages", "x"), "but found: array of 1"),
                call((call) -> call.hasJson("/temperature", 0.3), "'/temperature': 0.3\nbut found: 0.2"),
                call((call) -> call.hasJson("/model", "n"), "'/model': \"n\"\nbut found: \"m\""),
                call((call) -> call.hasJson("/top_p", 1), "but found: missing"),
                call((call) -> call.doesNotHaveJson("/options"), "missing\nbut found: object of 1"),
                call(RecordedCallAssert::isStreaming, "streaming: true\nbut found: false"),
                call(RecordedCallAssert::isCancelled, "cancelled: true\nbut found: false"),
                call((call) -> call.hasTokensWritten(7), "tokens written: 7\nbut found: 1"));
    }

    @Test
    void aCallThatShouldNotHaveComeIsToldAtOnce() {
        CompletableFuture.runAsync(() -> this.client.sendAsync(request(), HttpResponse.BodyHandlers.ofString()));
        assertFails(() -> assertThat(this.llm).staysQuietFor(LONG), "no call for PT5S but there was one");
    }

    @Test
    void descriptionsAreKept() {
        assertFails(() -> assertThat(this.llm).as("my reason").hasCalls(1), "[my reason]", "Calls: none");
    }

    private static Arguments server(Consumer<MockLlmServerAssert> wrong, String part) {
        return Arguments.of((Consumer<MockLlmServer>) (llm) -> wrong.accept(assertThat(llm)), part);
    }

    private static Arguments call(Consumer<RecordedCallAssert> wrong, String part) {
        return Arguments.of((Consumer<MockLlmServer>) (llm) -> wrong.accept(assertThat(llm).lastCall()), part);
    }

    private static void assertFails(ThrowingCallable assertion, String... parts) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion)
            .satisfies((error) -> assertThat(error.getMessage()).contains(parts).doesNotContain(KEY, PROMPT));
    }

    private void post() throws Exception {
        this.client.send(request(), HttpResponse.BodyHandlers.ofString());
        RecordedCall last = this.llm.calls().get(this.llm.calls().size() - 1);
        assertThat(this.llm.await((server) -> last.isComplete(), LONG)).isTrue();
    }

    private HttpRequest request() {
        return HttpRequest.newBuilder(URI.create(this.llm.url() + "/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .header("Accept-Language", "en")
            .header("Authorization", "Bearer " + KEY)
            .POST(HttpRequest.BodyPublishers.ofString("""
                    {"model":"m","temperature":0.2,"max_tokens":5,"options":{"a":true},
                    "messages":[{"role":"user","content":"%s"}]}""".formatted(PROMPT)))
            .build();
    }

}
