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

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;

/**
 * Shows the head of a request to its connection before the body is collected. What comes
 * after a request that was answered early is thrown away.
 */
final class EarlyAnswers extends ChannelInboundHandlerAdapter {

    private final Connection connection;

    private boolean answered;

    EarlyAnswers(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!this.answered && message instanceof HttpRequest head) {
            this.answered = this.connection.answersEarly(head);
        }
        if (this.answered) {
            ReferenceCountUtil.release(message);
        }
        else {
            ctx.fireChannelRead(message);
        }
    }

}
