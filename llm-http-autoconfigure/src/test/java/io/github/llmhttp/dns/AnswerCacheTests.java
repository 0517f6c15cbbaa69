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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import io.netty.util.NetUtil;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AnswerCacheTests {

    private static final String HOST = "llm.test";

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);

    private final AnswerCache cache = new AnswerCache(2, 60, this.now::get);

    private final List<String> refreshed = new ArrayList<>();

    AnswerCacheTests() {
        this.cache.onRefresh(this.refreshed::add);
    }

    @Test
    void addressesOfOneAnswerAreKeptTogetherUntilTheFirstEnds() {
        add(this.cache, "10.0.0.1", 30);
        add(this.cache, "fd00::1", 20);
        add(this.cache, "10.0.0.1", 30);
        assertThat(addresses("LLM.test.")).containsExactly("10.0.0.1", "fd00:0:0:0:0:0:0:1");
        after(Duration.ofSeconds(20).minusNanos(1));
        assertThat(addresses(HOST)).hasSize(2);
        assertThat(this.cache.remainingNanos(HOST)).isEqualTo(1);
        after(Duration.ofNanos(1));
        assertThat(addresses(HOST)).isEmpty();
        assertThat(this.cache.remainingNanos(HOST)).isZero();
    }

    @Test
    void timeToLiveIsKeptWithinItsBounds() {
        add(this.cache, "10.0.0.1", 0);
        assertThat(this.cache.remainingNanos(HOST)).isEqualTo(Duration.ofSeconds(2).toNanos());
        this.cache.clear(HOST);
        add(this.cache, "10.0.0.1", 3600);
        assertThat(this.cache.remainingNanos(HOST)).isEqualTo(Duration.ofSeconds(60).toNanos());
    }

    @Test
    void successorReplacesTheWholeAnswerAndIsNotReplacedByItself() {
        add(this.cache, "10.0.0.1", 60);
        add(this.cache, "10.0.0.2", 60);
        after(Duration.ofSeconds(48));
        addresses(HOST);
        add(this.cache.successors(), "10.0.0.3", 60);
        add(this.cache.successors(), "fd00::3", 60);
        assertThat(addresses(HOST)).containsExactly("10.0.0.3", "fd00:0:0:0:0:0:0:3");
    }

    @Test
    void oneRefreshRunsAtATime() {
        add(this.cache, "10.0.0.1", 60);
        after(Duration.ofSeconds(48));
        addresses(HOST);
        addresses(HOST);
        assertThat(this.refreshed).containsExactly(HOST);
        this.cache.refreshed(HOST);
        addresses(HOST);
        assertThat(this.refreshed).hasSize(2);
    }

    @Test
    void nameThatIsNotUsedIsNotRefreshed() {
        add(this.cache, "10.0.0.1", 60);
        after(Duration.ofSeconds(59));
        this.cache.remainingNanos(HOST);
        assertThat(this.refreshed).isEmpty();
    }

    @Test
    void leastRecentlyUsedNameIsDroppedWhenThereAreTooMany() {
        for (int i = 0; i <= HostMemory.MAX_HOSTS; i++) {
            add(this.cache, "host" + i, "10.0.0.1", 60);
            addresses("host0");
        }
        assertThat(addresses("host0")).isNotEmpty();
        assertThat(addresses("host1")).isEmpty();
        assertThat(addresses("host2")).isNotEmpty();
    }

    private void after(Duration time) {
        this.now.addAndGet(time.toNanos());
    }

    private void add(DnsCache cache, String address, long ttl) {
        add(cache, HOST, address, ttl);
    }

    private void add(DnsCache cache, String host, String address, long ttl) {
        cache.cache(host, null, NetUtil.createInetAddressFromIpAddressString(address), ttl, null);
    }

    private List<String> addresses(String host) {
        List<? extends DnsCacheEntry> entries = this.cache.get(host, null);
        return (entries == null) ? List.of()
                : entries.stream().map(DnsCacheEntry::address).map(InetAddress::getHostAddress).toList();
    }

}
