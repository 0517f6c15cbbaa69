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

package io.github.llmhttp.sample;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChatController} and {@link Problems}, between a browser's requests and
 * a provider that fails on demand.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "llm.http.timeout.call=2s",
        // All tests share one client, and most of them make it fail
        "llm.http.circuit-breaker.enabled=false" })
class ChatApiTests {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final MockLlmServer llm = MockLlmServer.start();

    private WebClient browser = WebClient.create();

    @DynamicPropertySource
    static void talkToMock(DynamicPropertyRegistry properties) {
        properties.add("LLM_BASE_URL", llm::url);
        properties.add("LLM_MODEL", () -> "test-model");
    }

    @BeforeEach
    void reset(@LocalServerPort int port) {
        llm.reset();
        this.browser = WebClient.create("http://127.0.0.1:" + port);
    }

    @AfterAll
    static void close() {
        llm.close();
    }

    @Test
    void answersWholeWithModelAndUsage() {
        llm.script(Reply.text("For", "ty", "-two").usage(7, 3));
        JsonNode answer = json(ask("{\"prompt\": \"Say forty-two\"}"), HttpStatus.OK);
        assertThat(answer.path("text").asString()).isEqualTo("Forty-two");
        assertThat(answer.path("model").asString()).isEqualTo("test-model");
        assertThat(answer.path("finishReason").asString()).isEqualTo("stop");
        assertThat(answer.at("/usage/inputTokens").asInt()).isEqualTo(7);
        assertThat(answer.at("/usage/outputTokens").asInt()).isEqualTo(3);
        assertThat(llm.call().prompt()).isEqualTo("Say forty-two");
    }

    @Test
    void missingOrBlankPromptIsABadRequestThatNobodyIsAskedFor() {
        for (String body : List.of("{}", "{\"prompt\": null}", "{\"prompt\": \" \"}")) {
            JsonNode problem = problem(ask(body), HttpStatus.BAD_REQUEST);
            assertThat(problem.path("detail").asString()).isEqualTo("The prompt is missing or blank");
        }
        problem(ask("no JSON"), HttpStatus.BAD_REQUEST);
        assertThat(llm.calls()).isEmpty();
    }

    @Test
    void rateLimitIsPassedOnWithItsRetryAfter() {
        llm.otherwise(Reply.status(429).header("Retry-After", "120"));
        ResponseEntity<JsonNode> response = ask("{\"prompt\": \"Hi\"}");
        JsonNode problem = problem(response, HttpStatus.TOO_MANY_REQUESTS);
        assertThat(response.getHeaders().getFirst("Retry-After")).isEqualTo("120");
        assertThat(problem.path("kind").asString()).isEqualTo("RATE_LIMITED");
        assertThat(problem.path("stage").asString()).isNotEmpty();
        assertThat(problem.path("retryable").asBoolean()).isTrue();
        assertThat(problem.path("retryAfter").asInt()).isEqualTo(120);
        assertThat(problem.path("title").asString()).isEqualTo("The provider limits the rate of requests");
    }

    @Test
    void overloadIsUnavailable() {
        llm.otherwise(Reply.status(503));
        JsonNode problem = problem(ask("{\"prompt\": \"Hi\"}"), HttpStatus.SERVICE_UNAVAILABLE);
        assertThat(problem.path("kind").asString()).isEqualTo("OVERLOADED");
    }

    @Test
    void failureOfTheProviderIsABadGateway() {
        llm.otherwise(Reply.status(500));
        JsonNode problem = problem(ask("{\"prompt\": \"Hi\"}"), HttpStatus.BAD_GATEWAY);
        assertThat(problem.path("kind").asString()).isEqualTo("SERVER");
    }

    @Test
    void answerThatDoesNotComeIsAGatewayTimeout() {
        llm.otherwise(Reply.failing(Fault.stall(Moment.REQUEST)));
        JsonNode problem = problem(ask("{\"prompt\": \"Hi\"}"), HttpStatus.GATEWAY_TIMEOUT);
        assertThat(problem.path("kind").asString()).isEqualTo("CALL_TIMEOUT");
        assertThat(problem.path("detail").asString()).contains("timeout.call");
    }

    @Test
    void refusedConnectionIsABadGateway() {
        llm.closeConnections();
        llm.awaitOpenConnections(0, LIMIT);
        try (MockLlmServer.Outage outage = llm.refuse()) {
            assertThat(outage).isNotNull();
            JsonNode problem = problem(ask("{\"prompt\": \"Hi\"}"), HttpStatus.BAD_GATEWAY);
            assertThat(problem.path("kind").asString()).isEqualTo("CONNECT");
            assertThat(problem.path("stage").asString()).isEqualTo("connect");
            assertThat(problem.path("retryable").asBoolean()).isTrue();
        }
    }

    @Test
    void streamsEachTokenAndEndsWithDone() {
        llm.script(Reply.text("Hel", "lo", " world").usage(5, 3));
        List<ServerSentEvent<JsonNode>> events = collect(stream("Hi & <you> + ü?"));
        assertThat(events).extracting(ServerSentEvent::event).containsExactly(null, null, null, "done");
        assertThat(texts(events)).containsExactly("Hel", "lo", " world");
        JsonNode done = data(events.get(3));
        assertThat(done.path("model").asString()).isEqualTo("test-model");
        assertThat(done.path("finishReason").asString()).isEqualTo("stop");
        assertThat(done.at("/usage/outputTokens").asInt()).isEqualTo(3);
        assertThat(llm.call().prompt()).isEqualTo("Hi & <you> + ü?");
    }

    @Test
    void tokensArriveApartInTime() {
        llm.script(Reply.text("a", "b", "c", "d").gap(Duration.ofMillis(150)));
        List<Long> arrivals = stream("Hi").timed()
            .map((timed) -> timed.elapsedSinceSubscription().toMillis())
            .collectList()
            .block(LIMIT);
        assertThat(arrivals).hasSize(5);
        assertThat(arrivals.get(3) - arrivals.get(0)).isGreaterThan(225);
    }

    @Test
    void tokensAreHandedOnWhileTheProviderIsSilent() {
        llm.script(Reply.text("a", "b", "c").fault(Fault.stall(Moment.afterTokens(2))));
        assertThat(texts(collect(stream("Hi").take(2)))).containsExactly("a", "b");
    }

    @Test
    void leavingClosesTheConnectionToTheProviderWithinASecond() {
        llm.script(Reply.text("a", "b", "c").fault(Fault.stall(Moment.afterTokens(2))));
        collect(stream("Hi").take(1));
        llm.awaitCancelled(1, Duration.ofSeconds(1));
        llm.awaitOpenConnections(0, Duration.ofSeconds(1));
    }

    @Test
    void answerThatBreaksOffEndsWithAnErrorEvent() {
        llm.otherwise(Reply.text("Hel", "lo").fault(Fault.truncate(Moment.afterTokens(2))));
        List<ServerSentEvent<JsonNode>> events = collect(stream("Hi"));
        assertThat(texts(events)).containsExactly("Hel", "lo");
        assertThat(events).extracting(ServerSentEvent::event).containsExactly(null, null, "error");
        JsonNode problem = data(events.get(2));
        assertThat(problem.path("kind").asString()).isEqualTo("TRUNCATED");
        assertThat(problem.path("status").asInt()).isEqualTo(502);
        assertThat(problem.path("retryable").asBoolean(true)).isFalse();
    }

    @Test
    void failureBeforeTheFirstTokenIsAnErrorEvent() {
        llm.otherwise(Reply.status(429).header("Retry-After", "120"));
        JsonNode problem = onlyError(stream("Hi"));
        assertThat(problem.path("kind").asString()).isEqualTo("RATE_LIMITED");
        assertThat(problem.path("status").asInt()).isEqualTo(429);
        assertThat(problem.path("retryAfter").asInt()).isEqualTo(120);
    }

    @Test
    void blankPromptOfAStreamIsAnErrorEvent() {
        assertThat(onlyError(stream(" ")).path("status").asInt()).isEqualTo(400);
        assertThat(llm.calls()).isEmpty();
    }

    private ResponseEntity<JsonNode> ask(String body) {
        ResponseEntity<JsonNode> response = this.browser.post()
            .uri("/api/chat")
            .contentType(MediaType.APPLICATION_JSON)
            .bodyValue(body)
            .exchangeToMono((answer) -> answer.toEntity(JsonNode.class))
            .block(LIMIT);
        assertThat(response).isNotNull();
        return response;
    }

    private Flux<ServerSentEvent<JsonNode>> stream(String prompt) {
        return this.browser.get()
            .uri("/api/chat/stream?prompt={prompt}", Map.of("prompt", prompt))
            .accept(MediaType.TEXT_EVENT_STREAM)
            .retrieve()
            .bodyToFlux(new ParameterizedTypeReference<>() {
            });
    }

    private static List<ServerSentEvent<JsonNode>> collect(Flux<ServerSentEvent<JsonNode>> events) {
        List<ServerSentEvent<JsonNode>> collected = events.collectList().block(LIMIT);
        assertThat(collected).isNotNull();
        return collected;
    }

    private static JsonNode onlyError(Flux<ServerSentEvent<JsonNode>> events) {
        List<ServerSentEvent<JsonNode>> collected = collect(events);
        assertThat(collected).singleElement().extracting(ServerSentEvent::event).isEqualTo("error");
        return data(collected.get(0));
    }

    private static List<String> texts(List<ServerSentEvent<JsonNode>> events) {
        return events.stream()
            .filter((event) -> event.event() == null)
            .map((event) -> data(event).path("text").asString())
            .toList();
    }

    private static JsonNode data(ServerSentEvent<JsonNode> event) {
        JsonNode data = event.data();
        assertThat(data).isNotNull();
        return data;
    }

    private static JsonNode problem(ResponseEntity<JsonNode> response, HttpStatus status) {
        assertThat(response.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
        JsonNode problem = json(response, status);
        assertThat(problem.path("status").asInt()).isEqualTo(status.value());
        return problem;
    }

    private static JsonNode json(ResponseEntity<JsonNode> response, HttpStatus status) {
        assertThat(response.getStatusCode()).as("%s", response.getBody()).isEqualTo(status);
        JsonNode body = response.getBody();
        assertThat(body).isNotNull();
        return body;
    }

}
