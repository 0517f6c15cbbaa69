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

package io.github.llmhttp.timeout;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Every limit of a call, on one timeline. Bound to {@code llm.http.timeout}.
 */
public class TimeoutProperties {

    /**
     * Longest wait for a connection when all are in use.
     */
    private Duration acquire = Duration.ofSeconds(5);

    /**
     * Longest resolution of a host name.
     */
    private Duration dns = Duration.ofSeconds(3);

    /**
     * Longest wait for a TCP connection.
     */
    private Duration connect = Duration.ofSeconds(5);

    /**
     * Longest TLS handshake.
     */
    private Duration tls = Duration.ofSeconds(5);

    /**
     * Longest time to write a request.
     */
    private Duration write = Duration.ofSeconds(30);

    /**
     * Longest wait for the response headers once the request is written. Unset, other
     * limits end the wait; a server sends the headers of a whole answer only when it is
     * finished.
     */
    private @Nullable Duration headers;

    /**
     * Longest wait for the first content of a stream, from the moment it has a
     * connection. Heartbeats are no content.
     */
    private Duration firstToken = Duration.ofSeconds(60);

    /**
     * Longest silence between two pieces of a stream's content. Heartbeats do not end it.
     */
    private Duration tokenGap = Duration.ofSeconds(30);

    /**
     * Longest silence on the wire once a response has started; any byte ends it,
     * heartbeats included.
     */
    private Duration byteIdle = Duration.ofMinutes(3);

    /**
     * Longest single attempt of a call that does not stream, from the moment it has a
     * connection.
     */
    private Duration call = Duration.ofMinutes(3);

    /**
     * What happens to a chat call that is not finished within timeout.call.
     */
    private OnCallTimeout onCallTimeout = OnCallTimeout.FAIL;

    /**
     * Longest single attempt of a stream, from the moment it has a connection.
     */
    private Duration stream = Duration.ofMinutes(15);

    /**
     * Longest whole call, waits included. No limit when unset.
     */
    private @Nullable Duration total;

    public Duration getAcquire() {
        return this.acquire;
    }

    public void setAcquire(Duration acquire) {
        this.acquire = acquire;
    }

    public Duration getDns() {
        return this.dns;
    }

    public void setDns(Duration dns) {
        this.dns = dns;
    }

    public Duration getConnect() {
        return this.connect;
    }

    public void setConnect(Duration connect) {
        this.connect = connect;
    }

    public Duration getTls() {
        return this.tls;
    }

    public void setTls(Duration tls) {
        this.tls = tls;
    }

    public Duration getWrite() {
        return this.write;
    }

    public void setWrite(Duration write) {
        this.write = write;
    }

    public @Nullable Duration getHeaders() {
        return this.headers;
    }

    public void setHeaders(@Nullable Duration headers) {
        this.headers = headers;
    }

    public Duration getFirstToken() {
        return this.firstToken;
    }

    public void setFirstToken(Duration firstToken) {
        this.firstToken = firstToken;
    }

    public Duration getTokenGap() {
        return this.tokenGap;
    }

    public void setTokenGap(Duration tokenGap) {
        this.tokenGap = tokenGap;
    }

    public Duration getByteIdle() {
        return this.byteIdle;
    }

    public void setByteIdle(Duration byteIdle) {
        this.byteIdle = byteIdle;
    }

    public Duration getCall() {
        return this.call;
    }

    public void setCall(Duration call) {
        this.call = call;
    }

    public OnCallTimeout getOnCallTimeout() {
        return this.onCallTimeout;
    }

    public void setOnCallTimeout(OnCallTimeout onCallTimeout) {
        this.onCallTimeout = onCallTimeout;
    }

    public Duration getStream() {
        return this.stream;
    }

    public void setStream(Duration stream) {
        this.stream = stream;
    }

    public @Nullable Duration getTotal() {
        return this.total;
    }

    public void setTotal(@Nullable Duration total) {
        this.total = total;
    }

}
