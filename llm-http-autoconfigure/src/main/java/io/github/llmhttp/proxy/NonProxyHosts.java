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

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether a host is reached without the proxy.
 */
final class NonProxyHosts implements Predicate<SocketAddress> {

    private final Pattern hosts;

    NonProxyHosts(List<String> hosts) {
        this.hosts = Pattern.compile(hosts.stream().map(NonProxyHosts::regex).collect(Collectors.joining("|")),
                Pattern.CASE_INSENSITIVE);
    }

    @Override
    public boolean test(SocketAddress address) {
        return address instanceof InetSocketAddress inet && this.hosts.matcher(inet.getHostString()).matches();
    }

    private static String regex(String host) {
        String trimmed = host.trim();
        boolean leads = trimmed.startsWith("*");
        boolean trails = trimmed.endsWith("*") && trimmed.length() > 1;
        String text = trimmed.substring(leads ? 1 : 0, trimmed.length() - (trails ? 1 : 0));
        return (leads ? ".*" : "") + Pattern.quote(text) + (trails ? ".*" : "");
    }

}
