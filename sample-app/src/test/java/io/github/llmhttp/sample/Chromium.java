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

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * The system's own browser and its driver; nothing is downloaded. A machine without them
 * skips the test, unless the variable {@code LLM_HTTP_REQUIRE_TOOLS} is {@code true}.
 */
final class Chromium {

    private static final Log logger = LogFactory.getLog(Chromium.class);

    private Chromium() {
    }

    static WebDriver open(Path profile) {
        Optional<Path> browser = find("chromium", "chromium-browser", "google-chrome");
        Optional<Path> driver = find("chromedriver");
        if (browser.isEmpty() || driver.isEmpty()) {
            return missing((browser.isEmpty() ? "chromium" : "chromedriver") + " is not on the PATH");
        }
        ChromeOptions options = new ChromeOptions().setBinary(browser.get().toFile())
            .addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage", "--window-size=960,760", "--user-data-dir=" + profile);
        ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(driver.get().toFile())
            .usingAnyFreePort()
            .build();
        return new ChromeDriver(service, options);
    }

    private static Optional<Path> find(String... names) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(File.pathSeparator))
            .flatMap((directory) -> Stream.of(names).map((name) -> Path.of(directory, name)))
            .filter(Files::isExecutable)
            .findFirst();
    }

    private static WebDriver missing(String what) {
        String message = what + ", so the chat page is NOT TESTED in a browser";
        if (Boolean.parseBoolean(System.getenv("LLM_HTTP_REQUIRE_TOOLS"))) {
            throw new IllegalStateException(message + ", although LLM_HTTP_REQUIRE_TOOLS is true");
        }
        logger.warn("SKIPPED: " + message);
        return Assumptions.<WebDriver>abort(message);
    }

}
