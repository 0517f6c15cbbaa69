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

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * Host names with fixed addresses, which no name server is asked for.
 */
final class StaticHosts {

    private final Map<String, List<InetAddress>> hosts;

    private StaticHosts(Map<String, List<InetAddress>> hosts) {
        this.hosts = hosts;
    }

    static StaticHosts of(Map<String, String> properties, AddressTypes types) {
        Map<String, List<InetAddress>> hosts = new HashMap<>();
        properties.forEach((host, addresses) -> hosts.put(HostMemory.key(host),
                parse(host, addresses).stream().filter(types::allows).toList()));
        return new StaticHosts(hosts);
    }

    /** The addresses of a host; none if all of them are of an excluded type. */
    @Nullable List<InetSocketAddress> find(InetSocketAddress unresolved) {
        List<InetAddress> addresses = this.hosts.get(HostMemory.key(unresolved.getHostString()));
        if (addresses == null) {
            return null;
        }
        return addresses.stream().map((address) -> new InetSocketAddress(address, unresolved.getPort())).toList();
    }

    private static List<InetAddress> parse(String host, String addresses) {
        List<InetAddress> parsed = new ArrayList<>();
        for (String address : addresses.split(",", -1)) {
            byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address.trim());
            if (bytes == null) {
                throw new IllegalArgumentException("'dns.hosts.%s' needs IP addresses separated by commas, not '%s'"
                    .formatted(host, address.trim()));
            }
            parsed.add(address(host, bytes));
        }
        return parsed;
    }

    private static InetAddress address(String host, byte[] bytes) {
        try {
            return InetAddress.getByAddress(host, bytes);
        }
        catch (UnknownHostException ex) {
            throw new IllegalArgumentException("'dns.hosts.%s' has an address of wrong length".formatted(host), ex);
        }
    }

}
