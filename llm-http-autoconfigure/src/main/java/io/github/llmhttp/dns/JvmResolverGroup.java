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

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import reactor.core.scheduler.Schedulers;

/**
 * Resolves names as the JVM and the operating system do. Their call blocks, so it runs
 * beside the event loops.
 */
final class JvmResolverGroup extends AddressResolverGroup<InetSocketAddress> {

    private final AddressTypes types;

    JvmResolverGroup(AddressTypes types) {
        this.types = types;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new JvmResolver(executor).asAddressResolver();
    }

    private List<InetAddress> lookUp(String host) throws UnknownHostException {
        Comparator<InetAddress> ipv4First = Comparator.comparing((address) -> !(address instanceof Inet4Address));
        List<InetAddress> addresses = Arrays.stream(InetAddress.getAllByName(host))
            .filter(this.types::allows)
            .sorted((this.types == AddressTypes.IPV6_PREFERRED) ? ipv4First.reversed() : ipv4First)
            .toList();
        if (addresses.isEmpty()) {
            throw new UnknownHostException("Host '%s' has no address of the wanted type".formatted(host));
        }
        return addresses;
    }

    private final class JvmResolver extends InetNameResolver {

        JvmResolver(EventExecutor executor) {
            super(executor);
        }

        @Override
        protected void doResolve(String host, Promise<InetAddress> promise) {
            resolve(() -> promise.trySuccess(lookUp(host).get(0)), promise);
        }

        @Override
        protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
            resolve(() -> promise.trySuccess(lookUp(host)), promise);
        }

        private void resolve(LookUp lookUp, Promise<?> promise) {
            try {
                Schedulers.boundedElastic().schedule(() -> run(lookUp, promise));
            }
            catch (RejectedExecutionException ex) {
                promise.tryFailure(ex);
            }
        }

        private void run(LookUp lookUp, Promise<?> promise) {
            try {
                lookUp.run();
            }
            catch (UnknownHostException | RuntimeException ex) {
                promise.tryFailure(ex);
            }
        }

    }

    @FunctionalInterface
    private interface LookUp {

        void run() throws UnknownHostException;

    }

}
