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
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Speaks HTTP/2 over plain TCP frame by frame, as a test wants it and no library would.
 * Each connection runs the script on a thread of its own, which has to end when the
 * connection does.
 */
public final class RawHttp2Server implements AutoCloseable {

    public static final int DATA = 0;

    public static final int HEADERS = 1;

    public static final int RST_STREAM = 3;

    public static final int SETTINGS = 4;

    public static final int PUSH_PROMISE = 5;

    public static final int PING = 6;

    public static final int GOAWAY = 7;

    public static final int WINDOW_UPDATE = 8;

    public static final int CONTINUATION = 9;

    public static final int ACK = 1;

    public static final int END_STREAM = 1;

    public static final int END_HEADERS = 4;

    private static final int PREFACE = 24;

    private static final int INITIAL_WINDOW_SIZE = 4;

    /** RFC 9113, section 6.9.2. */
    private static final int DEFAULT_WINDOW = 65_535;

    /** What a token takes besides itself. */
    private static final int TOKEN_FRAME = 100;

    private final ServerSocket listener;

    private final Script script;

    private final AtomicInteger accepted = new AtomicInteger();

    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private final List<Throwable> problems = new CopyOnWriteArrayList<>();

    private RawHttp2Server(Script script) throws IOException {
        this.script = script;
        this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    }

    /**
     * Start a server on a free port.
     * @param script what it does on each connection
     * @return the server
     */
    public static RawHttp2Server start(Script script) {
        try {
            RawHttp2Server server = new RawHttp2Server(script);
            daemon("accept", server::accept);
            return server;
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static void daemon(String name, Runnable run) {
        Thread thread = new Thread(run, "raw-http2-" + name);
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
            Peer peer = new Peer(socket, number);
            peer.in.readNBytes(PREFACE);
            this.script.run(peer);
        }
        catch (EOFException | SocketException ex) {
            // The client has left
        }
        catch (IOException | RuntimeException ex) {
            this.problems.add(ex);
        }
        finally {
            this.open.remove(socket);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + this.listener.getLocalPort();
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
            for (Socket socket : List.copyOf(this.open)) {
                socket.close();
            }
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        if (!this.problems.isEmpty()) {
            throw new AssertionError("A script failed", this.problems.get(0));
        }
    }

    /**
     * What the server does on a connection, after the client's preface.
     */
    @FunctionalInterface
    public interface Script {

        void run(Peer peer) throws IOException;

    }

    /**
     * A frame of the client.
     */
    public record Frame(int type, int flags, int stream, byte[] payload) {

        boolean has(int flag) {
            return (this.flags & flag) != 0;
        }

    }

    /**
     * The other end of a connection.
     */
    public static final class Peer {

        private final Socket socket;

        private final DataInputStream in;

        private final DataOutputStream out;

        private final int number;

        private final Set<Integer> resets = new TreeSet<>();

        /** What may be sent on a stream, and with number 0 on all of them. */
        private final Map<Integer, Integer> sent = new HashMap<>();

        private final Map<Integer, Integer> more = new HashMap<>();

        private int initialWindow = DEFAULT_WINDOW;

        private boolean answersPings = true;

        Peer(Socket socket, int number) throws IOException {
            this.socket = socket;
            this.in = new DataInputStream(socket.getInputStream());
            this.out = new DataOutputStream(socket.getOutputStream());
            this.number = number;
        }

        /** Connections are numbered from 1. */
        public int number() {
            return this.number;
        }

        public void ignorePings() {
            this.answersPings = false;
        }

        /** Frames that the client has reset. */
        public Set<Integer> resets() {
            return this.resets;
        }

        public Frame next() throws IOException {
            int length = (this.in.readUnsignedByte() << 16) | this.in.readUnsignedShort();
            int type = this.in.readUnsignedByte();
            int flags = this.in.readUnsignedByte();
            int stream = this.in.readInt() & Integer.MAX_VALUE;
            byte[] payload = this.in.readNBytes(length);
            Frame frame = new Frame(type, flags, stream, payload);
            if (type == SETTINGS && !frame.has(ACK)) {
                ByteBuffer settings = ByteBuffer.wrap(payload);
                while (settings.hasRemaining()) {
                    int id = settings.getShort();
                    int value = settings.getInt();
                    this.initialWindow = (id == INITIAL_WINDOW_SIZE) ? value : this.initialWindow;
                }
                frame(SETTINGS, ACK, 0);
            }
            else if (type == WINDOW_UPDATE) {
                this.more.merge(stream, ByteBuffer.wrap(payload).getInt(), Integer::sum);
            }
            else if (type == PING && !frame.has(ACK) && this.answersPings) {
                frame(PING, ACK, 0, payload);
            }
            else if (type == RST_STREAM) {
                this.resets.add(stream);
            }
            return frame;
        }

        /** The next frame that is such, and {@code null} at the end of the connection. */
        public @Nullable Frame await(Predicate<Frame> wanted) throws IOException {
            try {
                Frame frame = next();
                while (!wanted.test(frame)) {
                    frame = next();
                }
                return frame;
            }
            catch (EOFException | SocketException ex) {
                return null;
            }
        }

        /** Wait for a whole request: the number of its stream. */
        public int request() throws IOException {
            Frame last = await((frame) -> (frame.type() == HEADERS || frame.type() == DATA) && frame.has(END_STREAM));
            if (last == null) {
                throw new EOFException();
            }
            return last.stream();
        }

        /** Wait for whole requests. */
        public List<Integer> requests(int number) throws IOException {
            List<Integer> streams = new ArrayList<>();
            for (int i = 0; i < number; i++) {
                streams.add(request());
            }
            return streams;
        }

        /** Read what comes and answer nothing. */
        public void listenOnly() throws IOException {
            this.in.transferTo(OutputStream.nullOutputStream());
        }

        public void untilClosed() throws IOException {
            await((frame) -> false);
        }

        /** Numbers and values of settings in turn. */
        public void settings(int... settings) throws IOException {
            ByteBuffer payload = ByteBuffer.allocate(settings.length * 3);
            for (int i = 0; i < settings.length; i += 2) {
                payload.putShort((short) settings[i]).putInt(settings[i + 1]);
            }
            frame(SETTINGS, 0, 0, payload.array());
        }

        /** Status 200 and the type of a stream of events. */
        public void headers(int stream) throws IOException {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            block.write(0x88);
            literal(block, "content-type");
            text(block, "text/event-stream");
            frame(HEADERS, END_HEADERS, stream, block.toByteArray());
        }

        private static void literal(ByteArrayOutputStream block, String name) {
            block.write(0);
            text(block, name);
        }

        private static void text(ByteArrayOutputStream block, String text) {
            block.write(text.length());
            block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }

        /** One token of an OpenAI chat stream. */
        public void token(int stream, String token) throws IOException {
            data(stream, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + token + "\"}}]}\n\n", false);
        }

        /**
         * Tokens until the window of the stream is used up, or that of the connection.
         */
        public void windowed(int stream, String token, int most) throws IOException {
            for (int i = 0; i < most && mayWrite(stream, token.length() + TOKEN_FRAME); i++) {
                token(stream, token);
            }
        }

        /** The end of an OpenAI chat stream. */
        public void done(int stream) throws IOException {
            data(stream, "data: [DONE]\n\n", true);
        }

        /** A whole answer. */
        public void answer(int stream, String token) throws IOException {
            headers(stream);
            token(stream, token);
            done(stream);
        }

        private boolean mayWrite(int stream, int bytes) {
            int ofAll = DEFAULT_WINDOW + this.more.getOrDefault(0, 0) - this.sent.getOrDefault(0, 0);
            int own = this.initialWindow + this.more.getOrDefault(stream, 0) - this.sent.getOrDefault(stream, 0);
            return ofAll >= bytes && own >= bytes;
        }

        public void data(int stream, String text, boolean end) throws IOException {
            this.sent.merge(stream, text.length(), Integer::sum);
            this.sent.merge(0, text.length(), Integer::sum);
            frame(DATA, end ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.UTF_8));
        }

        public void reset(int stream, int code) throws IOException {
            frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(code).array());
        }

        public void goAway(int lastStream, int code) throws IOException {
            frame(GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(lastStream).putInt(code).array());
        }

        public void frame(int type, int flags, int stream, byte... payload) throws IOException {
            ByteBuffer head = ByteBuffer.allocate(9);
            head.put((byte) (payload.length >> 16)).putShort((short) payload.length);
            head.put((byte) type).put((byte) flags).putInt(stream);
            synchronized (this.out) {
                this.out.write(head.array());
                this.out.write(payload);
                this.out.flush();
            }
        }

        public void bytes(byte... bytes) throws IOException {
            this.out.write(bytes);
            this.out.flush();
        }

        public void reset() throws IOException {
            this.socket.setSoLinger(true, 0);
            this.socket.close();
        }

    }

}
