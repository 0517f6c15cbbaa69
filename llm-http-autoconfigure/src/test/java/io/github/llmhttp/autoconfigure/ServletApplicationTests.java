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

package io.github.llmhttp.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with Spring MVC on Tomcat, as the starter finds it.
 */
class ServletApplicationTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private static final MockLlmServer llm = MockLlmServer.start();

    private static ServletWebServerApplicationContext application;

    @BeforeAll
    static void start() {
        application = (ServletWebServerApplicationContext) new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.SERVLET)
            // Tomcat notices only when it writes that the reader of a stream has gone
            .run("--server.port=0", "--server.address=127.0.0.1", "--server.shutdown=immediate",
                    "--llm.http.shutdown.grace-period=0s", "--llm.http.base-url=" + llm.url(), "--llm.http.model=m",
                    "--management.endpoints.web.exposure.include=health,llmhttp",
                    "--management.endpoint.health.show-details=always");
    }

    @AfterAll
    static void close() {
        application.close();
        llm.close();
    }

    @BeforeEach
    void reset() {
        llm.reset();
    }

    @Test
    void controllerAnswersWithAWholeAnswer() throws Exception {
        llm.script(Reply.text("Hello", " you"));
        assertThat(application.getWebServer()).isInstanceOf(TomcatWebServer.class);
        assertThat(get("/chat")).isEqualTo("Hello you");
    }

    @Test
    void controllerWaitsForAnAnswerOnAThreadOfItsOwn() throws Exception {
        llm.script(Reply.text("Hello", " you"));
        assertThat(get("/blocking")).isEqualTo("Hello you");
    }

    @Test
    void controllerStreamsEachTokenWhenItComes() throws Exception {
        llm.script(Reply.text("a", "b").gap(Duration.ofMinutes(1)));
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
            .send(request("/stream"), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            assertThat(line(body)).isEqualTo("data:a");
        }
        assertThat(llm.call().isComplete()).isFalse();
    }

    @Test
    void actuatorKnowsTheClient() throws Exception {
        assertThat(get("/actuator/llmhttp")).contains("\"default\"", "\"base-url\"");
        assertThat(get("/actuator/health")).contains("\"llm\"");
    }

    private static String line(InputStream body) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = body.read(); next != '\n' && next >= 0; next = body.read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    private static String get(String path) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
            .send(request(path), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + application.getWebServer().getPort() + path))
            .timeout(LONG)
            .build();
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(ChatController.class)
    static class Application {

    }

    @RestController
    static class ChatController {

        private final LlmWebClient llm;

        ChatController(LlmWebClient llm) {
            this.llm = llm;
        }

        @GetMapping("/chat")
        Mono<String> chat() {
            return this.llm.chat("Hi");
        }

        @GetMapping("/blocking")
        String blocking() {
            return String.valueOf(this.llm.chat("Hi").block(LONG));
        }

        @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<String> stream() {
            return this.llm.stream("Hi");
        }

    }

}
