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

package io.github.llmhttp.proxy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Proxy on loopback that really tunnels: HTTP CONNECT, SOCKS 4a or SOCKS 5. Every name
 * leads to loopback, as if only the proxy knew the names. Remembers what it was asked
 * for.
 */
public final class TestProxy implements AutoCloseable {

    public static final String USER = "robot";

    public static final String PASSWORD = "pa:ss";

    private static final byte[] NO_ADDRESS = new byte[6];

    private final List<String> targets = new CopyOnWriteArrayList<>();

    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));

    private final Protocol protocol;

    private TestProxy(Protocol protocol) throws IOException {
        this.protocol = protocol;
        start(this::accept);
    }

    public static TestProxy http() throws IOException {
        return new TestProxy((in, out) -> connect(in, out, null, "200 OK"));
    }

    public static TestProxy httpWithCredentials() throws IOException {
        String token = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        return new TestProxy((in, out) -> connect(in, out, "Basic " + token, "200 OK"));
    }

    public static TestProxy httpThatForbids() throws IOException {
        return new TestProxy((in, out) -> connect(in, out, null, "403 Forbidden"));
    }

    public static TestProxy silent() throws IOException {
        return new TestProxy((in, out) -> {
            in.readAllBytes();
            return null;
        });
    }

    public static TestProxy socks4() throws IOException {
        return new TestProxy(TestProxy::socks4);
    }

    public static TestProxy socks5() throws IOException {
        return new TestProxy((in, out) -> socks5(in, out, false));
    }

    public static TestProxy socks5WithCredentials() throws IOException {
        return new TestProxy((in, out) -> socks5(in, out, true));
    }

    public int port() {
        return this.server.getLocalPort();
    }

    /**
     * What connections were asked for, as host:port.
     */
    public List<String> targets() {
        return this.targets;
    }

    @Override
    public void close() throws IOException {
        this.server.close();
        for (Socket socket : this.sockets) {
            socket.close();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = this.server.accept();
            this.sockets.add(socket);
            start(() -> serve(socket));
        }
    }

    private void serve(Socket client) throws IOException {
        try (client) {
            String target = this.protocol.shakeHands(new DataInputStream(client.getInputStream()),
                    client.getOutputStream());
            if (target == null) {
                return;
            }
            this.targets.add(target);
            int port = Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
            try (Socket upstream = new Socket("127.0.0.1", port)) {
                this.sockets.add(upstream);
                start(() -> client.getInputStream().transferTo(upstream.getOutputStream()));
                upstream.getInputStream().transferTo(client.getOutputStream());
            }
        }
    }

    private static String connect(DataInputStream in, OutputStream out, String authorization, String status)
            throws IOException {
        String target = readLine(in).split(" ")[1];
        boolean authorized = authorization == null;
        for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
            authorized |= line.equalsIgnoreCase("proxy-authorization: " + authorization);
        }
        String reply = authorized ? "HTTP/1.1 " + status + "\r\n\r\n"
                : "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n";
        out.write(reply.getBytes(StandardCharsets.US_ASCII));
        return (authorized && status.startsWith("200")) ? target : null;
    }

    private static String socks4(DataInputStream in, OutputStream out) throws IOException {
        in.readNBytes(2);
        int port = in.readUnsignedShort();
        in.readNBytes(4);
        readToZero(in);
        String host = readToZero(in);
        out.write(concat(new byte[] { 0, 0x5a }));
        return host + ":" + port;
    }

    private static String socks5(DataInputStream in, OutputStream out, boolean credentials) throws IOException {
        in.readByte();
        readText(in);
        out.write(new byte[] { 5, (byte) (credentials ? 2 : 0) });
        if (credentials) {
            in.readByte();
            boolean right = USER.equals(readText(in)) & PASSWORD.equals(readText(in));
            out.write(new byte[] { 1, (byte) (right ? 0 : 1) });
            if (!right) {
                return null;
            }
        }
        in.readNBytes(4);
        String target = readText(in) + ":" + in.readUnsignedShort();
        out.write(concat(new byte[] { 5, 0, 0, 1 }));
        return target;
    }

    private static byte[] concat(byte[] reply) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(reply);
        bytes.writeBytes(NO_ADDRESS);
        return bytes.toByteArray();
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
    }

    private static String readLine(DataInputStream in) throws IOException {
        return readTo(in, '\n').stripTrailing();
    }

    private static String readToZero(DataInputStream in) throws IOException {
        return readTo(in, 0);
    }

    private static String readTo(DataInputStream in, int end) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != end; next = in.readUnsignedByte()) {
            text.append((char) next);
        }
        return text.toString();
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            }
            catch (IOException ex) {
                // The test is over: sockets are closed under the feet of their threads
            }
        }, "test-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private interface Protocol {

        String shakeHands(DataInputStream in, OutputStream out) throws IOException;

    }

    private interface Work {

        void run() throws IOException;

    }

}
