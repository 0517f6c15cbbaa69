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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A server on the loopback interface that speaks like OpenAI, Anthropic and Ollama and
 * says what a test wants to hear. A test scripts replies, runs the code under test, and
 * verifies what reached the server:
 *
 * <pre class="code">
 * try (MockLlmServer llm = MockLlmServer.start()) {
 *     llm.script(Reply.status(429).header("Retry-After", "2"), Reply.text("Hello ", "world"));
 *     String answer = client(llm.url()).ask("Say hello");
 *     assertThat(answer).isEqualTo("Hello world");
 *     assertThat(llm.calls()).hasSize(2);
 *     assertThat(llm.connections().reused()).isEqualTo(1);
 * }
 * </pre>
 *
 * Scripted replies are used up in the order in which calls come. When none is left, the
 * server echoes the prompt, or does what {@link #otherwise(Function)} says. All methods
 * are safe to use from any thread.
 */
public final class MockLlmServer implements AutoCloseable {

    private static final int MAX_REQUEST_SIZE = 64 * 1024 * 1024;

    private static final int MAX_REQUEST_HEAD = 64 * 1024;

    private static final AtomicInteger SERVERS = new AtomicInteger();

    private final String threadName = "mock-llm-" + SERVERS.incrementAndGet();

    private final Script script = new Script();

    private final Deque<Reply> refusals = new ConcurrentLinkedDeque<>();

    private final Ledger ledger = new Ledger();

    private final Map<Channel, Connection> connections = new ConcurrentHashMap<>();

    private final EventLoopGroup eventLoops;

    private final ServerBootstrap bootstrap;

    private final @Nullable SslContext ssl;

    private final @Nullable Duration idleTimeout;

    private final @Nullable String keepAliveHeader;

    private final int maxRequestsPerConnection;

    private final InetSocketAddress address;

    private final AtomicBoolean closed = new AtomicBoolean();

    private volatile Channel listener;

    private MockLlmServer(Builder builder) {
        this.ssl = builder.ssl;
        this.idleTimeout = builder.idleTimeout;
        this.keepAliveHeader = builder.keepAliveHeader;
        this.maxRequestsPerConnection = builder.maxRequestsPerConnection;
        this.eventLoops = new MultiThreadIoEventLoopGroup(2, new DefaultThreadFactory(this.threadName, true),
                NioIoHandler.newFactory());
        this.bootstrap = new ServerBootstrap().group(this.eventLoops)
            .channel(NioServerSocketChannel.class)
            .childHandler(new ChannelInitializer<SocketChannel>() {

                @Override
                protected void initChannel(SocketChannel channel) {
                    initialize(channel);
                }

            });
        try {
            this.listener = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), builder.port));
        }
        catch (RuntimeException ex) {
            this.eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw ex;
        }
        this.address = (InetSocketAddress) this.listener.localAddress();
    }

    /**
     * Start a server on a free port.
     * @return the server
     */
    public static MockLlmServer start() {
        return builder().start();
    }

    /**
     * Prepare a server with settings of its own.
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private Channel listen(InetSocketAddress where) {
        return this.bootstrap.bind(where).syncUninterruptibly().channel();
    }

    private void initialize(SocketChannel channel) {
        Connection connection = new Connection(this);
        this.connections.put(channel, connection);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(new Doorman(this.script, connection));
        if (this.ssl != null) {
            pipeline.addLast(this.ssl.newHandler(channel.alloc()));
        }
        pipeline.addLast(new Dripper(), new HttpRequestDecoder(MAX_REQUEST_HEAD, MAX_REQUEST_HEAD, 8192),
                new HttpResponseEncoder(), new EarlyAnswers(connection), new HttpObjectAggregator(MAX_REQUEST_SIZE),
                connection);
    }

    /**
     * Script the replies to the next calls. They are used up in order; probes such as
     * {@code GET /health} do not use them up.
     * @param replies the replies
     * @return this server
     */
    public MockLlmServer script(Reply... replies) {
        return script((call) -> !call.protocol().isProbe(), replies);
    }

    /**
     * Script the replies to the next calls of a kind.
     * @param when which calls the replies are for, probes included
     * @param replies the replies
     * @return this server
     */
    public MockLlmServer script(Predicate<RecordedCall> when, Reply... replies) {
        for (Reply reply : replies) {
            this.script.add(when, reply);
        }
        return this;
    }

    /**
     * Script the answers to the next WebSocket handshakes, each in place of an upgrade:
     * {@code Reply.status(401)}, a reply with a fault, or the bytes of an upgrade that is
     * wrong. Other handshakes succeed at the paths of OpenAI's Responses and Realtime, at
     * {@code .../prompt} and {@code .../ws}; what is asked on them are calls like others.
     * @param replies the replies
     * @return this server
     */
    public MockLlmServer refuseHandshakes(Reply... replies) {
        this.refusals.addAll(List.of(replies));
        return this;
    }

    /**
     * Set the reply to each call for which none is scripted.
     * @param reply the reply
     * @return this server
     */
    public MockLlmServer otherwise(Reply reply) {
        this.script.otherwise(reply);
        return this;
    }

    /**
     * Set what makes the reply to each call for which none is scripted.
     * @param reply the function, called on an event loop of the server; it must not block
     * @return this server
     */
    public MockLlmServer otherwise(Function<RecordedCall, Reply> reply) {
        this.script.otherwise(reply);
        return this;
    }

    /**
     * Forget script and records, as before each test. Open connections stay open.
     */
    public void reset() {
        this.script.reset();
        this.refusals.clear();
        this.ledger.reset();
    }

    /**
     * The address of the server, to be used as base URL.
     * @return scheme, host and port
     */
    public String url() {
        return "%s://127.0.0.1:%d".formatted((this.ssl != null) ? "https" : "http", port());
    }

    /**
     * The port of the server.
     * @return the port
     */
    public int port() {
        return this.address.getPort();
    }

    /**
     * Refuse new connections, as a server that is down does, until the outage is closed.
     * Connections that are open stay open; see {@link #closeConnections()}.
     * @return the outage, which keeps the port reserved
     */
    public Outage refuse() {
        this.listener.close().syncUninterruptibly();
        return new Outage();
    }

    /**
     * Close all connections, idle and busy, as a server that restarts does.
     */
    public void closeConnections() {
        this.connections.forEach((channel, connection) -> channel.eventLoop().execute(() -> {
            connection.closing();
            channel.close();
        }));
    }

    /**
     * Send bytes that nobody asked for on each connection that is idle. When this method
     * returns, they are on their way.
     * @param bytes the bytes
     * @return the number of connections
     */
    public int sendUnasked(byte... bytes) {
        List<Future<Boolean>> sent = new ArrayList<>();
        this.connections.forEach(
                (channel, connection) -> sent.add(channel.eventLoop().submit(() -> connection.sendsUnasked(bytes))));
        return (int) sent.stream().filter((future) -> future.syncUninterruptibly().getNow()).count();
    }

    /**
     * The calls that reached the server, in the order in which they came.
     * @return the calls
     */
    public List<RecordedCall> calls() {
        return this.ledger.calls();
    }

    /**
     * The WebSocket handshakes that reached the server, those included that were refused.
     * @return the handshakes in the order in which they came
     */
    public List<RecordedCall> handshakes() {
        return this.ledger.handshakes();
    }

    /**
     * Number of pings that came on WebSockets. Each was answered.
     * @return the number
     */
    public int pings() {
        return this.ledger.pings();
    }

    /**
     * Close all WebSockets with a close frame, busy or not, as a server that drains does.
     * @param code the close code (RFC 6455, section 7.4)
     * @param reason what the server says, 123 bytes of UTF-8 at most
     * @return the number of WebSockets
     */
    public int closeWebSockets(int code, String reason) {
        List<Future<Boolean>> closed = new ArrayList<>();
        this.connections.forEach((channel, connection) -> closed
            .add(channel.eventLoop().submit(() -> connection.closeWebSocket(code, reason))));
        return (int) closed.stream().filter((future) -> future.syncUninterruptibly().getNow()).count();
    }

    /**
     * The only call that reached the server.
     * @return the call
     * @throws AssertionError if there was none, or more than one
     */
    public RecordedCall call() {
        List<RecordedCall> calls = calls();
        if (calls.size() != 1) {
            throw new AssertionError("Expected one call but there were %d: %s".formatted(calls.size(), calls));
        }
        return calls.get(0);
    }

    /**
     * The numbers of connections.
     * @return the numbers as they are now
     */
    public ConnectionCounts connections() {
        return this.ledger.connections();
    }

    /**
     * Number of scripted replies that no call has used up.
     * @return the number
     */
    public int remaining() {
        return this.script.size();
    }

    /**
     * Wait until calls have reached the server.
     * @param atLeast the number of calls
     * @param limit the longest wait
     * @return the calls
     * @throws AssertionError if there are fewer calls when the limit is over
     */
    public List<RecordedCall> awaitCalls(int atLeast, Duration limit) {
        this.ledger.await(atLeast + " calls", (now) -> now.calls().size(), (number) -> number >= atLeast, limit);
        return calls();
    }

    /**
     * Wait until as many connections are open.
     * @param exactly the number of connections
     * @param limit the longest wait
     * @throws AssertionError if the number is another when the limit is over
     */
    public void awaitOpenConnections(int exactly, Duration limit) {
        this.ledger.await(exactly + " open connections", (now) -> now.connections().open(),
                (number) -> number == exactly, limit);
    }

    /**
     * Wait until clients have left before their replies ended.
     * @param atLeast the number of calls that were cancelled
     * @param limit the longest wait
     * @throws AssertionError if there are fewer when the limit is over
     */
    public void awaitCancelled(int atLeast, Duration limit) {
        this.ledger.await(atLeast + " cancelled calls", (now) -> count(now, RecordedCall::isCancelled),
                (number) -> number >= atLeast, limit);
    }

    /**
     * Wait until replies are written to their end.
     * @param atLeast the number of calls with a complete reply
     * @param limit the longest wait
     * @throws AssertionError if there are fewer when the limit is over
     */
    public void awaitComplete(int atLeast, Duration limit) {
        this.ledger.await(atLeast + " complete calls", (now) -> count(now, RecordedCall::isComplete),
                (number) -> number >= atLeast, limit);
    }

    /**
     * Wait until something about this server is so.
     * @param condition what should be so
     * @param limit the longest wait
     * @return whether it is so
     */
    public boolean await(Predicate<MockLlmServer> condition, Duration limit) {
        return this.ledger.await(() -> condition.test(this), limit);
    }

    private static int count(Ledger ledger, Predicate<RecordedCall> predicate) {
        return (int) ledger.calls().stream().filter(predicate).count();
    }

    /**
     * Stop the server and close all connections. When this method returns, the threads of
     * the server have ended. A second call has nothing to do.
     */
    @Override
    public void close() {
        if (this.closed.compareAndSet(false, true)) {
            this.listener.close().syncUninterruptibly();
            closeConnections();
            this.eventLoops.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        }
        this.eventLoops.terminationFuture().syncUninterruptibly();
    }

    Rendering answer(RecordedCall call) {
        try {
            Reply reply = this.script.onCall(call);
            if (reply == null) {
                reply = StockReplies.of(call);
            }
            if (reply == null) {
                reply = this.script.defaultReply(call);
            }
            return Rendering.of(reply, call);
        }
        catch (RuntimeException ex) {
            return Rendering.of(Reply.status(500).error("mock_error", "The script failed: " + ex), call);
        }
    }

    /**
     * What a handshake gets in place of an upgrade.
     * @return the answer, {@code null} for an upgrade
     */
    @Nullable Rendering refusal(RecordedCall handshake) {
        Reply refusal = this.refusals.poll();
        if (refusal == null && handshake.protocol() == Protocol.OTHER) {
            refusal = StockReplies.of(handshake);
        }
        return (refusal != null) ? Rendering.of(refusal, handshake) : null;
    }

    @Nullable Reply earlyReply(RecordedCall head) {
        return this.script.onHead(head);
    }

    void forget(Channel channel) {
        this.connections.remove(channel);
    }

    String threadName() {
        return this.threadName;
    }

    Ledger ledger() {
        return this.ledger;
    }

    @Nullable Duration idleTimeout() {
        return this.idleTimeout;
    }

    @Nullable String keepAliveHeader() {
        return this.keepAliveHeader;
    }

    int maxRequestsPerConnection() {
        return this.maxRequestsPerConnection;
    }

    @Override
    public String toString() {
        return "MockLlmServer[%s, %s]".formatted(url(), connections());
    }

    /**
     * A time in which connections are refused. Closing it ends it.
     */
    public final class Outage implements AutoCloseable {

        private final Socket reservation;

        private Outage() {
            // The selector closes the listening socket a moment after its channel is
            // closed; until
            // then the port is taken and the kernel accepts connections
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            Socket reserved = reserve(deadline);
            while (reserved == null) {
                LockSupport.parkNanos(100_000);
                reserved = reserve(deadline);
            }
            this.reservation = reserved;
        }

        /**
         * Bind a socket that does not listen: the kernel refuses connections to it, and
         * nobody else gets the port.
         */
        private @Nullable Socket reserve(long deadline) {
            Socket socket = new Socket();
            try {
                socket.setReuseAddress(true);
                socket.bind(MockLlmServer.this.address);
                return socket;
            }
            catch (IOException ex) {
                close(socket);
                if (System.nanoTime() > deadline) {
                    throw new UncheckedIOException("Cannot reserve port %d".formatted(port()), ex);
                }
                return null;
            }
        }

        private void close(Socket socket) {
            try {
                socket.close();
            }
            catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }

        /**
         * Accept connections again, on the same port, unless the server was closed.
         */
        @Override
        public void close() {
            if (this.reservation.isClosed()) {
                return;
            }
            close(this.reservation);
            if (!MockLlmServer.this.eventLoops.isShuttingDown()) {
                MockLlmServer.this.listener = listen(MockLlmServer.this.address);
            }
        }

    }

    /**
     * Settings of a server.
     */
    public static final class Builder {

        private int port;

        private @Nullable SslContext ssl;

        private @Nullable Duration idleTimeout;

        private @Nullable String keepAliveHeader;

        private int maxRequestsPerConnection = Integer.MAX_VALUE;

        private Builder() {
        }

        /**
         * Set the port. The default is a free one.
         * @param port the port, 0 for a free one
         * @return this builder
         */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /**
         * Speak TLS.
         * @param ssl the certificate and key of the server
         * @return this builder
         */
        public Builder ssl(SslContext ssl) {
            this.ssl = ssl;
            return this;
        }

        /**
         * Close connections that are idle for so long. The default is never.
         * @param idleTimeout the time since the connection was opened or the last reply
         * ended
         * @return this builder
         */
        public Builder idleTimeout(Duration idleTimeout) {
            this.idleTimeout = idleTimeout;
            return this;
        }

        /**
         * Send a {@code Keep-Alive} header with each reply that leaves the connection
         * open.
         * @param keepAliveHeader the value, for example {@code timeout=5}
         * @return this builder
         */
        public Builder keepAliveHeader(String keepAliveHeader) {
            this.keepAliveHeader = keepAliveHeader;
            return this;
        }

        /**
         * Close each connection after so many requests; the last reply says
         * {@code Connection: close}. The default is no limit.
         * @param maxRequestsPerConnection the number of requests, at least 1
         * @return this builder
         */
        public Builder maxRequestsPerConnection(int maxRequestsPerConnection) {
            if (maxRequestsPerConnection < 1) {
                throw new IllegalArgumentException(
                        "maxRequestsPerConnection must be at least 1 but is " + maxRequestsPerConnection);
            }
            this.maxRequestsPerConnection = maxRequestsPerConnection;
            return this;
        }

        /**
         * Start the server.
         * @return the server
         */
        public MockLlmServer start() {
            return new MockLlmServer(this);
        }

    }

}
