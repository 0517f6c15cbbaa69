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

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;

import io.netty.channel.unix.Errors;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.client.PrematureCloseException;

/**
 * Tells a connection that was closed or reset from other failures, by class: messages
 * differ with the transport and its version.
 */
final class StaleConnections {

    private static final int MAX_CAUSES = 8;

    private StaleConnections() {
    }

    static boolean isClose(Throwable error) {
        Throwable cause = error;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            if (isCloseItself(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean isCloseItself(Throwable error) {
        if (error instanceof ConnectException || error instanceof NoRouteToHostException) {
            return false;
        }
        return error instanceof PrematureCloseException || error instanceof ClosedChannelException
                || error instanceof AbortedException || error instanceof SocketException
                || error instanceof Errors.NativeIoException
                // NIO says "Broken pipe" with this very class
                || error.getClass() == IOException.class;
    }

}
