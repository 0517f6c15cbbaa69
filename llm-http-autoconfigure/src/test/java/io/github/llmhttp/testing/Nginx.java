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
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real nginx on a free port of the loopback interface. A test that cannot have one is
 * skipped, or fails where {@code LLM_HTTP_REQUIRE_TOOLS} is {@code true}.
 */
public final class Nginx implements AutoCloseable {

    /** What nginx itself counts: accepted and handled connections, requests. */
    private static final Pattern COUNTS = Pattern.compile("requests\\s+(\\d+) \\d+ (\\d+)");

    private final ServerProcess process;

    private final int port;

    private final int securePort;

    private int questions;

    private Nginx(ServerProcess process, int port, int securePort) {
        this.process = process;
        this.port = port;
        this.securePort = securePort;
    }

    /**
     * Start a server.
     * @param directory where its files go
     * @param server directives of its only {@code server} block, without {@code listen}
     * @return the server, which accepts connections
     */
    public static Nginx start(Path directory, String server) {
        Path program = ServerProcess.program("nginx");
        int port = ServerProcess.freePort();
        try {
            String config = config(directory, port, "master_process off;", server);
            return new Nginx(start(program, directory, config, port), port, 0);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Start a server that also speaks TLS and HTTP/2, and can be told to read its
     * configuration anew.
     * @param directory where its files go
     * @param certificate file with its certificate
     * @param key file with the key of it
     * @param server directives of its only {@code server} block, without {@code listen}
     * @return the server, which accepts connections
     */
    public static Nginx startSecure(Path directory, File certificate, File key, String server) {
        Path program = ServerProcess.program("nginx");
        int port = ServerProcess.freePort();
        int securePort = ServerProcess.freePort();
        String secure = """
                listen 127.0.0.1:%d ssl http2;
                ssl_certificate %s;
                ssl_certificate_key %s;
                """.formatted(securePort, certificate, key);
        try {
            // Whoever starts a master as root gets workers of another user
            String config = config(directory, port, "worker_processes 1; user root;", secure + server);
            return new Nginx(start(program, directory, config, port), port, securePort);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static ServerProcess start(Path program, Path directory, String text, int port) throws IOException {
        Path config = Files.writeString(directory.resolve("nginx.conf"), text);
        return ServerProcess.start(port, directory.resolve("output.log"), program.toString(), "-p",
                directory.toString(), "-c", config.toString(), "-e", directory.resolve("error.log").toString());
    }

    private static String config(Path directory, int port, String processes, String server) {
        String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            .map((kind) -> "  " + kind + "_temp_path " + directory.resolve(kind) + ";\n")
            .reduce("", String::concat);
        return """
                daemon off;
                %s
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
                """.formatted(processes, directory.resolve("nginx.pid"), directory.resolve("error.log"), temporary,
                port, server);
    }

    /**
     * The port of the server.
     * @return the port, on the loopback interface
     */
    public int port() {
        return this.port;
    }

    /**
     * The port of the server for TLS.
     * @return the port, on the loopback interface
     */
    public int securePort() {
        return this.securePort;
    }

    /**
     * Let new connections be served by a new process, while the old one ends what it has
     * begun with.
     */
    public void reload() {
        this.process.signal("HUP");
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
        this.process.close();
    }

}
