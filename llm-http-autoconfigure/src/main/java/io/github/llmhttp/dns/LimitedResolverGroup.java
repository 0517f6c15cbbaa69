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
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;

/**
 * Puts what all resolvers have in common round the one that asks: fixed addresses first,
 * names that failed a moment ago, and one limit for the whole resolution however many
 * servers and search domains it takes.
 */
final class LimitedResolverGroup extends AddressResolverGroup<InetSocketAddress> {

    private final AddressResolverGroup<InetSocketAddress> resolvers;

    private final StaticHosts hosts;

    private final Duration limit;

    private final RecentAnswers answers;

    private final FailedNames failures;

    LimitedResolverGroup(AddressResolverGroup<InetSocketAddress> resolvers, StaticHosts hosts, Duration limit,
            RecentAnswers answers, FailedNames failures) {
        this.resolvers = resolvers;
        this.hosts = hosts;
        this.limit = limit;
        this.answers = answers;
        this.failures = failures;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new LimitedResolver(executor, this.resolvers.getResolver(executor));
    }

    @Override
    public void close() {
        super.close();
        this.resolvers.close();
    }

    private final class LimitedResolver extends AbstractAddressResolver<InetSocketAddress> {

        private final AddressResolver<InetSocketAddress> resolver;

        LimitedResolver(EventExecutor executor, AddressResolver<InetSocketAddress> resolver) {
            super(executor, InetSocketAddress.class);
            this.resolver = resolver;
        }

        @Override
        protected boolean doIsResolved(InetSocketAddress address) {
            return !address.isUnresolved();
        }

        @Override
        protected void doResolve(InetSocketAddress unresolved, Promise<InetSocketAddress> promise) {
            resolveAll(unresolved).addListener((FutureListener<List<InetSocketAddress>>) (future) -> {
                if (future.isSuccess()) {
                    promise.trySuccess(future.getNow().get(0));
                }
                else {
                    promise.tryFailure(future.cause());
                }
            });
        }

        @Override
        protected void doResolveAll(InetSocketAddress unresolved, Promise<List<InetSocketAddress>> promise) {
            List<InetSocketAddress> fixed = LimitedResolverGroup.this.hosts.find(unresolved);
            if (fixed != null) {
                succeed(unresolved, fixed, promise);
                return;
            }
            UnknownHostException failure = LimitedResolverGroup.this.failures.find(unresolved.getHostString());
            if (failure != null) {
                promise.setFailure(failure);
                return;
            }
            ask(unresolved, promise);
            if (!promise.isDone()) {
                limit(unresolved.getHostString(), promise);
            }
        }

        private void ask(InetSocketAddress unresolved, Promise<List<InetSocketAddress>> promise) {
            Future<List<InetSocketAddress>> addresses = this.resolver.resolveAll(unresolved);
            addresses.addListener((FutureListener<List<InetSocketAddress>>) (future) -> {
                if (future.isSuccess()) {
                    succeed(unresolved, future.getNow(), promise);
                }
                // Datagrams get lost: one round without answer is not the end of the
                // limit
                else if (DnsFailures.of(future.cause()) != DnsFailure.TIMEOUT) {
                    LimitedResolverGroup.this.failures.add(unresolved.getHostString(), future.cause());
                    promise.tryFailure(future.cause());
                }
                else if (!promise.isDone()) {
                    ask(unresolved, promise);
                }
            });
        }

        private void succeed(InetSocketAddress unresolved, List<InetSocketAddress> addresses,
                Promise<List<InetSocketAddress>> promise) {
            LimitedResolverGroup.this.answers.add(unresolved.getHostString(), addresses);
            promise.trySuccess(addresses);
        }

        private void limit(String host, Promise<List<InetSocketAddress>> promise) {
            Duration limit = LimitedResolverGroup.this.limit;
            ScheduledFuture<?> alarm = executor().schedule(
                    () -> promise.tryFailure(new DnsTimeoutException(host, limit)), limit.toNanos(),
                    TimeUnit.NANOSECONDS);
            promise.addListener((future) -> alarm.cancel(false));
        }

    }

}
