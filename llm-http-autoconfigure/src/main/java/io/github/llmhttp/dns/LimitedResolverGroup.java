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
import java.util.function.BiFunction;

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
 * names that failed a moment ago, one limit for the whole resolution however many servers
 * and search domains it takes, and the last good answer when all that fails.
 */
final class LimitedResolverGroup extends AddressResolverGroup<InetSocketAddress> {

    private final AddressResolverGroup<InetSocketAddress> resolvers;

    private final StaticHosts hosts;

    private final Duration limit;

    private final RecentAnswers answers;

    private final FailedNames failures;

    private final LastGoodAnswers lastGood;

    private final BiFunction<String, List<InetSocketAddress>, List<InetSocketAddress>> order;

    LimitedResolverGroup(AddressResolverGroup<InetSocketAddress> resolvers, StaticHosts hosts, Duration limit,
            RecentAnswers answers, FailedNames failures, LastGoodAnswers lastGood,
            BiFunction<String, List<InetSocketAddress>, List<InetSocketAddress>> order) {
        this.resolvers = resolvers;
        this.hosts = hosts;
        this.limit = limit;
        this.answers = answers;
        this.failures = failures;
        this.lastGood = lastGood;
        this.order = order;
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
            if (fixed != null && fixed.isEmpty()) {
                promise.setFailure(new UnknownHostException(
                        "Host '%s' has no fixed address of the wanted type".formatted(unresolved.getHostString())));
                return;
            }
            if (fixed != null) {
                succeed(unresolved, fixed, promise);
                return;
            }
            UnknownHostException failure = LimitedResolverGroup.this.failures.find(unresolved.getHostString());
            if (failure != null) {
                fail(unresolved, failure, promise);
                return;
            }
            ask(unresolved, promise);
            if (!promise.isDone()) {
                limit(unresolved, promise);
            }
        }

        private void ask(InetSocketAddress unresolved, Promise<List<InetSocketAddress>> promise) {
            Future<List<InetSocketAddress>> addresses = this.resolver.resolveAll(unresolved);
            addresses.addListener((FutureListener<List<InetSocketAddress>>) (future) -> {
                if (future.isSuccess()) {
                    LimitedResolverGroup.this.lastGood.add(unresolved.getHostString(), future.getNow());
                    succeed(unresolved, future.getNow(), promise);
                }
                // Datagrams get lost: one round without answer is not the end of the
                // limit
                else if (DnsFailures.of(future.cause()) != DnsFailure.TIMEOUT) {
                    LimitedResolverGroup.this.failures.add(unresolved.getHostString(), future.cause());
                    fail(unresolved, future.cause(), promise);
                }
                else if (!promise.isDone()) {
                    ask(unresolved, promise);
                }
            });
        }

        private void succeed(InetSocketAddress unresolved, List<InetSocketAddress> addresses,
                Promise<List<InetSocketAddress>> promise) {
            String host = unresolved.getHostString();
            List<InetSocketAddress> ordered = LimitedResolverGroup.this.order.apply(host, addresses);
            LimitedResolverGroup.this.answers.add(host, ordered);
            promise.trySuccess(ordered);
        }

        private void fail(InetSocketAddress unresolved, Throwable failure, Promise<List<InetSocketAddress>> promise) {
            List<InetSocketAddress> addresses = LimitedResolverGroup.this.lastGood.insteadOf(unresolved, failure);
            if (addresses == null) {
                promise.tryFailure(failure);
                return;
            }
            if (failure instanceof DnsTimeoutException) {
                // With an answer at hand, the next connections need not wait for the
                // limit
                LimitedResolverGroup.this.failures.add(unresolved.getHostString(), failure);
            }
            succeed(unresolved, addresses, promise);
        }

        private void limit(InetSocketAddress unresolved, Promise<List<InetSocketAddress>> promise) {
            Duration limit = LimitedResolverGroup.this.limit;
            ScheduledFuture<?> alarm = executor().schedule(
                    () -> fail(unresolved, new DnsTimeoutException(unresolved.getHostString(), limit), promise),
                    limit.toNanos(), TimeUnit.NANOSECONDS);
            promise.addListener((future) -> alarm.cancel(false));
        }

    }

}
