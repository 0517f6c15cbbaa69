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

package io.github.llmhttp.transport;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.netty.channel.Channel;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;

/**
 * How a connection is closed that nobody waits for any more. On its event loop, where it
 * is certain whose it is.
 */
final class Closing {

    private Closing() {
    }

    /**
     * Close a connection that is being opened. Once it speaks HTTP/2 others use it too.
     * @param opening the channel of the connection
     * @return closes it
     */
    static Runnable of(Channel opening) {
        return on(opening, () -> {
            if (!opening.isActive() || opening.pipeline().get(NettyPipeline.H2MultiplexHandler) == null) {
                opening.close();
            }
        });
    }

    /**
     * Close a connection that carries a request, or with HTTP/2 the stream of that
     * request. Without effect once the request has ended: the connection is the pool's.
     * @param connection the connection as the request has it
     * @return closes it
     */
    static Runnable of(Connection connection) {
        return on(connection.channel(), connection::dispose);
    }

    private static Runnable on(Channel channel, Runnable close) {
        Executor eventLoop = channel.eventLoop();
        return () -> {
            try {
                eventLoop.execute(close);
            }
            catch (RejectedExecutionException ex) {
                // The event loop is gone, and its connections with it
            }
        };
    }

}
