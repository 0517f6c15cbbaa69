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

package io.github.llmhttp.dns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Name resolution of a client. Bound to {@code llm.http.dns}.
 */
public class DnsProperties {

    /**
     * Who resolves names.
     */
    private DnsResolver resolver = DnsResolver.NETTY;

    /**
     * Minimum time a resolved address is remembered, even if its record says less.
     */
    private Duration cacheMinTtl = Duration.ZERO;

    /**
     * Maximum time a resolved address is remembered, even if its record says more.
     */
    private Duration cacheMaxTtl = Duration.ofSeconds(60);

    /**
     * Time for which a failed resolution is remembered.
     */
    private Duration negativeTtl = Duration.ofSeconds(2);

    /**
     * Maximum time an answer is used after its end while the name servers fail. Never
     * when 0.
     */
    private Duration staleMax = Duration.ofMinutes(10);

    /**
     * Whether an answer that is used shortly before its end is asked for again in the
     * background, so that no call waits for it.
     */
    private boolean refreshAhead = true;

    /**
     * Whether each new connection starts with the next address of a host that has
     * several.
     */
    private boolean roundRobin;

    /**
     * Name servers as host or host:port, asked in this order. Those of the system when
     * empty.
     */
    private List<String> servers = new ArrayList<>();

    /**
     * Fixed addresses by host name; several addresses are separated by commas.
     */
    private Map<String, String> hosts = new LinkedHashMap<>();

    /**
     * Which kinds of IP address are used.
     */
    private AddressTypes addressTypes = AddressTypes.IPV4_PREFERRED;

    /**
     * Whether the host of the base URL is resolved when the client is built, off the
     * request path.
     */
    private boolean preResolve = true;

    public DnsResolver getResolver() {
        return this.resolver;
    }

    public void setResolver(DnsResolver resolver) {
        this.resolver = resolver;
    }

    public Duration getCacheMinTtl() {
        return this.cacheMinTtl;
    }

    public void setCacheMinTtl(Duration cacheMinTtl) {
        this.cacheMinTtl = cacheMinTtl;
    }

    public Duration getCacheMaxTtl() {
        return this.cacheMaxTtl;
    }

    public void setCacheMaxTtl(Duration cacheMaxTtl) {
        this.cacheMaxTtl = cacheMaxTtl;
    }

    public Duration getNegativeTtl() {
        return this.negativeTtl;
    }

    public void setNegativeTtl(Duration negativeTtl) {
        this.negativeTtl = negativeTtl;
    }

    public Duration getStaleMax() {
        return this.staleMax;
    }

    public void setStaleMax(Duration staleMax) {
        this.staleMax = staleMax;
    }

    public boolean isRefreshAhead() {
        return this.refreshAhead;
    }

    public void setRefreshAhead(boolean refreshAhead) {
        this.refreshAhead = refreshAhead;
    }

    public boolean isRoundRobin() {
        return this.roundRobin;
    }

    public void setRoundRobin(boolean roundRobin) {
        this.roundRobin = roundRobin;
    }

    public List<String> getServers() {
        return this.servers;
    }

    public void setServers(List<String> servers) {
        this.servers = servers;
    }

    public Map<String, String> getHosts() {
        return this.hosts;
    }

    public void setHosts(Map<String, String> hosts) {
        this.hosts = hosts;
    }

    public AddressTypes getAddressTypes() {
        return this.addressTypes;
    }

    public void setAddressTypes(AddressTypes addressTypes) {
        this.addressTypes = addressTypes;
    }

    public boolean isPreResolve() {
        return this.preResolve;
    }

    public void setPreResolve(boolean preResolve) {
        this.preResolve = preResolve;
    }

}
