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

package io.github.llmhttp.proxy;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Proxy of a client. Bound to {@code llm.http.proxy}.
 */
public class ProxyProperties {

    /**
     * Kind of the proxy.
     */
    private ProxyType type = ProxyType.HTTP;

    /**
     * Host of the proxy. No proxy is used when unset.
     */
    private @Nullable String host;

    /**
     * Port of the proxy.
     */
    private @Nullable Integer port;

    /**
     * User name that the proxy asks for.
     */
    private @Nullable String username;

    /**
     * Password that the proxy asks for.
     */
    private @Nullable String password;

    /**
     * Hosts that are reached without the proxy. A leading or trailing * matches any text.
     */
    private List<String> nonProxyHosts = new ArrayList<>();

    public ProxyType getType() {
        return this.type;
    }

    public void setType(ProxyType type) {
        this.type = type;
    }

    public @Nullable String getHost() {
        return this.host;
    }

    public void setHost(@Nullable String host) {
        this.host = host;
    }

    public @Nullable Integer getPort() {
        return this.port;
    }

    public void setPort(@Nullable Integer port) {
        this.port = port;
    }

    public @Nullable String getUsername() {
        return this.username;
    }

    public void setUsername(@Nullable String username) {
        this.username = username;
    }

    public @Nullable String getPassword() {
        return this.password;
    }

    public void setPassword(@Nullable String password) {
        this.password = password;
    }

    public List<String> getNonProxyHosts() {
        return this.nonProxyHosts;
    }

    public void setNonProxyHosts(List<String> nonProxyHosts) {
        this.nonProxyHosts = nonProxyHosts;
    }

}
