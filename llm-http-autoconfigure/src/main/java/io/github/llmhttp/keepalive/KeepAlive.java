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
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Turns TCP keep-alive on for the sockets of a client, so that NAT gateways and load
 * balancers do not drop quiet connections. Each transport has options of its own; those
 * of another one are ignored, and the kernel's two hours would stay.
 */
public final class KeepAlive {

    private static final Log logger = LogFactory.getLog(KeepAlive.class);

    private final boolean enabled;

    private final int idle;

    private final int interval;

    private final int count;

    private final @Nullable Duration userTimeout;

    private final AtomicBoolean told = new AtomicBoolean();

    /**
     * Create from the settings of a client.
     * @param properties the settings
     */
    public KeepAlive(KeepAliveProperties properties) {
        this.enabled = properties.isEnabled();
        this.idle = seconds(properties.getIdle());
        this.interval = seconds(properties.getInterval());
        this.count = properties.getCount();
        this.userTimeout = properties.getUserTimeout();
    }

    private static int seconds(Duration duration) {
        return (int) Math.max(1, duration.toSeconds());
    }

    /**
     * Set the options of a socket.
     * @param channel the channel of the socket, before it is connected
     */
    public void onChannelInit(Channel channel) {
        if (channel.parent() != null) {
            // A stream of an HTTP/2 connection has no socket of its own
            return;
        }
        KeepAliveOptions options = KeepAliveOptions.of(channel);
        if (options == null) {
            tell("no TCP options are known for " + channel.getClass().getSimpleName());
            return;
        }
        if (this.enabled) {
            channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
            boolean set = set(channel, options.idle(), this.idle) && set(channel, options.interval(), this.interval)
                    && set(channel, options.count(), this.count);
            if (!set) {
                tell("keep-alive.idle, interval and count are those of the system with "
                        + channel.getClass().getSimpleName());
            }
        }
        if (this.userTimeout != null && !set(channel, options.userTimeout(), (int) this.userTimeout.toMillis())) {
            tell("keep-alive.user-timeout has no effect with " + channel.getClass().getSimpleName());
        }
    }

    private static boolean set(Channel channel, @Nullable ChannelOption<Integer> option, int value) {
        return option != null && channel.config().setOption(option, value);
    }

    private void tell(String message) {
        if (this.told.compareAndSet(false, true)) {
            logger.info(message);
        }
    }

}
