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

/**
 * The system's own programs that tests need; nothing is downloaded. A machine without
 * them skips the test, unless the variable {@code LLM_HTTP_REQUIRE_TOOLS} is
 * {@code true}.
 */
final class Programs {

    private static final Log logger = LogFactory.getLog(Programs.class);

    private Programs() {
    }

    /**
     * Find a program.
     * @param untested what is not tested without it, as half a sentence
     * @param names its names, the first one found counts
     * @return its path
     */
    static Path find(String untested, String... names) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(File.pathSeparator))
            .flatMap((directory) -> Stream.of(names).map((name) -> Path.of(directory, name)))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseGet(() -> missing(names[0] + " is not on the PATH, so " + untested));
    }

    private static Path missing(String message) {
        if (Boolean.parseBoolean(System.getenv("LLM_HTTP_REQUIRE_TOOLS"))) {
            throw new IllegalStateException(message + ", although LLM_HTTP_REQUIRE_TOOLS is true");
        }
        logger.warn("SKIPPED: " + message);
        return Assumptions.<Path>abort(message);
    }

}
