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
import java.util.function.Supplier;

import io.netty.channel.EventLoop;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.NoopDnsCnameCache;
import reactor.netty.resources.LoopResources;

/**
 * Asks the servers for answers that are still valid but not for long. Has sockets of its
 * own, as it must not see the cache that it fills.
 */
final class RefreshAhead implements AutoCloseable {

    private final AnswerCache answers;

    private final Supplier<EventLoop> loops;

    private final DnsServerResolverGroup resolvers;

    private RefreshAhead(AnswerCache answers, DnsServerResolverGroup resolvers, Supplier<EventLoop> loops) {
        this.answers = answers;
        this.resolvers = resolvers;
        this.loops = loops;
    }

    static RefreshAhead of(AnswerCache answers, DnsNameResolverBuilder resolver, Supplier<LoopResources> resources,
            Supplier<EventLoop> loops) {
        DnsNameResolverBuilder uncached = resolver.copy()
            .resolveCache(answers.successors())
            .cnameCache(NoopDnsCnameCache.INSTANCE);
        RefreshAhead refreshAhead = new RefreshAhead(answers, new DnsServerResolverGroup(uncached, resources), loops);
        answers.onRefresh(refreshAhead::refresh);
        return refreshAhead;
    }

    private void refresh(String host) {
        // The name is complete: no search domain may follow
        String name = host.endsWith(".") ? host : host + ".";
        this.resolvers.getResolver(this.loops.get())
            .resolveAll(InetSocketAddress.createUnresolved(name, 0))
            // A failure is met again by the call that finds no valid answer
            .addListener((future) -> this.answers.refreshed(host));
    }

    @Override
    public void close() {
        this.resolvers.close();
    }

}
