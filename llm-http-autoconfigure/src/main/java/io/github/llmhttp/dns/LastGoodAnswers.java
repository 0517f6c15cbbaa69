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
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Addresses beyond their time to live, for the time when name servers fail (RFC 8767).
 */
final class LastGoodAnswers {

    private static final Log logger = LogFactory.getLog(LastGoodAnswers.class);

    private final String client;

    private final HostMemory<GoodAnswer> answers = new HostMemory<>();

    private final long max;

    private final ToLongFunction<String> remainingNanos;

    private final LongSupplier nanoTime;

    /**
     * Create the memory.
     * @param client name of the client
     * @param max longest use of an answer after its end
     * @param remainingNanos how long the answer for a name is still valid
     * @param nanoTime the time
     */
    LastGoodAnswers(String client, Duration max, ToLongFunction<String> remainingNanos, LongSupplier nanoTime) {
        this.client = client;
        this.max = max.toNanos();
        this.remainingNanos = remainingNanos;
        this.nanoTime = nanoTime;
    }

    void add(String host, List<InetSocketAddress> addresses) {
        // With a search domain, the cache knows the address by its full name
        long remaining = this.remainingNanos.applyAsLong(addresses.get(0).getHostString());
        synchronized (this.answers) {
            this.answers.put(HostMemory.key(host), new GoodAnswer(addresses, this.nanoTime.getAsLong() + remaining));
        }
    }

    /** What can be used instead of an answer that did not come. */
    @Nullable List<InetSocketAddress> insteadOf(InetSocketAddress unresolved, Throwable failure) {
        String host = unresolved.getHostString();
        if (DnsFailures.of(failure) == DnsFailure.UNKNOWN_HOST) {
            forget(host);
            return null;
        }
        List<InetSocketAddress> addresses = find(unresolved);
        if (addresses != null) {
            logger.debug("[%s] uses the last good answer for %s: %s".formatted(this.client, host, failure));
        }
        return addresses;
    }

    private void forget(String host) {
        synchronized (this.answers) {
            this.answers.remove(HostMemory.key(host));
        }
    }

    private @Nullable List<InetSocketAddress> find(InetSocketAddress unresolved) {
        synchronized (this.answers) {
            GoodAnswer answer = this.answers.get(HostMemory.key(unresolved.getHostString()));
            if (answer == null || this.nanoTime.getAsLong() - answer.end() >= this.max) {
                return null;
            }
            return answer.addresses()
                .stream()
                .map((address) -> new InetSocketAddress(address.getAddress(), unresolved.getPort()))
                .toList();
        }
    }

    private record GoodAnswer(List<InetSocketAddress> addresses, long end) {

    }

}
