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

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MockLlmServerTests {

    private static final String PROMPT = """
            {"model":"m","messages":[{"role":"user","content":"Say hello"}]}""";

    private static final String STREAM = """
            {"model":"m","stream":true,"messages":[{"role":"user","content":"Say hello"}]}""";

    @AutoClose
    private final MockLlmServer llm = MockLlmServer.start();

    private final TestClient client = new TestClient(this.llm);

    @Test
    void scriptedRepliesAreUsedUpInOrder() throws Exception {
        this.llm.script(Reply.text("one"), Reply.status(503));
        this.llm.script(Reply.text("two"));
        assertThat(answer()).isEqualTo("one");
        assertThat(this.client.post(TestClient.CHAT, PROMPT).statusCode()).isEqualTo(503);
        assertThat(answer()).isEqualTo("two");
        assertThat(this.llm.remaining()).isZero();
    }

    @Test
    void withoutScriptThePromptIsEchoed() throws Exception {
        assertThat(answer()).contains("Say hello");
    }

    @Test
    void otherwiseAnswersEachUnscriptedCall() throws Exception {
        this.llm.otherwise((call) -> Reply.text("to " + call.model()));
        assertThat(answer()).isEqualTo("to m");
        assertThat(answer()).isEqualTo("to m");
    }

    @Test
    void aConditionChoosesTheReply() throws Exception {
        this.llm.script((call) -> call.protocol() == Protocol.HEALTH, Reply.status(503));
        this.llm.script(Reply.text("chat"));
        assertThat(this.client.get("/health").statusCode()).isEqualTo(503);
        assertThat(this.client.get("/health").statusCode()).isEqualTo(200);
        assertThat(answer()).isEqualTo("chat");
    }

    @Test
    void statusRepliesHaveHeadersAndTheBodyThatIsAskedFor() throws Exception {
        this.llm.script(Reply.status(429).header("Retry-After", "2").body("{\"a\":1}"), Reply.status(529),
                Reply.status(429).error("insufficient_quota", "no money"));
        HttpResponse<String> own = this.client.post(TestClient.CHAT, PROMPT);
        assertThat(own.statusCode()).isEqualTo(429);
        assertThat(own.headers().firstValue("retry-after")).hasValue("2");
        assertThat(own.body()).isEqualTo("{\"a\":1}");
        HttpResponse<String> anthropic = this.client.post("/v1/messages", PROMPT);
        assertThat(anthropic.statusCode()).isEqualTo(529);
        assertThat(anthropic.body()).startsWith("{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"");
        assertThat(this.client.json(TestClient.CHAT, PROMPT).path("error").path("code").asString())
            .isEqualTo("insufficient_quota");
    }

    @Test
    void tokensComeAtTheScriptedPace() throws Exception {
        this.llm.script(Reply.text("a", "b", "c").firstAfter(Duration.ofMillis(150)).gap(Duration.ofMillis(60)));
        long start = System.nanoTime();
        List<Long> arrivals = new ArrayList<>();
        this.client.lines(TestClient.CHAT, STREAM)
            .body()
            .filter((line) -> line.contains("\"content\":\"") && !line.contains("\"content\":\"\""))
            .forEach((line) -> arrivals.add((System.nanoTime() - start) / 1_000_000));
        assertThat(arrivals).hasSize(3);
        // Lower bounds are exact; upper bounds leave room for a busy machine
        assertThat(arrivals.get(0)).isBetween(150L, 1500L);
        assertThat(arrivals.get(2)).isBetween(270L, 3000L);
        assertThat(arrivals.get(2) - arrivals.get(0)).isGreaterThan(90);
    }

    @Test
    void anAnswerThatIsNotStreamedTakesAsLongAsItsTokens() throws Exception {
        this.llm.script(Reply.text("a", "b", "c")
            .headersAfter(Duration.ofMillis(20))
            .firstAfter(Duration.ofMillis(60))
            .gap(Duration.ofMillis(50)));
        long start = System.nanoTime();
        assertThat(answer()).isEqualTo("abc");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(180));
    }

    @Test
    void pingsAreSentWhileTheFirstTokenIsAwaited() throws Exception {
        this.llm.script(Reply.text("a").firstAfter(Duration.ofMillis(170)).pingEvery(Duration.ofMillis(50)),
                Reply.text("a").firstAfter(Duration.ofMillis(170)).pingEvery(Duration.ofMillis(50)));
        assertThat(this.client.post(TestClient.CHAT, STREAM).body().split(": ping\n\n", -1)).hasSize(4);
        // One more ping always follows message_start
        assertThat(this.client.post("/v1/messages", STREAM).body().split("event: ping\n", -1)).hasSize(5);
    }

    @Test
    void connectionsAreCounted() throws Exception {
        answer();
        answer();
        answer();
        assertThat(this.llm.connections()).isEqualTo(new ConnectionCounts(1, 1, 2, 0));
        assertThat(this.llm.calls()).extracting(RecordedCall::requestOnConnection).containsExactly(1, 2, 3);
        assertThat(this.llm.calls()).extracting(RecordedCall::connectionId).containsOnly(1);
    }

    @Test
    void aClientThatLeavesIsRecorded() throws Exception {
        this.llm.script(Reply.text("a", "b").gap(Duration.ofMinutes(1)));
        HttpResponse<InputStream> response = this.client.open(TestClient.CHAT, STREAM);
        try (InputStream body = response.body()) {
            assertThat(body.read()).isEqualTo('d');
        }
        this.llm.awaitCancelled(1, TestClient.LIMIT);
        this.llm.awaitOpenConnections(0, TestClient.LIMIT);
        assertThat(this.llm.call().isCancelled()).isTrue();
        assertThat(this.llm.call().isComplete()).isFalse();
        assertThat(this.llm.call().tokensWritten()).isEqualTo(1);
        assertThat(this.llm.connections().closedByClient()).isEqualTo(1);
    }

    @Test
    void aCallIsRecordedWithAllItsParts() throws Exception {
        this.client.post("/proxy/v1/chat/completions?api-version=1&b=%20x", PROMPT);
        RecordedCall call = this.llm.call();
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.path()).isEqualTo("/proxy/v1/chat/completions");
        assertThat(call.query()).containsEntry("api-version", List.of("1")).containsEntry("b", List.of(" x"));
        assertThat(call.header("CONTENT-TYPE")).isEqualTo("application/json");
        assertThat(call.headers()).extracting((header) -> header.getKey().toLowerCase(Locale.ROOT))
            .contains("host", "content-type");
        assertThat(call.body()).isEqualTo(PROMPT);
        assertThat(call.json().path("model").asString()).isEqualTo("m");
        assertThat(call.protocol()).isEqualTo(Protocol.OPENAI_CHAT);
        assertThat(call.prompt()).isEqualTo("Say hello");
        this.llm.awaitComplete(1, TestClient.LIMIT);
        assertThat(call.isComplete()).isTrue();
        assertThat(call.toString()).doesNotContain("Say hello").doesNotContain("application/json");
    }

    @Test
    void aWaitThatIsInVainSaysWhatItSaw() {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.llm.awaitCalls(2, Duration.ofMillis(10)))
            .withMessage("Waited PT0.01S for 2 calls but now it is 0");
    }

    @Test
    void aMomentThatNeverComesIsRefused() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> this.llm.script(Reply.text("a").fault(Fault.reset(Moment.afterTokens(2)))))
            .withMessageContaining("1 tokens");
    }

    @Test
    void manyStreamsRunAtOnce() throws Exception {
        this.llm.otherwise(Reply.text("a", "b", "c").gap(Duration.ofMillis(20)));
        int clients = 50;
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            CountDownLatch ready = new CountDownLatch(clients);
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                answers.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return text(this.client.post(TestClient.CHAT, STREAM).body());
                }));
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("abc");
            }
        }
        finally {
            threads.shutdownNow();
        }
        this.llm.awaitComplete(clients, TestClient.LIMIT);
    }

    @Test
    void aSlowReaderHoldsTheServerBack() throws Exception {
        String token = "x".repeat(10_000);
        String[] tokens = Stream.generate(() -> token).limit(3000).toArray(String[]::new);
        this.llm.script(Reply.text(tokens));
        HttpResponse<InputStream> response = this.client.open(TestClient.CHAT, STREAM);
        try (InputStream body = response.body()) {
            assertThat(body.read()).isEqualTo('d');
            int held = this.llm.call().tokensWritten();
            assertThat(held).isLessThan(3000);
            body.readAllBytes();
        }
        this.llm.awaitComplete(1, TestClient.LIMIT);
        assertThat(this.llm.call().tokensWritten()).isEqualTo(3000);
    }

    @Test
    void resetForgetsScriptAndRecords() throws Exception {
        answer();
        this.llm.script(Reply.status(500));
        this.llm.reset();
        assertThat(this.llm.calls()).isEmpty();
        assertThat(this.llm.remaining()).isZero();
        assertThat(this.llm.connections()).isEqualTo(new ConnectionCounts(0, 1, 0, 0));
    }

    @Test
    void noThreadIsLeftAfterClose() throws Exception {
        MockLlmServer other = MockLlmServer.start();
        new TestClient(other).post(TestClient.CHAT, PROMPT);
        List<Thread> before = threadsOf(other);
        assertThat(before).isNotEmpty().allMatch(Thread::isDaemon);
        other.close();
        for (Thread thread : before) {
            thread.join(1000);
        }
        assertThat(before).noneMatch(Thread::isAlive);
    }

    @Test
    void aSecondCloseHasNothingToDo() throws Exception {
        MockLlmServer other = MockLlmServer.start();
        try (RawClient client = new RawClient(other)) {
            client.post(TestClient.CHAT, PROMPT).read();
            other.close();
            other.close();
        }
        other.awaitOpenConnections(0, TestClient.LIMIT);
    }

    @Test
    void whoClosesAtTheSameTimeWaitsForTheThreadsToo() throws Exception {
        MockLlmServer other = MockLlmServer.start();
        new TestClient(other).post(TestClient.CHAT, PROMPT);
        List<Thread> before = threadsOf(other);
        CompletableFuture<Void> first = CompletableFuture.runAsync(other::close);
        other.close();
        for (Thread thread : before) {
            thread.join(1000);
        }
        assertThat(before).isNotEmpty().noneMatch(Thread::isAlive);
        assertThat(first).succeedsWithin(TestClient.LIMIT);
    }

    private static List<Thread> threadsOf(MockLlmServer server) {
        return Thread.getAllStackTraces()
            .keySet()
            .stream()
            .filter((thread) -> thread.getName().startsWith(server.threadName() + "-"))
            .toList();
    }

    private String answer() throws Exception {
        return this.client.json(TestClient.CHAT, PROMPT)
            .path("choices")
            .path(0)
            .path("message")
            .path("content")
            .asString();
    }

    private static String text(String stream) {
        return TestClient.events(stream)
            .stream()
            .map((event) -> event.path("choices").path(0).path("delta").path("content").asString(""))
            .collect(Collectors.joining());
    }

}
