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

package io.github.llmhttp.keepalive;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import jdk.net.ExtendedSocketOptions;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads the options back from connected sockets.
 */
class KeepAliveTests {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final KeepAliveProperties properties = new KeepAliveProperties();

    private final LoopResources loops = LoopResources.create("keep-alive", 1, true);

    private DisposableServer server;

    @BeforeEach
    void start() {
        this.server = TcpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((in, out) -> out.neverComplete())
            .bindNow(LIMIT);
    }

    @AfterEach
    void stop() {
        this.server.disposeNow(LIMIT);
        this.loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
    }

    private Channel connect(boolean preferNative) {
        KeepAlive keepAlive = new KeepAlive(this.properties);
        AtomicReference<Channel> initialized = new AtomicReference<>();
        Connection connection = TcpClient.newConnection()
            .runOn(this.loops, preferNative)
            .remoteAddress(this.server::address)
            .doOnChannelInit((observer, channel, address) -> {
                keepAlive.onChannelInit(channel);
                initialized.set(channel);
            })
            .connectNow(LIMIT);
        assertThat(connection.channel()).isSameAs(initialized.get());
        return connection.channel();
    }

    private Channel connectWithEpoll() {
        if (!Epoll.isAvailable()) {
            if (OS.LINUX.isCurrentOs() && Boolean.parseBoolean(System.getenv("LLM_HTTP_REQUIRE_TOOLS"))) {
                throw new IllegalStateException("epoll is not available, and LLM_HTTP_REQUIRE_TOOLS is true",
                        Epoll.unavailabilityCause());
            }
            LogFactory.getLog(getClass()).warn("######## SKIPPED: epoll is not available ########");
            Assumptions.abort("epoll is not available");
        }
        Channel channel = connect(true);
        assertThat(channel).isInstanceOf(EpollSocketChannel.class);
        return channel;
    }

    private Channel connectWithNio() {
        Channel channel = connect(false);
        assertThat(channel).isInstanceOf(NioSocketChannel.class);
        return channel;
    }

    @Test
    void probesAfterSixtySecondsWithEpoll() {
        Channel channel = connectWithEpoll();
        assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
        assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(60);
        assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(10);
        assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(3);
        assertThat(channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT)).isZero();
    }

    @Test
    @Covers(FaultRow.NO_NATIVE_TRANSPORT)
    void probesAfterSixtySecondsWithNio() {
        Channel channel = connectWithNio();
        assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
        assertThat(channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE))).isEqualTo(60);
        assertThat(channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL)))
            .isEqualTo(10);
        assertThat(channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT))).isEqualTo(3);
    }

    @Test
    void takesTheSettings() {
        this.properties.setIdle(Duration.ofSeconds(30));
        this.properties.setInterval(Duration.ofSeconds(5));
        this.properties.setCount(2);
        this.properties.setUserTimeout(Duration.ofSeconds(45));
        Channel channel = connectWithEpoll();
        assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(30);
        assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(5);
        assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(2);
        assertThat(channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT)).isEqualTo(45_000);
    }

    @Test
    void leavesSocketsAloneWhenSwitchedOff() {
        this.properties.setEnabled(false);
        assertThat(connectWithEpoll().config().getOption(ChannelOption.SO_KEEPALIVE)).isFalse();
        assertThat(connectWithNio().config().getOption(ChannelOption.SO_KEEPALIVE)).isFalse();
    }

    @Test
    void userTimeoutIsNoErrorWithNio() {
        this.properties.setUserTimeout(Duration.ofSeconds(45));
        assertThat(connectWithNio().config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
    }

    @Test
    void unknownTransportIsNoError() {
        EmbeddedChannel channel = new EmbeddedChannel();
        new KeepAlive(this.properties).onChannelInit(channel);
        assertThat(channel.isOpen()).isTrue();
        channel.finishAndReleaseAll();
    }

}
