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
import java.util.Map;
import java.util.function.BooleanSupplier;

import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.RecordedCall;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
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
import org.openqa.selenium.chromium.HasCdp;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.beans.factory.annotation.Autowired;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the live page in a real browser, with the mock inside.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = { "LLM_BASE_URL=", "LLM_PROVIDER=",
        "LLM_API_KEY=", "LLM_MODEL=", "llm.http.circuit-breaker.open-time=1s" })
class LivePageTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private static Path profile;

    private static WebDriver browser;

    @Autowired
    private MockLlmServer mock;

    @Autowired
    private Playground playground;

    @BeforeAll
    static void open() {
        browser = Chromium.open(profile);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void load(@LocalServerPort int port) {
        browser.manage().logs().get(LogType.BROWSER);
        browser.get("http://127.0.0.1:" + port + "/transport.html");
        awaitLink("live");
    }

    @AfterEach
    void calm() {
        this.playground.setLoad(0);
        this.playground.play(Mischief.BEHAVE);
    }

    @Test
    void pageBreaksNoRuleOfItsOwnSecurityPolicy() {
        await(() -> !charts().isEmpty());
        assertThat(charts()).hasSize(4);
        assertThat(consoleErrors()).isEmpty();
    }

    @Test
    void loadMakesCallsAndTheNumbersMove() {
        slide(Keys.PAGE_UP, Keys.PAGE_UP);
        await(() -> number("streams") > 0 && number("inFlight") > 0);
        await(() -> text("[data-chart='rate'] dd").matches("[1-9].*/s"));
        await(() -> text("[data-number='firstToken']").endsWith(" ms"));
        await(() -> text("[data-number='tokenGap']").endsWith(" ms"));
        await(() -> this.playground.state().load() == 10);
        assertThat(element("load-value").getText()).isEqualTo("10");
        assertThat(element("slots").getDomAttribute("aria-label")).startsWith("Of 50 connections, ");
        assertThat(this.mock.calls()).extracting(RecordedCall::prompt).contains(DemoAnswers.LOAD_PROMPT);
        assertThat(consoleErrors()).isEmpty();
    }

    @Test
    void stormOpensTheBreakerAndGoodBehaviourClosesIt() throws IOException {
        slide(Keys.PAGE_UP, Keys.PAGE_UP, Keys.PAGE_UP);
        await(() -> breaker().equals("closed"));
        press("storm");
        await(() -> breaker().equals("open"));
        await(() -> text("[data-counts='failures']").contains("CIRCUIT_OPEN"));
        await(() -> text("[data-counts='retries']").contains("OVERLOADED"));
        screenshot("live-page-storm.png");
        press("behave");
        await(() -> breaker().equals("closed"));
        assertThat(element("status").getDomProperty("textContent")).endsWith(" is closed.");
    }

    @Test
    void stoppingTheLoadLeavesNothingRunning() {
        slide(Keys.END);
        await(() -> number("inFlight") > 20);
        assertThat(number("streams")).isPositive();
        slide(Keys.HOME);
        this.mock.awaitCancelled(1, Duration.ofSeconds(5));
        assertThat(this.mock.await((now) -> now.calls().stream().noneMatch(RecordedCall::isRunning), LIMIT)).isTrue();
        await(() -> number("inFlight") == 0 && number("streams") == 0 && number("pending") == 0);
    }

    @Test
    void connectionsThatAreKilledAreCountedAsTruncated() {
        slide(Keys.PAGE_UP);
        await(() -> number("streams") > 0);
        press("kill");
        await(() -> text("[data-counts='failures']").contains("TRUNCATED"));
        assertThat(element("problem").isDisplayed()).isFalse();
    }

    @Test
    void applicationThatGoesAndComesBackIsShownAsLostAndLiveAgain() {
        ConfigurableApplicationContext other = AnotherApplication.start(Map.of());
        int port = AnotherApplication.port(other);
        try {
            load(port);
        }
        finally {
            other.close();
        }
        awaitLink("lost");
        press("slow");
        await(() -> element("problem").isDisplayed());
        try (ConfigurableApplicationContext restarted = AnotherApplication.start(Map.of("server.port", "" + port))) {
            assertThat(restarted.isRunning()).isTrue();
            awaitLink("live");
            press("slow");
            await(() -> !element("problem").isDisplayed());
        }
    }

    @Test
    void nothingScrollsSidewaysOnAPhone() throws IOException {
        devTools("Emulation.setDeviceMetricsOverride",
                Map.of("width", 375, "height", 760, "deviceScaleFactor", 1, "mobile", true));
        try {
            slide(Keys.PAGE_UP);
            await(() -> number("streams") > 0);
            assertThat(run("return innerWidth")).isEqualTo(375L);
            assertThat(run("return document.documentElement.scrollWidth")).isEqualTo(375L);
            screenshot("live-page-phone.png");
        }
        finally {
            devTools("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }

    @Test
    void realEndpointIsOnlyWatched() {
        try (ConfigurableApplicationContext other = AnotherApplication
            .start(Map.of("LLM_BASE_URL", this.mock.url(), "LLM_MODEL", "demo"))) {
            load(AnotherApplication.port(other));
            await(() -> element("real").isDisplayed());
            assertThat(element("real").getText()).startsWith("A real endpoint answers");
            assertThat(element("play").isDisplayed()).isFalse();
            assertThat(text(".breaker h3")).endsWith("127.0.0.1:" + this.mock.port());
        }
    }

    @Test
    void chatPageLeadsHereAndBack() {
        browser.findElement(By.linkText("chat")).click();
        await(() -> !browser.findElements(By.id("ask")).isEmpty());
        browser.findElement(By.linkText("live")).click();
        awaitLink("live");
    }

    private static void slide(Keys... keys) {
        element("load").sendKeys(keys);
    }

    private static void press(String mischief) {
        browser.findElement(By.cssSelector("[data-mischief='" + mischief + "']")).click();
    }

    private static String breaker() {
        return text(".breaker b");
    }

    private static int number(String name) {
        String text = text("[data-number='" + name + "']");
        return text.matches("\\d+") ? Integer.parseInt(text) : -1;
    }

    private static List<WebElement> charts() {
        return browser.findElements(By.cssSelector("#charts canvas"));
    }

    private static List<String> consoleErrors() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::toString).toList();
    }

    private static void devTools(String command, Map<String, Object> parameters) {
        ((HasCdp) browser).executeCdpCommand(command, parameters);
    }

    private static Object run(String script) {
        return ((JavascriptExecutor) browser).executeScript(script);
    }

    private static WebElement element(String id) {
        return browser.findElement(By.id(id));
    }

    private static String text(String selector) {
        return browser.findElement(By.cssSelector(selector)).getText();
    }

    private static void awaitLink(String state) {
        await(() -> state.equals(element("link").getDomAttribute("data-state")));
    }

    private static void await(BooleanSupplier condition) {
        new WebDriverWait(browser, LIMIT).until((driver) -> condition.getAsBoolean());
    }

    private static void screenshot(String name) throws IOException {
        byte[] image = ((TakesScreenshot) browser).getScreenshotAs(OutputType.BYTES);
        Files.write(Files.createDirectories(Path.of("target", "screenshots")).resolve(name), image);
    }

}
