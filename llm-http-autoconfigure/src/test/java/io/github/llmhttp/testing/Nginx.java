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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Assumptions;

/**
 * A real nginx on a free port of the loopback interface. A test that cannot have one is
 * skipped, or fails where {@code LLM_HTTP_REQUIRE_TOOLS} is {@code true}.
 */
public final class Nginx implements AutoCloseable {

    /** Some systems keep servers out of the PATH of ordinary users. */
    private static final List<String> FURTHER_DIRECTORIES = List.of("/usr/sbin", "/usr/local/sbin", "/sbin",
            "/opt/homebrew/bin");

    /** What nginx itself counts: accepted and handled connections, requests. */
    private static final Pattern COUNTS = Pattern.compile("requests\\s+(\\d+) \\d+ (\\d+)");

    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final Process process;

    private final int port;

    private int questions;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Start a server.
     * @param directory where its files go
     * @param server directives of its only {@code server} block, without {@code listen}
     * @return the server, which accepts connections
     */
    public static Nginx start(Path directory, String server) {
        Path program = program();
        int port = freePort();
        try {
            Path config = Files.writeString(directory.resolve("nginx.conf"), config(directory, port, server));
            Process process = new ProcessBuilder(program.toString(), "-p", directory.toString(), "-c",
                    config.toString(), "-e", directory.resolve("error.log").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.log").toFile())
                .start();
            Nginx nginx = new Nginx(process, port);
            nginx.awaitStart(directory);
            return nginx;
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static Path program() {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        Path program = Stream.concat(Stream.of(path.split(File.pathSeparator)), FURTHER_DIRECTORIES.stream())
            .filter((directory) -> !directory.isBlank())
            .map((directory) -> Path.of(directory, "nginx"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
        if (program == null) {
            if (Boolean.parseBoolean(System.getenv("LLM_HTTP_REQUIRE_TOOLS"))) {
                throw new IllegalStateException("nginx is not installed, and LLM_HTTP_REQUIRE_TOOLS is true");
            }
            LogFactory.getLog(Nginx.class).warn("######## SKIPPED: nginx is not installed ########");
            Assumptions.abort("nginx is not installed");
        }
        return program;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static String config(Path directory, int port, String server) {
        String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            .map((kind) -> "  " + kind + "_temp_path " + directory.resolve(kind) + ";\n")
            .reduce("", String::concat);
        return """
                daemon off;
                master_process off;
                pid %s;
                error_log %s;
                events { worker_connections 1024; }
                http {
                  access_log off;
                %s
                  server {
                    listen 127.0.0.1:%d;
                    location = /status {
                      stub_status;
                    }
                    %s
                  }
                }
                """.formatted(directory.resolve("nginx.pid"), directory.resolve("error.log"), temporary, port, server);
    }

    private void awaitStart(Path directory) throws IOException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < end && this.process.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), 1000);
                return;
            }
            catch (IOException ex) {
                // Not yet
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
        }
        close();
        throw new IllegalStateException("nginx did not start: " + Files.readString(directory.resolve("output.log")));
    }

    /**
     * The port of the server.
     * @return the port, on the loopback interface
     */
    public int port() {
        return this.port;
    }

    /**
     * Number of connections that were accepted, without those of this class.
     * @return the number so far
     */
    public int accepted() {
        return counts()[0];
    }

    /**
     * Number of requests that were answered, without those of this class.
     * @return the number so far
     */
    public int requests() {
        return counts()[1];
    }

    /** Less the connection that waited for the start, and one for each question. */
    private synchronized int[] counts() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
            this.questions++;
            socket.getOutputStream().write("GET /status HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String status = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            Matcher counts = COUNTS.matcher(status);
            if (!counts.find()) {
                throw new IllegalStateException("No counts in: " + status);
            }
            return new int[] { Integer.parseInt(counts.group(1)) - this.questions - 1,
                    Integer.parseInt(counts.group(2)) - this.questions };
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
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
