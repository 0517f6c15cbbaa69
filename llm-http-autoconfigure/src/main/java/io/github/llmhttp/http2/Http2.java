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

package io.github.llmhttp.http2;

import java.time.Duration;

import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.pool.StreamLimits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2FrameCodec;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;

/**
 * Choice of the HTTP version of one client, and what is watched on connections of HTTP/2.
 * An upgrade from HTTP/1.1 ({@code h2c}) is never asked for, as some servers lose the
 * request's body over it.
 */
public final class Http2 {

    /**
     * Bytes of a response that wait for their reader before the server has to stop. So
     * much for a whole round trip of 50 ms at 10 MB/s, and so little that 100 calls whose
     * readers stall hold 50 MB.
     */
    private static final int STREAM_WINDOW = 512 * 1024;

    private final Http2Mode mode;

    private final @Nullable Integer maxConnections;

    private final int maxConcurrentStreams;

    private final Duration pingInterval;

    private final Duration pingTimeout;

    private final Duration settingsLimit;

    /**
     * Create the choice for a client.
     * @param properties settings, read once
     * @param settingsLimit longest wait for a server's SETTINGS on a new connection
     */
    public Http2(Http2Properties properties, Duration settingsLimit) {
        this.mode = properties.getMode();
        this.maxConnections = properties.getMaxConnections();
        this.maxConcurrentStreams = properties.getMaxConcurrentStreams();
        this.pingInterval = properties.getPingInterval();
        this.pingTimeout = properties.getPingTimeout();
        this.settingsLimit = settingsLimit;
    }

    /**
     * Let a client speak the chosen versions.
     * @param client the client
     * @param secure whether its endpoint is reached by {@code https}
     * @return the client with these versions
     * @throws IllegalStateException if HTTP/2 without asking is chosen for {@code https}
     */
    public HttpClient apply(HttpClient client, boolean secure) {
        return switch (this.mode) {
            case OFF -> client.protocol(HttpProtocol.HTTP11);
            case NEGOTIATE -> secure ? windows(client.protocol(HttpProtocol.H2, HttpProtocol.HTTP11))
                    : client.protocol(HttpProtocol.HTTP11);
            case PRIOR_KNOWLEDGE -> windows(client.protocol(priorKnowledge(secure)));
        };
    }

    private static HttpClient windows(HttpClient client) {
        return client.http2Settings((settings) -> settings.initialWindowSize(STREAM_WINDOW));
    }

    /**
     * Whether calls share connections, as far as it is up to the client.
     * @param secure whether the endpoint speaks TLS
     * @return whether HTTP/2 is spoken, or offered to the server
     */
    public boolean isUsed(boolean secure) {
        return this.mode == (secure ? Http2Mode.NEGOTIATE : Http2Mode.PRIOR_KNOWLEDGE);
    }

    /**
     * Whether TLS has to offer HTTP/2 to the server.
     * @return whether the version is negotiated
     */
    public boolean isNegotiated() {
        return this.mode == Http2Mode.NEGOTIATE;
    }

    /**
     * How calls share connections.
     * @param maxConnectionsPerHost most connections to a host where HTTP/2 has no limit
     * of its own
     * @return the limits, or {@code null} if they do not
     */
    public @Nullable StreamLimits streamLimits(int maxConnectionsPerHost) {
        if (this.mode == Http2Mode.OFF) {
            return null;
        }
        int connections = (this.maxConnections != null) ? this.maxConnections : maxConnectionsPerHost;
        return new StreamLimits(connections, this.maxConcurrentStreams);
    }

    private static HttpProtocol priorKnowledge(boolean secure) {
        if (secure) {
            throw new IllegalStateException("'http2.mode: prior-knowledge' needs an http:// address in 'base-url'; "
                    + "with https:// use 'negotiate'");
        }
        return HttpProtocol.H2C;
    }

    /**
     * A connection is opened, whose version may be known only after TLS.
     * @param channel its channel, before it is connected
     * @param opener the attempt that it is opened for, {@code null} if none
     */
    public void onChannelInit(Channel channel, @Nullable CallContext opener) {
        if (this.mode == Http2Mode.OFF || channel.parent() != null) {
            return;
        }
        if (!watch(channel.pipeline(), opener) && this.mode == Http2Mode.NEGOTIATE) {
            channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, AfterHandshake.NAME, new AfterHandshake(opener));
        }
    }

    private boolean watch(ChannelPipeline pipeline, @Nullable CallContext opener) {
        if (!(pipeline.get(NettyPipeline.HttpCodec) instanceof Http2FrameCodec codec)) {
            return false;
        }
        int window = (int) Math.min((long) STREAM_WINDOW * this.maxConcurrentStreams, Integer.MAX_VALUE / 2);
        pipeline.addAfter(NettyPipeline.HttpCodec, Liveness.NAME,
                new Liveness(codec, this.pingInterval, this.pingTimeout));
        pipeline.addAfter(NettyPipeline.HttpCodec, ConnectionWatch.NAME,
                new ConnectionWatch(codec, opener, this.settingsLimit, window));
        return true;
    }

    /**
     * A request is about to be written.
     * @param channel the channel of the request, which is a stream of its connection with
     * HTTP/2
     * @param call the attempt
     */
    public void onRequest(Channel channel, CallContext call) {
        Channel connection = channel.parent();
        ConnectionWatch watch = (connection != null) ? connection.pipeline().get(ConnectionWatch.class) : null;
        if (watch != null) {
            channel.pipeline().addFirst(StreamWatch.NAME, new StreamWatch(call, watch));
            connection.pipeline().get(Liveness.class).watch();
        }
    }

    /**
     * Waits for the handshake, in which the version is chosen.
     */
    private final class AfterHandshake extends ChannelInboundHandlerAdapter {

        private static final String NAME = "llmhttp.http2.handshake";

        private final @Nullable CallContext opener;

        AfterHandshake(@Nullable CallContext opener) {
            this.opener = opener;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            // Whoever told of the handshake has put the codec behind this handler
            watch(context.pipeline(), this.opener);
            context.fireChannelActive();
            context.pipeline().remove(this);
        }

    }

}
