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
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands between a client and a server as a NAT gateway or load balancer does, and
 * forgets the connections that run through it.
 */
public final class Middlebox implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
        Thread thread = new Thread(task, "middlebox");
        thread.setDaemon(true);
        return thread;
    });

    private final List<Flow> flows = new CopyOnWriteArrayList<>();

    private final ServerSocket listener;

    private final int serverPort;

    private Middlebox(ServerSocket listener, int serverPort) {
        this.listener = listener;
        this.serverPort = serverPort;
        this.threads.execute(this::accept);
    }

    /**
     * Stand before a server on the loopback interface.
     * @param serverPort port of the server
     * @return the middlebox
     */
    public static Middlebox before(int serverPort) {
        try {
            return new Middlebox(new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()), serverPort);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + this.listener.getLocalPort();
    }

    /**
     * Number of connections so far.
     */
    public int accepted() {
        return this.flows.size();
    }

    /**
     * Forget the connections that there are: what is sent on them from now on is dropped,
     * or answered with a reset.
     */
    public void forget(Way way) {
        this.flows.forEach((flow) -> flow.forgotten = way);
    }

    private void accept() {
        try {
            while (true) {
                connect(this.listener.accept());
            }
        }
        catch (IOException ex) {
            // Closed
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), this.serverPort);
        }
        catch (IOException ex) {
            // Nobody is there
            client.setSoLinger(true, 0);
            client.close();
            return;
        }
        Flow flow = new Flow(client, server);
        this.flows.add(flow);
        this.threads.execute(() -> flow.forward(client, server, true));
        this.threads.execute(() -> flow.forward(server, client, false));
    }

    @Override
    public void close() throws IOException {
        this.listener.close();
        for (Flow flow : this.flows) {
            flow.end();
        }
        this.threads.shutdownNow();
    }

    /**
     * What becomes of bytes on a connection that was forgotten.
     */
    public enum Way {

        /** They vanish. */
        DROP,

        /** The sender gets a reset. */
        RESET

    }

    private static final class Flow {

        private final Socket client;

        private final Socket server;

        private volatile Way forgotten;

        Flow(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void forward(Socket from, Socket to, boolean ofClient) {
            byte[] buffer = new byte[8192];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    if (this.forgotten == null) {
                        out.write(buffer, 0, length);
                    }
                    else if (this.forgotten == Way.RESET && ofClient) {
                        from.setSoLinger(true, 0);
                        end();
                    }
                }
                // A FIN is a packet like others
                if (this.forgotten != Way.DROP) {
                    end();
                }
            }
            catch (IOException ex) {
                endQuietly();
            }
        }

        private void endQuietly() {
            try {
                end();
            }
            catch (IOException ex) {
                // It is closed
            }
        }

        void end() throws IOException {
            this.client.close();
            this.server.close();
        }

    }

}
