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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.TakesScreenshot;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the chat page in a real browser.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ChatPageTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final long CLOSED = 2;

    private static final MockLlmServer llm = MockLlmServer.start();

    @TempDir
    private static Path profile;

    private static WebDriver browser;

    @DynamicPropertySource
    static void talkToMock(DynamicPropertyRegistry properties) {
        properties.add("LLM_BASE_URL", llm::url);
        properties.add("LLM_MODEL", () -> "test-model");
    }

    @BeforeAll
    static void open() {
        browser = Chromium.open(profile);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.quit();
        }
        llm.close();
    }

    @BeforeEach
    void load(@LocalServerPort int port) {
        llm.reset();
        browser.get("http://127.0.0.1:" + port + "/");
    }

    @Test
    void answerAppearsTokenByTokenAndIsComplete() throws IOException {
        llm.script(Reply.words("One two three four five six seven eight.")
            .firstAfter(Duration.ofMillis(200))
            .gap(Duration.ofMillis(60))
            .usage(5, 8));
        watch();
        send("Count to eight");
        assertThat(await(".answer[aria-busy='false']").getText()).isEqualTo("One two three four five six seven eight.");
        List<Long> steps = steps();
        assertThat(steps).as("times at which the answer grew").hasSize(8);
        assertThat(steps.get(steps.size() - 1) - steps.get(0)).isGreaterThan(200);
        assertThat(text("[data-stat='first']")).endsWith(" ms");
        assertThat(text("[data-stat='tokens']")).isEqualTo("8 out, 5 in");
        assertThat(text("[data-stat='model']")).isEqualTo("test-model");
        assertThat(text("[data-stat='end']")).isEqualTo("stop");
        assertThat(browser.findElement(By.cssSelector(".problem")).isDisplayed()).isFalse();
        screenshot("chat-page.png");
        assertThat(connectionStates()).as("an EventSource that is not closed asks again").containsExactly(CLOSED);
    }

    @Test
    void stopEndsTheCallToTheProvider() {
        llm.script(Reply.words("and so on ".repeat(200)).gap(Duration.ofMillis(50)));
        send("Never end");
        until((driver) -> text(".answer").length() > 10);
        browser.findElement(By.id("stop")).click();
        llm.awaitCancelled(1, Duration.ofSeconds(1));
        assertThat(text("[data-stat='end']")).isEqualTo("stopped");
        assertThat(browser.findElement(By.id("send")).isDisplayed()).isTrue();
    }

    @Test
    void questionsOverWebSocketShareOneConnection() throws IOException {
        llm.otherwise(Reply.words("One two three.")
            .firstAfter(Duration.ofMillis(100))
            .gap(Duration.ofMillis(30))
            .usage(5, 3));
        browser.findElement(By.cssSelector("#way label:last-child")).click();
        for (int turn = 1; turn <= 2; turn++) {
            send("Count to three");
            assertThat(await(".turn:last-child .answer[aria-busy='false']").getText()).isEqualTo("One two three.");
            assertThat(text(".turn:last-child [data-stat='way']")).isEqualTo("WebSocket");
            assertThat(text(".turn:last-child [data-stat='tokens']")).isEqualTo("3 out, 5 in");
            assertThat(text(".turn:last-child [data-stat='end']")).isEqualTo("completed");
        }
        assertThat(llm.handshakes()).hasSize(1);
        assertThat(llm.calls()).hasSize(2).allMatch(RecordedCall::isWebSocket);
        screenshot("chat-page-websocket.png");
    }

    @Test
    void stopOverWebSocketEndsTheTurnAndTheNextQuestionIsAnswered() {
        llm.script(Reply.words("and so on ".repeat(200)).gap(Duration.ofMillis(50)), Reply.text("Gladly"));
        browser.findElement(By.cssSelector("#way label:last-child")).click();
        send("Never end");
        until((driver) -> text(".answer").length() > 10);
        browser.findElement(By.id("stop")).click();
        send("And now?");
        llm.awaitCancelled(1, Duration.ofSeconds(1));
        assertThat(await(".turn:last-child .answer[aria-busy='false']").getText()).isEqualTo("Gladly");
    }

    @Test
    void failureIsShownWithWhatIsKnownAboutIt() throws IOException {
        llm.otherwise(Reply.status(429).header("Retry-After", "120"));
        send("Too much");
        String problem = await(".problem").getText();
        assertThat(problem).contains("The provider limits the rate of requests", "429", "RATE_LIMITED", "120 s");
        assertThat(text("[data-stat='end']")).isEqualTo("failed");
        screenshot("chat-page-failure.png");
    }

    private static void send(String prompt) {
        browser.findElement(By.id("prompt")).sendKeys(prompt, Keys.ENTER);
    }

    /**
     * Note from inside the page when an answer grows, and which connections it opens.
     */
    private static void watch() {
        run("""
                window.steps = [];
                window.sources = [];
                new MutationObserver((changes) => changes.filter((change) => change.target.matches('.answer'))
                    .forEach(() => steps.push(Math.round(performance.now()))))
                  .observe(document.getElementById('log'), { childList: true, subtree: true });
                const Original = EventSource;
                window.EventSource = class extends Original {
                  constructor(url) {
                    super(url);
                    sources.push(this);
                  }
                };
                """);
    }

    private static List<Long> steps() {
        return numbers("return steps");
    }

    private static List<Long> connectionStates() {
        return numbers("return sources.map((source) => source.readyState)");
    }

    private static List<Long> numbers(String script) {
        return ((List<?>) run(script)).stream().map((number) -> ((Number) number).longValue()).toList();
    }

    private static Object run(String script) {
        return ((JavascriptExecutor) browser).executeScript(script);
    }

    private static WebElement await(String selector) {
        return new WebDriverWait(browser, LIMIT)
            .until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(selector)));
    }

    private static void until(Function<WebDriver, Boolean> condition) {
        new WebDriverWait(browser, LIMIT).until(condition);
    }

    private static String text(String selector) {
        return browser.findElement(By.cssSelector(selector)).getText();
    }

    private static void screenshot(String name) throws IOException {
        byte[] image = ((TakesScreenshot) browser).getScreenshotAs(OutputType.BYTES);
        Files.write(Files.createDirectories(Path.of("target", "screenshots")).resolve(name), image);
    }

}
