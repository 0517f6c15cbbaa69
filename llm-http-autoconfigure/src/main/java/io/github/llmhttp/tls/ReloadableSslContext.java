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

package io.github.llmhttp.tls;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * A TLS context that can be replaced. To Reactor Netty it stays the same object, so that
 * the pool, whose key contains it, stays the same too.
 */
final class ReloadableSslContext extends SslContext {

    private final Supplier<SslContext> contexts;

    private volatile SslContext current;

    ReloadableSslContext(Supplier<SslContext> contexts) {
        this.contexts = contexts;
        this.current = contexts.get();
    }

    void reload() {
        this.current = this.contexts.get();
    }

    @Override
    public boolean isClient() {
        return this.current.isClient();
    }

    @Override
    public List<String> cipherSuites() {
        return this.current.cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation")
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return this.current.applicationProtocolNegotiator();
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return this.current.newEngine(allocator);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
        return this.current.newEngine(allocator, peerHost, peerPort);
    }

    // The handlers come from the current context too, as native TLS needs its own kind

    @Override
    protected SslHandler newHandler(ByteBufAllocator allocator, boolean startTls) {
        return this.current.newHandler(allocator);
    }

    @Override
    protected SslHandler newHandler(ByteBufAllocator allocator, boolean startTls, Executor executor) {
        return this.current.newHandler(allocator, executor);
    }

    @Override
    protected SslHandler newHandler(ByteBufAllocator allocator, String peerHost, int peerPort, boolean startTls) {
        return this.current.newHandler(allocator, peerHost, peerPort);
    }

    @Override
    protected SslHandler newHandler(ByteBufAllocator allocator, String peerHost, int peerPort, boolean startTls,
            Executor executor) {
        return this.current.newHandler(allocator, peerHost, peerPort, executor);
    }

    @Override
    public SSLSessionContext sessionContext() {
        return this.current.sessionContext();
    }

}
