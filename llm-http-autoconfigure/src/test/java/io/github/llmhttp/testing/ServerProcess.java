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

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Assumptions;

/**
 * The process of a real server. A test that cannot have one is skipped, or fails where
 * {@code LLM_HTTP_REQUIRE_TOOLS} is {@code true}.
 */
final class ServerProcess implements AutoCloseable {

    /** Some systems keep servers out of the PATH of ordinary users. */
    private static final List<String> FURTHER_DIRECTORIES = List.of("/usr/sbin", "/usr/local/sbin", "/sbin",
            "/opt/homebrew/bin");

    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final Process process;

    private ServerProcess(Process process) {
        this.process = process;
    }

    /**
     * Start a server and wait until it accepts connections.
     * @param port its port, on the loopback interface
     * @param output where its output goes
     * @param command program and arguments
     * @return the process
     */
    static ServerProcess start(int port, Path output, String... command) {
        try {
            ServerProcess server = new ServerProcess(
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start());
            server.awaitStart(port, output);
            return server;
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Find a program, or skip the test.
     * @param name the name of the program
     * @return its path
     */
    static Path program(String name) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        Path program = Stream.concat(Stream.of(path.split(File.pathSeparator)), FURTHER_DIRECTORIES.stream())
            .filter((directory) -> !directory.isBlank())
            .map((directory) -> Path.of(directory, name))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
        if (program == null) {
            if (Boolean.parseBoolean(System.getenv("LLM_HTTP_REQUIRE_TOOLS"))) {
                throw new IllegalStateException(name + " is not installed, and LLM_HTTP_REQUIRE_TOOLS is true");
            }
            LogFactory.getLog(ServerProcess.class)
                .warn("######## SKIPPED: %s is not installed ########".formatted(name));
            Assumptions.abort(name + " is not installed");
        }
        return program;
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private void awaitStart(int port, Path output) throws IOException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < end && this.process.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return;
            }
            catch (IOException ex) {
                // Not yet
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
        }
        close();
        throw new IllegalStateException("The server did not start: " + Files.readString(output));
    }

    /**
     * Send a signal.
     * @param name its name, as kill(1) has it
     */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(this.process.pid())).inheritIO().start().waitFor();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isAlive() {
        return this.process.isAlive();
    }

    @Override
    public void close() {
        this.process.destroy();
        try {
            if (!this.process.waitFor(5, TimeUnit.SECONDS)) {
                this.process.destroyForcibly();
            }
        }
        catch (InterruptedException ex) {
            this.process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

}
