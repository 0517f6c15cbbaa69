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

import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;

/**
 * Resolves only the hosts that are reached without the proxy. The names of the others go
 * to the proxy as they are.
 */
final class DirectHostResolverGroup extends AddressResolverGroup<InetSocketAddress> {

    private final AddressResolverGroup<?> resolvers;

    private final Predicate<SocketAddress> direct;

    DirectHostResolverGroup(AddressResolverGroup<?> resolvers, Predicate<SocketAddress> direct) {
        this.resolvers = resolvers;
        this.direct = direct;
    }

    @Override
    @SuppressWarnings("unchecked")
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new DirectHostResolver(executor,
                (AddressResolver<InetSocketAddress>) this.resolvers.getResolver(executor));
    }

    private final class DirectHostResolver extends AbstractAddressResolver<InetSocketAddress> {

        private final AddressResolver<InetSocketAddress> resolver;

        DirectHostResolver(EventExecutor executor, AddressResolver<InetSocketAddress> resolver) {
            super(executor, InetSocketAddress.class);
            this.resolver = resolver;
        }

        @Override
        protected boolean doIsResolved(InetSocketAddress address) {
            return !DirectHostResolverGroup.this.direct.test(address) || !address.isUnresolved();
        }

        @Override
        protected void doResolve(InetSocketAddress unresolved, Promise<InetSocketAddress> promise) {
            this.resolver.resolve(unresolved, promise);
        }

        @Override
        protected void doResolveAll(InetSocketAddress unresolved, Promise<List<InetSocketAddress>> promise) {
            this.resolver.resolveAll(unresolved, promise);
        }

    }

}
