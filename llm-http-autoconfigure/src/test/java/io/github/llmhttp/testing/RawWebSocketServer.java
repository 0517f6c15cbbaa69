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

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Speaks WebSocket over plain TCP frame by frame, as a test wants it and no library
 * would. Each connection runs the script on a thread of its own, which has to end when
 * the connection does.
 */
public final class RawWebSocketServer implements AutoCloseable {

    public static final int CONTINUATION = 0;

    public static final int TEXT = 1;

    public static final int BINARY = 2;

    public static final int CLOSE = 8;

    public static final int PING = 9;

    public static final int PONG = 10;

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final ServerSocket listener;

    private final Script script;

    private final AtomicInteger accepted = new AtomicInteger();

    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private final List<Throwable> problems = new CopyOnWriteArrayList<>();

    private RawWebSocketServer(Script script) throws IOException {
        this.script = script;
        this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    }

    /**
     * Start a server on a free port.
     * @param script what it does on each connection
     * @return the server
     */
    public static RawWebSocketServer start(Script script) {
        try {
            RawWebSocketServer server = new RawWebSocketServer(script);
            daemon("accept", server::accept);
            return server;
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static void daemon(String name, Runnable run) {
        Thread thread = new Thread(run, "raw-websocket-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!this.listener.isClosed()) {
            try {
                Socket socket = this.listener.accept();
                this.open.add(socket);
                int number = this.accepted.incrementAndGet();
                daemon("peer", () -> serve(socket, number));
            }
            catch (SocketException ex) {
                // Closed
                return;
            }
            catch (IOException ex) {
                this.problems.add(ex);
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            this.script.run(new Peer(socket, number));
        }
        catch (SocketException | EOFException ex) {
            // The client has closed, or the test is over
        }
        catch (IOException | RuntimeException | AssertionError ex) {
            this.problems.add(ex);
        }
        finally {
            this.open.remove(socket);
        }
    }

    public String url() {
        return "http://localhost:" + this.listener.getLocalPort();
    }

    public int accepted() {
        return this.accepted.get();
    }

    public int openConnections() {
        return this.open.size();
    }

    @Override
    public void close() {
        try {
            this.listener.close();
            for (Socket socket : this.open) {
                socket.close();
            }
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        if (!this.problems.isEmpty()) {
            throw new AssertionError("The script of the server failed", this.problems.get(0));
        }
    }

    /** What the server does on one connection. */
    @FunctionalInterface
    public interface Script {

        void run(Peer peer) throws IOException;

    }

    /**
     * A frame as it came, unmasked.
     */
    public record Frame(int opcode, boolean last, byte[] payload) {

        public String text() {
            return new String(this.payload, StandardCharsets.UTF_8);
        }

        /** The code of a close frame, 1005 without one. */
        public int code() {
            return (this.payload.length < 2) ? 1005 : ByteBuffer.wrap(this.payload).getShort() & 0xFFFF;
        }

    }

    /**
     * The server's end of one connection.
     */
    public static final class Peer {

        private final Socket socket;

        private final int number;

        private final DataInputStream in;

        private final OutputStream out;

        private String requestLine = "";

        private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

        Peer(Socket socket, int number) throws IOException {
            this.socket = socket;
            this.number = number;
            this.in = new DataInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        /** The number of this connection, from 1. */
        public int number() {
            return this.number;
        }

        public String requestLine() {
            return this.requestLine;
        }

        public Map<String, String> headers() {
            return this.headers;
        }

        /** Read the request and switch protocols. */
        public Peer accept() throws IOException {
            readRequest();
            return bytes(switching(acceptKey()));
        }

        public String acceptKey() {
            try {
                MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
                String key = Objects.requireNonNull(this.headers.get("Sec-WebSocket-Key"));
                return Base64.getEncoder()
                    .encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
            }
            catch (NoSuchAlgorithmException ex) {
                throw new IllegalStateException(ex);
            }
        }

        public static String switching(String acceptKey, String... headers) {
            StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Accept: " + acceptKey + "\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            return head.append("\r\n").toString();
        }

        public void readRequest() throws IOException {
            this.requestLine = line();
            String line = line();
            while (!line.isEmpty()) {
                int colon = line.indexOf(':');
                this.headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
                line = line();
            }
        }

        private String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int next = this.in.readUnsignedByte();
            while (next != '\n') {
                if (next != '\r') {
                    line.write(next);
                }
                next = this.in.readUnsignedByte();
            }
            return line.toString(StandardCharsets.US_ASCII);
        }

        public Peer bytes(String text) throws IOException {
            return bytes(text.getBytes(StandardCharsets.UTF_8));
        }

        public Peer bytes(byte[] bytes) throws IOException {
            this.out.write(bytes);
            this.out.flush();
            return this;
        }

        /** The next frame, whatever it is. */
        public Frame frame() throws IOException {
            int first = this.in.readUnsignedByte();
            int second = this.in.readUnsignedByte();
            if ((second & 0x80) == 0) {
                throw new AssertionError("A client has to mask its frames");
            }
            long length = second & 0x7F;
            if (length == 126) {
                length = this.in.readUnsignedShort();
            }
            else if (length == 127) {
                length = this.in.readLong();
            }
            byte[] mask = this.in.readNBytes(4);
            byte[] payload = this.in.readNBytes(Math.toIntExact(length));
            if (payload.length < length) {
                throw new EOFException();
            }
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i % 4];
            }
            return new Frame(first & 0x0F, (first & 0x80) != 0, payload);
        }

        /**
         * The next frame of a kind; pings before it are answered, all else is dropped.
         */
        public Frame frame(int opcode) throws IOException {
            Frame frame = frame();
            while (frame.opcode() != opcode) {
                if (frame.opcode() == PING) {
                    send(PONG, true, 0, frame.payload());
                }
                else if (frame.opcode() == CLOSE) {
                    send(CLOSE, true, 0, frame.payload());
                    throw new EOFException();
                }
                frame = frame();
            }
            return frame;
        }

        public String message() throws IOException {
            return frame(TEXT).text();
        }

        public Peer text(String text) throws IOException {
            return send(TEXT, true, 0, text.getBytes(StandardCharsets.UTF_8));
        }

        public Peer close(int code, String reason) throws IOException {
            byte[] text = reason.getBytes(StandardCharsets.UTF_8);
            return send(CLOSE, true, 0, ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array());
        }

        public Peer send(int opcode, boolean last, int reserved, byte[] payload) throws IOException {
            ByteBuffer frame = ByteBuffer.allocate(10 + payload.length);
            frame.put((byte) ((last ? 0x80 : 0) | (reserved << 4) | opcode));
            if (payload.length < 126) {
                frame.put((byte) payload.length);
            }
            else if (payload.length < 65536) {
                frame.put((byte) 126).putShort((short) payload.length);
            }
            else {
                frame.put((byte) 127).putLong(payload.length);
            }
            frame.put(payload).flip();
            byte[] bytes = new byte[frame.remaining()];
            frame.get(bytes);
            return bytes(bytes);
        }

        /** Answer the close of the client and hang up. */
        public void closeAfterClient() throws IOException {
            Frame close = frame(CLOSE);
            send(CLOSE, true, 0, close.payload());
        }

        /** Stay until the client has closed; pings are not answered. */
        public void untilClosed() throws IOException {
            InputStream rest = this.in;
            while (rest.read() >= 0) {
                // Whatever it says
            }
        }

        /** Stay until the client has closed, and answer its pings. */
        public void answerPings() throws IOException {
            while (true) {
                frame(PONG);
            }
        }

        public void reset() throws IOException {
            this.socket.setSoLinger(true, 0);
            this.socket.close();
        }

    }

}
