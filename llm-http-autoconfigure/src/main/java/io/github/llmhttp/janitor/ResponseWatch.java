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

package io.github.llmhttp.janitor;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;

/**
 * Sits behind the HTTP codec and sees the head of each response.
 */
final class ResponseWatch extends ChannelInboundHandlerAdapter {

    static final String NAME = "llmhttp.response";

    private final ConnectionJanitor janitor;

    private final TrackedConnection connection;

    ResponseWatch(ConnectionJanitor janitor, TrackedConnection connection) {
        this.janitor = janitor;
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse response) {
            if (!this.connection.expectsResponse()) {
                ReferenceCountUtil.release(message);
                this.janitor.closeForSurplusBytes(this.connection);
                return;
            }
            this.janitor.onResponse(this.connection, response);
        }
        context.fireChannelRead(message);
    }

}
