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

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The keep-alive options of one transport; those it does not have are {@code null}.
 *
 * @param idle seconds of silence before the first probe
 * @param interval seconds between unanswered probes
 * @param count unanswered probes
 * @param userTimeout milliseconds that sent data may stay unacknowledged
 */
record KeepAliveOptions(@Nullable ChannelOption<Integer> idle, @Nullable ChannelOption<Integer> interval,
        @Nullable ChannelOption<Integer> count, @Nullable ChannelOption<Integer> userTimeout) {

    private static final KeepAliveOptions SWITCH_ONLY = new KeepAliveOptions(null, null, null, null);

    /** A small Java runtime may lack the module. */
    private static final boolean HAS_JDK_NET = ModuleLayer.boot().findModule("jdk.net").isPresent();

    static @Nullable KeepAliveOptions of(Channel channel) {
        // By name, because the classes of the native transports may be absent
        String type = channel.getClass().getName();
        if (type.startsWith("io.netty.channel.epoll.")) {
            return linux(channel, "io.netty.channel.epoll.EpollChannelOption");
        }
        if (type.startsWith("io.netty.channel.uring.")) {
            return linux(channel, "io.netty.channel.uring.IoUringChannelOption");
        }
        if (type.startsWith("io.netty.channel.kqueue.")) {
            return SWITCH_ONLY;
        }
        if (channel instanceof NioSocketChannel) {
            return HAS_JDK_NET ? Nio.OPTIONS : SWITCH_ONLY;
        }
        return null;
    }

    private static KeepAliveOptions linux(Channel channel, String options) {
        try {
            // Netty keeps one option a name, from when the class is initialized
            Class.forName(options, true, channel.getClass().getClassLoader());
        }
        catch (ClassNotFoundException ex) {
            return SWITCH_ONLY;
        }
        return new KeepAliveOptions(option(options, "TCP_KEEPIDLE"), option(options, "TCP_KEEPINTVL"),
                option(options, "TCP_KEEPCNT"), option(options, "TCP_USER_TIMEOUT"));
    }

    private static @Nullable ChannelOption<Integer> option(String options, String name) {
        String full = options + '#' + name;
        return ChannelOption.exists(full) ? ChannelOption.valueOf(full) : null;
    }

    /**
     * Loaded only where the module {@code jdk.net} is.
     */
    private static final class Nio {

        static final KeepAliveOptions OPTIONS = new KeepAliveOptions(
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), null);

    }

}
