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

import java.net.Inet4Address;
import java.net.InetAddress;

import io.netty.resolver.ResolvedAddressTypes;

/**
 * Which kinds of IP address are used, and in which order.
 */
public enum AddressTypes {

    /**
     * IPv4 before IPv6.
     */
    IPV4_PREFERRED(ResolvedAddressTypes.IPV4_PREFERRED),

    /**
     * IPv6 before IPv4.
     */
    IPV6_PREFERRED(ResolvedAddressTypes.IPV6_PREFERRED),

    /**
     * IPv4 only.
     */
    IPV4_ONLY(ResolvedAddressTypes.IPV4_ONLY),

    /**
     * IPv6 only.
     */
    IPV6_ONLY(ResolvedAddressTypes.IPV6_ONLY);

    private final ResolvedAddressTypes netty;

    AddressTypes(ResolvedAddressTypes netty) {
        this.netty = netty;
    }

    ResolvedAddressTypes toNetty() {
        return this.netty;
    }

    /**
     * Whether an address may be used.
     * @param address the address
     * @return whether it is of a wanted kind
     */
    public boolean allows(InetAddress address) {
        return switch (this) {
            case IPV4_PREFERRED, IPV6_PREFERRED -> true;
            case IPV4_ONLY -> address instanceof Inet4Address;
            case IPV6_ONLY -> !(address instanceof Inet4Address);
        };
    }

}
