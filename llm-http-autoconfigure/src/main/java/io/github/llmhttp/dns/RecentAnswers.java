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

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last answer of the names that were asked last, for those who look from outside.
 */
final class RecentAnswers {

    private final HostMemory<DnsAnswer> answers = new HostMemory<>();

    synchronized void add(String host, List<InetSocketAddress> addresses) {
        this.answers.put(host, new DnsAnswer(
                addresses.stream().map((address) -> address.getAddress().getHostAddress()).toList(), Instant.now()));
    }

    /** How many addresses a name has, 0 if it was not asked for lately. */
    synchronized int count(String host) {
        DnsAnswer answer = this.answers.get(host);
        return (answer != null) ? answer.addresses().size() : 0;
    }

    synchronized Map<String, DnsAnswer> asMap() {
        return new LinkedHashMap<>(this.answers);
    }

}
