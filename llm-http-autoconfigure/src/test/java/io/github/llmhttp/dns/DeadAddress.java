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

package io.github.llmhttp.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * Address on loopback that does not answer SYN, as a host that is gone: a listening
 * socket whose queue of connections is full.
 */
public final class DeadAddress implements AutoCloseable {

    private final ServerSocket server;

    private final List<Socket> queue = new ArrayList<>();

    public DeadAddress(String address, int port) throws IOException {
        this.server = new ServerSocket(port, 1, InetAddress.getByName(address));
        fill();
    }

    public int port() {
        return this.server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : this.queue) {
            socket.close();
        }
        this.server.close();
    }

    private void fill() throws IOException {
        while (true) {
            Socket socket = new Socket();
            this.queue.add(socket);
            try {
                socket.connect(new InetSocketAddress(this.server.getInetAddress(), port()), 100);
            }
            catch (SocketTimeoutException ex) {
                return;
            }
        }
    }

}
