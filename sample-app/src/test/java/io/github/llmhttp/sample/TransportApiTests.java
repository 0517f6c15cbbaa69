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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.RecordedCall;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TransportController} and what is behind it, by a browser's requests.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = { "LLM_BASE_URL=", "LLM_PROVIDER=", "LLM_API_KEY=", "LLM_MODEL=",
                // Some tests make calls fail, and the others share their breaker
                "llm.http.circuit-breaker.failure-rate=100", "llm.http.timeout.token-gap=500ms" })
class TransportApiTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private WebClient browser = WebClient.create();

    @Autowired
    private MockLlmServer mock;

    @Autowired
    private Playground playground;

    @BeforeEach
    void open(@LocalServerPort int port) {
        this.browser = WebClient.create("http://127.0.0.1:" + port);
    }

    @AfterEach
    void calm() {
        this.playground.setLoad(0);
        this.playground.play(Mischief.BEHAVE);
    }

    @Test
    void snapshotTellsOfPoolCallsAndEndpointButNotWhatWasSaid() {
        post("/api/chat", "{\"prompt\": \"canary-prompt\"}");
        answer().subscribe();
        JsonNode snapshot = live(this.browser).skipUntil((taken) -> !taken.path("waits").isEmpty()).blockFirst(LIMIT);
        assertThat(snapshot).isNotNull();
        assertThat(snapshot.path("client").asString()).isEqualTo("default");
        assertThat(snapshot.path("pool").propertyNames()).containsExactlyInAnyOrder("calls", "streams", "sessions",
                "idle", "pending", "maxConnections", "maxStreams", "maxPending", "evicted");
        assertThat(snapshot.at("/pool/maxConnections").asInt()).isEqualTo(50);
        assertThat(snapshot.at("/calls/success").asInt()).isPositive();
        assertThat(snapshot.at("/coolDown").isNumber()).isTrue();
        assertThat(snapshot.at("/endpoints/0/name").asString()).isEqualTo("127.0.0.1:" + this.mock.port());
        assertThat(snapshot.at("/endpoints/0/circuitBreaker").asString()).isEqualTo("closed");
        assertThat(snapshot.at("/endpoints/0/attempts/success").asInt()).isPositive();
        assertThat(snapshot.at("/waits/0/firstToken").asInt()).isPositive();
        assertThat(snapshot.at("/waits/0/tokenGap").asInt()).isPositive();
        assertThat(snapshot.at("/demo/mischief").asString()).isEqualTo("behave");
        assertThat(snapshot.toString()).doesNotContain("canary", "You asked");
    }

    @Test
    void snapshotCountsFailuresByKind() {
        this.playground.play(Mischief.STORM);
        post("/api/chat", "{\"prompt\": \"Hi\"}");
        JsonNode snapshot = live(this.browser).blockFirst(LIMIT);
        assertThat(snapshot).isNotNull();
        assertThat(snapshot.at("/failures/OVERLOADED").asInt()).isPositive();
        assertThat(snapshot.at("/endpoints/0/failures/OVERLOADED").asInt()).isPositive();
        assertThat(snapshot.at("/retries/OVERLOADED").asInt()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({ "cut, TRUNCATED", "stall, TOKEN_GAP_TIMEOUT", "storm, OVERLOADED" })
    void mockMisbehavesAsItWasTold(String mischief, String kind) {
        post("/api/transport/mischief", "{\"mischief\": \"%s\"}".formatted(mischief));
        assertThat(ask()).contains(kind);
        post("/api/transport/mischief", "{\"mischief\": \"behave\"}");
        assertThat(ask()).contains("finishReason").doesNotContain(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"calls\": null}", "{\"calls\": -1}", "{\"calls\": 51}" })
    void loadOutOfItsBoundsIsABadRequest(String body) {
        assertThat(problem(post("/api/transport/load", body), HttpStatus.BAD_REQUEST))
            .startsWith("'calls' must be a number from 0 to 50 but is ");
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"mischief\": \"BEHAVE\"}", "{\"mischief\": \"worse\"}" })
    void mischiefThatNobodyKnowsIsABadRequest(String body) {
        assertThat(problem(post("/api/transport/mischief", body), HttpStatus.BAD_REQUEST))
            .startsWith("'mischief' must be one of [behave, slow, stall, cut, limit, storm, kill] but is ");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "no JSON", "{\"calls\": \"many\"}" })
    void bodyThatCannotBeReadIsABadRequest(String body) {
        problem(post("/api/transport/load", body), HttpStatus.BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = { MediaType.TEXT_PLAIN_VALUE, MediaType.APPLICATION_FORM_URLENCODED_VALUE })
    void whatAFormOfAnotherSiteCanSendIsRefused(String type) {
        ResponseEntity<JsonNode> response = post(this.browser, "/api/transport/load", type, "{\"calls\": 50}");
        assertThat(response.getStatusCode()).isEqualTo(HttpStatus.UNSUPPORTED_MEDIA_TYPE);
        assertThat(this.playground.state().load()).isZero();
    }

    @Test
    void loadEndsWhenNobodyWatches() throws InterruptedException {
        CountDownLatch watching = new CountDownLatch(1);
        Disposable watcher = live(this.browser).subscribe((snapshot) -> watching.countDown());
        assertThat(watching.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(post("/api/transport/load", "{\"calls\": 5}").getStatusCode()).isEqualTo(HttpStatus.NO_CONTENT);
        assertThat(this.mock.await((now) -> this.playground.state().inFlight() > 0, LIMIT)).isTrue();
        watcher.dispose();
        assertThat(this.mock.await((now) -> this.playground.state().load() == 0, LIMIT)).isTrue();
        assertThat(this.mock.await((now) -> now.calls().stream().noneMatch(RecordedCall::isRunning), LIMIT)).isTrue();
    }

    @Test
    void loadThatNobodyWatchesIsRefused() {
        try (ConfigurableApplicationContext application = AnotherApplication.start(Map.of())) {
            ResponseEntity<JsonNode> response = post(browser(application), "/api/transport/load",
                    MediaType.APPLICATION_JSON_VALUE, "{\"calls\": 5}");
            assertThat(problem(response, HttpStatus.CONFLICT)).startsWith("Nobody watches");
            assertThat(application.getBean(Playground.class).state().load()).isZero();
        }
    }

    @Test
    void applicationThatClosesEndsLoadAndWaitsForNoWatcher() {
        ConfigurableApplicationContext application = AnotherApplication.start(Map.of());
        Playground playground = application.getBean(Playground.class);
        live(browser(application)).index().doOnNext((snapshot) -> {
            if (snapshot.getT1() == 0) {
                assertThat(playground.setLoad(5)).isTrue();
                Schedulers.boundedElastic().schedule(application::close);
            }
        }).then().block(LIMIT);
        // Those who watch hear of the end first
        Awaitility.await().atMost(LIMIT).until(() -> playground.state().load() == 0);
    }

    @Test
    void realEndpointIsNeitherLoadedNorMadeToMisbehave() {
        try (MockLlmServer real = MockLlmServer.start();
                ConfigurableApplicationContext application = AnotherApplication
                    .start(Map.of("LLM_BASE_URL", real.url(), "LLM_MODEL", "any"))) {
            WebClient browser = browser(application);
            for (Map.Entry<String, String> change : Map
                .of("load", "{\"calls\": 1}", "mischief", "{\"mischief\": \"kill\"}")
                .entrySet()) {
                ResponseEntity<JsonNode> response = post(browser, "/api/transport/" + change.getKey(),
                        MediaType.APPLICATION_JSON_VALUE, change.getValue());
                assertThat(problem(response, HttpStatus.CONFLICT)).startsWith("A real endpoint answers");
            }
            JsonNode snapshot = live(browser).blockFirst(LIMIT);
            assertThat(snapshot).isNotNull();
            assertThat(snapshot.path("demo").isNull()).isTrue();
            assertThat(real.calls()).isEmpty();
        }
    }

    private static WebClient browser(ConfigurableApplicationContext application) {
        return WebClient.create("http://127.0.0.1:" + AnotherApplication.port(application));
    }

    private static Flux<JsonNode> live(WebClient browser) {
        return browser.get()
            .uri("/api/transport/live")
            .accept(MediaType.TEXT_EVENT_STREAM)
            .retrieve()
            .bodyToFlux(JsonNode.class);
    }

    private String ask() {
        return String.valueOf(answer().block(LIMIT));
    }

    private Mono<List<JsonNode>> answer() {
        return this.browser.get()
            .uri("/api/chat/stream?prompt=" + DemoAnswers.LOAD_PROMPT)
            .accept(MediaType.TEXT_EVENT_STREAM)
            .retrieve()
            .bodyToFlux(JsonNode.class)
            .collectList();
    }

    private ResponseEntity<JsonNode> post(String path, String body) {
        return post(this.browser, path, MediaType.APPLICATION_JSON_VALUE, body);
    }

    private static ResponseEntity<JsonNode> post(WebClient browser, String path, String type, String body) {
        ResponseEntity<JsonNode> response = browser.post()
            .uri(path)
            .header("Content-Type", type)
            .bodyValue(body)
            .exchangeToMono((answer) -> answer.toEntity(JsonNode.class))
            .block(LIMIT);
        assertThat(response).isNotNull();
        return response;
    }

    private static String problem(ResponseEntity<JsonNode> response, HttpStatus status) {
        assertThat(response.getStatusCode()).as("%s", response.getBody()).isEqualTo(status);
        assertThat(response.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
        JsonNode problem = response.getBody();
        assertThat(problem).isNotNull();
        return problem.path("detail").asString();
    }

}
