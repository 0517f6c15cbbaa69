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
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Sits right behind the HTTP codec and drops interim responses, such as 103 (Early
 * Hints), which a client has to expect and may ignore (RFC 9110, 15.2). Reactor Netty
 * would take one for the response. 100 it knows, and 101 ends HTTP. What comes after too
 * many of them is passed on, and is no answer to anything.
 */
final class InterimResponses extends ChannelInboundHandlerAdapter {

    static final String NAME = "llmhttp.interim";

    /** Before one response. Servers send one or two. */
    private static final int MAX = 20;

    private int number;

    private boolean dropping;

    /** Whether nothing but what was dropped has been read. */
    private boolean starved;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse response) {
            this.number = isInterim(response.status()) ? this.number + 1 : 0;
            this.dropping = this.number > 0 && this.number <= MAX;
        }
        this.starved = this.dropping;
        if (!this.dropping) {
            context.fireChannelRead(message);
            return;
        }
        this.dropping = !(message instanceof LastHttpContent);
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        if (this.starved) {
            // Reactor Netty asks once for the bytes of a response
            this.starved = false;
            context.read();
        }
    }

    private static boolean isInterim(HttpResponseStatus status) {
        return status.codeClass() == HttpStatusClass.INFORMATIONAL && !status.equals(HttpResponseStatus.CONTINUE)
                && !status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
    }

}
