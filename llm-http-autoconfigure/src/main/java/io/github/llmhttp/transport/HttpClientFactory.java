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

import java.time.Duration;
import java.util.List;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.dns.DnsResolution;
import io.github.llmhttp.http2.Http2;
import io.github.llmhttp.janitor.ConnectionJanitor;
import io.github.llmhttp.keepalive.KeepAlive;
import io.github.llmhttp.pool.ConnectionPools;
import io.github.llmhttp.proxy.Proxy;
import io.github.llmhttp.tls.Tls;
import io.github.llmhttp.websocket.Handshake;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.LoopResources;

/**
 * THE RECIPE: the connection rooms become one HTTP client, one line a room. Built once a
 * client, because every change of it makes Reactor Netty open a new pool.
 *
 * @param pools where connections are kept
 * @param janitor when they are evicted
 * @param keepAlive how they are probed
 * @param dns how names are resolved
 * @param tls how they are secured
 * @param proxy what they go through
 * @param http2 which version they speak
 * @param connectTimeout longest wait for a TCP connection
 * @param loops the event loops that they run on
 * @param customizers last adjustments
 */
public record HttpClientFactory(ConnectionPools pools, ConnectionJanitor janitor, KeepAlive keepAlive,
        DnsResolution dns, Tls tls, Proxy proxy, Http2 http2, Duration connectTimeout, LoopResources loops,
        List<HttpClientCustomizer> customizers) {

    /**
     * Build the HTTP client.
     * @param client name of the client
     * @param secure whether its endpoint speaks TLS
     * @return the HTTP client
     */
    public HttpClient create(String client, boolean secure) {
        HttpClient http = reaching(HttpClient.create(this.pools.provider()));
        http = secure ? this.tls.apply(http) : http;
        http = this.http2.apply(http, secure);
        http = http.observe(this.janitor.observer())
            .doOnChannelInit((observer, channel, address) -> opened(observer, channel, secure))
            .doOnRequest(this::requested)
            .doAfterRequest((request, connection) -> written(request))
            .doOnResponse((response, connection) -> responded(response));
        return customized(client, http);
    }

    /**
     * Build the HTTP client of WebSocket handshakes. Each gets a connection of its own,
     * which never comes back to the pools.
     * @param client name of the client
     * @param secure whether its endpoint speaks TLS
     * @param http11 TLS that offers HTTP/1.1 only
     * @return the HTTP client
     */
    public HttpClient createWebSocket(String client, boolean secure, Tls http11) {
        HttpClient http = reaching(HttpClient.newConnection());
        http = secure ? http11.apply(http) : http;
        http = http.doOnChannelInit((observer, channel, address) -> openedWebSocket(observer, channel, secure))
            .doOnRequest(HttpClientFactory::upgrading);
        return customized(client, http);
    }

    private HttpClient reaching(HttpClient http) {
        HttpClient reaching = http.runOn(this.loops)
            .followRedirect(false)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(this.connectTimeout.toMillis()));
        return this.proxy.apply(this.dns.apply(reaching));
    }

    private HttpClient customized(String client, HttpClient http) {
        HttpClient customized = http;
        for (HttpClientCustomizer customizer : this.customizers) {
            customized = customizer.customize(client, customized);
        }
        return customized;
    }

    private void openedWebSocket(ConnectionObserver observer, Channel channel, boolean secure) {
        this.keepAlive.onChannelInit(channel);
        CallContext call = CallContext.from(observer.currentContext());
        if (call != null) {
            opens(call, channel, secure);
        }
    }

    private static void opens(CallContext call, Channel channel, boolean secure) {
        channel.pipeline().addFirst(StageProbe.NAME, new StageProbe(call, secure));
        if (channel.parent() == null) {
            call.closer(Closing.of(channel));
        }
    }

    private static void upgrading(HttpClientRequest request, Connection connection) {
        CallContext call = CallContext.from(request.currentContextView());
        Handshake handshake = Handshake.from(request.currentContextView());
        if (call != null && handshake != null) {
            call.enter(CallStage.UPGRADE);
            call.connection(false, 0);
            call.eventLoop(connection.channel().eventLoop());
            call.closer(Closing.of(connection));
            handshake.watch(connection.channel());
        }
    }

    private void opened(ConnectionObserver observer, Channel channel, boolean secure) {
        this.keepAlive.onChannelInit(channel);
        this.janitor.onChannelInit(channel);
        CallContext call = CallContext.from(observer.currentContext());
        this.http2.onChannelInit(channel, call);
        if (call != null) {
            opens(call, channel, secure);
        }
    }

    private void requested(HttpClientRequest request, Connection connection) {
        CallContext call = CallContext.from(request.currentContextView());
        if (call != null) {
            call.enter(CallStage.WRITE);
            call.eventLoop(connection.channel().eventLoop());
            call.closer(Closing.of(connection));
            this.janitor.onRequest(connection.channel(), call);
            this.http2.onRequest(connection.channel(), call);
        }
    }

    private static void written(HttpClientRequest request) {
        CallContext call = CallContext.from(request.currentContextView());
        // An early answer may be here before the request is written
        if (call != null && call.stage() == CallStage.WRITE) {
            call.enter(CallStage.HEADERS);
        }
    }

    private static void responded(HttpClientResponse response) {
        CallContext call = CallContext.from(response.currentContextView());
        if (call != null) {
            call.enter(CallStage.BODY);
        }
    }

}
