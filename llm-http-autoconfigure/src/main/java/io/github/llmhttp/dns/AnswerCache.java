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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import org.jspecify.annotations.Nullable;

/**
 * Addresses until their time to live ends. An answer that is used near its end asks for
 * its successor, which replaces it as a whole; Netty's own cache would mix old and new
 * addresses. Failures are remembered by {@link FailedNames}.
 */
final class AnswerCache implements DnsCache {

    /** An answer that is used after 80 % of its time is refreshed. */
    private static final int REFRESH_PERCENT = 80;

    private final HostMemory<CachedAnswer> answers = new HostMemory<>();

    private final int minTtl;

    private final int maxTtl;

    private final LongSupplier nanoTime;

    private Consumer<String> refresh = (host) -> {
    };

    AnswerCache(int minTtl, int maxTtl, LongSupplier nanoTime) {
        this.minTtl = minTtl;
        this.maxTtl = maxTtl;
        this.nanoTime = nanoTime;
    }

    /** Who asks again for a name, and calls {@link #refreshed} at the end. */
    void onRefresh(Consumer<String> refresh) {
        this.refresh = refresh;
    }

    /** The cache as the one who refreshes sees it: empty, so that servers are asked. */
    DnsCache successors() {
        return new Successors();
    }

    void refreshed(String host) {
        synchronized (this.answers) {
            CachedAnswer answer = this.answers.get(HostMemory.key(host));
            if (answer != null) {
                answer.isRefreshed = false;
            }
        }
    }

    /** How long an answer is still valid, 0 if it is not here. */
    long remainingNanos(String host) {
        synchronized (this.answers) {
            CachedAnswer answer = this.answers.get(HostMemory.key(host));
            return (answer != null) ? Math.max(0, answer.ttl - age(answer)) : 0;
        }
    }

    @Override
    public @Nullable List<? extends DnsCacheEntry> get(String host, DnsRecord @Nullable [] additionals) {
        List<CachedAddress> addresses;
        boolean due;
        synchronized (this.answers) {
            CachedAnswer answer = find(host);
            if (answer == null) {
                return null;
            }
            addresses = List.copyOf(answer.addresses);
            due = !answer.isRefreshed && age(answer) * 100.0 >= answer.ttl * (double) REFRESH_PERCENT;
            answer.isRefreshed |= due;
        }
        if (due) {
            this.refresh.accept(host);
        }
        return addresses;
    }

    @Override
    public DnsCacheEntry cache(String host, DnsRecord @Nullable [] additionals, InetAddress address, long recordTtl,
            @Nullable EventLoop loop) {
        return add(host, address, recordTtl, false);
    }

    @Override
    public @Nullable DnsCacheEntry cache(String host, DnsRecord @Nullable [] additionals, Throwable cause,
            @Nullable EventLoop loop) {
        return null;
    }

    @Override
    public void clear() {
        synchronized (this.answers) {
            this.answers.clear();
        }
    }

    @Override
    public boolean clear(String host) {
        synchronized (this.answers) {
            return this.answers.remove(HostMemory.key(host)) != null;
        }
    }

    private CachedAddress add(String host, InetAddress address, long recordTtl, boolean successor) {
        CachedAddress entry = new CachedAddress(address);
        long ttl = TimeUnit.SECONDS.toNanos(Math.max(this.minTtl, Math.min(this.maxTtl, recordTtl)));
        if (ttl > 0) {
            synchronized (this.answers) {
                CachedAnswer answer = find(host);
                if (answer == null || (successor && answer.isRefreshed)) {
                    answer = new CachedAnswer(this.nanoTime.getAsLong(), ttl);
                    this.answers.put(HostMemory.key(host), answer);
                }
                answer.add(entry, ttl);
            }
        }
        return entry;
    }

    private @Nullable CachedAnswer find(String host) {
        CachedAnswer answer = this.answers.get(HostMemory.key(host));
        return (answer != null && age(answer) < answer.ttl) ? answer : null;
    }

    private long age(CachedAnswer answer) {
        return this.nanoTime.getAsLong() - answer.at;
    }

    private static final class CachedAnswer {

        private final List<CachedAddress> addresses = new ArrayList<>();

        private final long at;

        private long ttl;

        private boolean isRefreshed;

        CachedAnswer(long at, long ttl) {
            this.at = at;
            this.ttl = ttl;
        }

        void add(CachedAddress address, long ttl) {
            this.ttl = Math.min(this.ttl, ttl);
            if (!this.addresses.contains(address)) {
                this.addresses.add(address);
            }
        }

    }

    private record CachedAddress(InetAddress address) implements DnsCacheEntry {

        @Override
        public @Nullable Throwable cause() {
            return null;
        }

    }

    private final class Successors implements DnsCache {

        @Override
        public @Nullable List<? extends DnsCacheEntry> get(String host, DnsRecord @Nullable [] additionals) {
            return null;
        }

        @Override
        public DnsCacheEntry cache(String host, DnsRecord @Nullable [] additionals, InetAddress address, long recordTtl,
                @Nullable EventLoop loop) {
            return add(host, address, recordTtl, true);
        }

        @Override
        public @Nullable DnsCacheEntry cache(String host, DnsRecord @Nullable [] additionals, Throwable cause,
                @Nullable EventLoop loop) {
            return null;
        }

        @Override
        public void clear() {
            AnswerCache.this.clear();
        }

        @Override
        public boolean clear(String host) {
            return AnswerCache.this.clear(host);
        }

    }

}
