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

package io.github.llmhttp.benchmarks;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * A server that is not the limit: it writes what was encoded before.
 */
final class LoadServer {

    private static final int MAX_REQUEST = 4 * 1024 * 1024;

    private final Replies replies = new Replies();

    private LoadServer() {
    }

    /**
     * Start the server, and print its port.
     */
    public static void main(String[] args) throws InterruptedException {
        new LoadServer().run();
    }

    private void run() throws InterruptedException {
        boolean epoll = Epoll.isAvailable();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2,
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        Channel listener = new ServerBootstrap().group(loops)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 8192)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new ChannelInitializer<Channel>() {

                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline()
                        .addLast(new HttpRequestDecoder(), new HttpObjectAggregator(MAX_REQUEST), new Answers());
                }

            })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
        Benchmarks.print("port " + ((InetSocketAddress) listener.localAddress()).getPort());
        listener.closeFuture().sync();
    }

    /**
     * Answers the requests of one connection, one after another.
     */
    private final class Answers extends SimpleChannelInboundHandler<FullHttpRequest> {

        private Workload workload = Workload.W1;

        private int write;

        private boolean streaming;

        private @Nullable ScheduledFuture<?> timer;

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            this.workload = workload(request.content().toString(StandardCharsets.UTF_8));
            if (this.workload == Workload.W1) {
                context.writeAndFlush(LoadServer.this.replies.whole());
                return;
            }
            this.write = 0;
            this.streaming = true;
            context.write(LoadServer.this.replies.streamHead());
            context.writeAndFlush(LoadServer.this.replies.begin());
            if (this.workload.isPaced()) {
                pace(context);
            }
            else {
                pump(context);
            }
        }

        private static Workload workload(String body) {
            for (Workload workload : Workload.values()) {
                if (body.contains('"' + workload.model() + '"')) {
                    return workload;
                }
            }
            return Workload.W2B;
        }

        private void pace(ChannelHandlerContext context) {
            long nanos = this.workload.pace().toNanos();
            this.timer = context.executor()
                .scheduleAtFixedRate(() -> context.writeAndFlush(tokens()), nanos, nanos, TimeUnit.NANOSECONDS);
        }

        private ByteBuf tokens() {
            return LoadServer.this.replies.tokens(this.workload, this.write++);
        }

        private void pump(ChannelHandlerContext context) {
            int writes = Replies.TOKENS / this.workload.eventsPerWrite();
            while (this.streaming && context.channel().isWritable()) {
                if (this.write < writes) {
                    context.writeAndFlush(tokens());
                }
                else {
                    this.streaming = false;
                    context.writeAndFlush(LoadServer.this.replies.end());
                }
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (!this.workload.isPaced()) {
                pump(context);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (this.timer != null) {
                this.timer.cancel(false);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

    }

}
