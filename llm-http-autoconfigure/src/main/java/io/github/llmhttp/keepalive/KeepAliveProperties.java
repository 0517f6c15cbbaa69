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

import org.jspecify.annotations.Nullable;

/**
 * TCP keep-alive probes of a client's sockets. Bound to {@code llm.http.keep-alive}.
 */
public class KeepAliveProperties {

    /**
     * Whether TCP keep-alive probes are sent on quiet connections.
     */
    private boolean enabled = true;

    /**
     * Silence on a connection before the first probe is sent. Whole seconds.
     */
    private Duration idle = Duration.ofSeconds(60);

    /**
     * Time between two probes that are not answered. Whole seconds.
     */
    private Duration interval = Duration.ofSeconds(10);

    /**
     * Number of unanswered probes after which the connection counts as dead.
     */
    private int count = 3;

    /**
     * Maximum time that sent data may stay unacknowledged before the connection counts as
     * dead (TCP_USER_TIMEOUT, epoll only). Default of the system when unset.
     */
    private @Nullable Duration userTimeout;

    public boolean isEnabled() {
        return this.enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public Duration getIdle() {
        return this.idle;
    }

    public void setIdle(Duration idle) {
        this.idle = idle;
    }

    public Duration getInterval() {
        return this.interval;
    }

    public void setInterval(Duration interval) {
        this.interval = interval;
    }

    public int getCount() {
        return this.count;
    }

    public void setCount(int count) {
        this.count = count;
    }

    public @Nullable Duration getUserTimeout() {
        return this.userTimeout;
    }

    public void setUserTimeout(@Nullable Duration userTimeout) {
        this.userTimeout = userTimeout;
    }

}
