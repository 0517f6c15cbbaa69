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

package io.github.llmhttp.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A real HAProxy on a port of the loopback interface. A test that cannot have one is
 * skipped, or fails where {@code LLM_HTTP_REQUIRE_TOOLS} is {@code true}.
 */
public final class Haproxy implements AutoCloseable {

    private final Path directory;

    private final int port;

    private final String[] directives;

    private ServerProcess process;

    private Haproxy(Path directory, int port, String... directives) {
        this.directory = directory;
        this.port = port;
        this.directives = directives;
        this.process = launch();
    }

    /**
     * Start a proxy.
     * @param directory where its files go
     * @param directives of its only frontend, without {@code bind}
     * @return the proxy, which accepts connections
     */
    public static Haproxy start(Path directory, String... directives) {
        return new Haproxy(directory, ServerProcess.freePort(), directives);
    }

    /**
     * Start a proxy that passes everything on.
     * @param directory where its files go
     * @param port of the server behind it
     * @return the proxy, which accepts connections
     */
    public static Haproxy before(Path directory, int port) {
        return start(directory, "timeout http-keep-alive 2s", "default_backend server", "backend server",
                "server only 127.0.0.1:" + port);
    }

    private ServerProcess launch() {
        Path program = ServerProcess.program("haproxy");
        try {
            Path config = Files.writeString(this.directory.resolve("haproxy.cfg"), config());
            return ServerProcess.start(this.port, this.directory.resolve("haproxy.log"), program.toString(), "-db",
                    "-f", config.toString());
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private String config() {
        return """
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                frontend llm
                  bind 127.0.0.1:%d
                  %s
                """.formatted(this.port, String.join("\n  ", this.directives));
    }

    /**
     * The port of the proxy.
     * @return the port, on the loopback interface
     */
    public int port() {
        return this.port;
    }

    /**
     * Accept nothing more, and end when the last request has its response.
     */
    public void drain() {
        this.process.signal("USR1");
    }

    /**
     * Whether it has not ended.
     * @return whether it runs
     */
    public boolean isAlive() {
        return this.process.isAlive();
    }

    /**
     * End at once, whatever is under way.
     */
    public void stop() {
        this.process.close();
    }

    /**
     * Start again on the same port.
     */
    public void startAgain() {
        this.process = launch();
    }

    @Override
    public void close() {
        stop();
    }

}
