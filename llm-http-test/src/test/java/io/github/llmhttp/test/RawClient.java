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

package io.github.llmhttp.test;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * A plain socket, which sees what really is on the wire.
 */
final class RawClient implements AutoCloseable {

    /**
     * The time in milliseconds after which no more is expected.
     */
    static final int SILENCE = 250;

    private final Socket socket;

    RawClient(MockLlmServer llm) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), llm.port());
        this.socket.setTcpNoDelay(true);
    }

    RawClient post(String path, String body) throws IOException {
        String request = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s".formatted(path,
                body.length(), body);
        this.socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /**
     * Send a part of a request, or more than that.
     */
    RawClient send(String bytes) throws IOException {
        this.socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /**
     * Send the head of a request with a body, and nothing of the body.
     */
    RawClient head(String path, int contentLength) throws IOException {
        return send("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n".formatted(path, contentLength));
    }

    Seen read() throws IOException {
        return read(5000);
    }

    /**
     * Read until nothing more can come.
     * @param firstByte the limit for the first byte in milliseconds
     * @return what was read, and how it ended
     */
    Seen read(int firstByte) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // The first byte may take long on a busy machine; what follows it comes at once
        this.socket.setSoTimeout(firstByte);
        End end;
        try {
            for (int next = this.socket.getInputStream().read(); next >= 0; next = this.socket.getInputStream()
                .read()) {
                bytes.write(next);
                this.socket.setSoTimeout(SILENCE);
            }
            end = End.FIN;
        }
        catch (SocketTimeoutException ex) {
            end = End.SILENCE;
        }
        catch (SocketException ex) {
            end = End.RST;
        }
        return new Seen(bytes.toString(StandardCharsets.UTF_8), end, bytes.toByteArray());
    }

    /**
     * Read until a text has come so often.
     */
    String readUntil(String text, int times) throws IOException {
        StringBuilder seen = new StringBuilder();
        int found = 0;
        int from = 0;
        this.socket.setSoTimeout(5000);
        while (found < times) {
            int next = this.socket.getInputStream().read();
            if (next < 0) {
                throw new EOFException("The server has left: " + seen);
            }
            seen.append((char) next);
            if (seen.indexOf(text, from) >= 0) {
                from = seen.length();
                found++;
            }
        }
        return seen.toString();
    }

    /**
     * Leave with a reset, after which nothing can be written to this client.
     */
    void reset() throws IOException {
        this.socket.setSoLinger(true, 0);
        this.socket.close();
    }

    @Override
    public void close() throws IOException {
        this.socket.close();
    }

    enum End {

        FIN, RST, SILENCE

    }

    /**
     * What a client saw.
     *
     * @param text the bytes as text
     * @param end how they ended
     * @param bytes the bytes
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Seen(String text, End end, byte[] bytes) {

        Seen(String text, End end) {
            this(text, end, text.getBytes(StandardCharsets.UTF_8));
        }

        /**
         * The bytes, each as one character.
         */
        String latin1() {
            return new String(this.bytes, StandardCharsets.ISO_8859_1);
        }

        /**
         * The body of a chunked response, without its chunks.
         */
        String body() {
            return this.text.substring(this.text.indexOf("\r\n\r\n") + 4)
                .replaceAll("\r\n[0-9a-f]+\r\n|^[0-9a-f]+\r\n|\r\n$", "");
        }

    }

}
