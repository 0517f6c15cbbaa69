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
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * Resolves names as the JVM and the operating system do. Their call blocks, so it runs
 * beside the event loops, and all who ask for a name meanwhile wait for the same call.
 */
final class JvmResolverGroup extends AddressResolverGroup<InetSocketAddress> {

    private final Map<String, LookUp> lookUps = new ConcurrentHashMap<>();

    private final AddressTypes types;

    private final long limitNanos;

    private final NameService names;

    private final LongSupplier nanoTime;

    /**
     * Create the resolvers.
     * @param types the wanted addresses, and which of them come first
     * @param limit longest wait for a lookup; one that runs longer is not joined
     * @param names the blocking call
     * @param nanoTime monotonic nanoseconds
     */
    JvmResolverGroup(AddressTypes types, Duration limit, NameService names, LongSupplier nanoTime) {
        this.types = types;
        this.limitNanos = limit.toNanos();
        this.names = names;
        this.nanoTime = nanoTime;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new JvmResolver(executor).asAddressResolver();
    }

    private CompletableFuture<List<InetAddress>> lookUp(String host) {
        LookUp own = new LookUp(this.nanoTime.getAsLong(), new CompletableFuture<>());
        LookUp shared = this.lookUps.compute(host, (name, running) -> isFresh(running, own) ? running : own);
        if (shared == own) {
            start(host, own);
        }
        return shared.addresses();
    }

    private boolean isFresh(@Nullable LookUp running, LookUp next) {
        return running != null && next.startNanos() - running.startNanos() < this.limitNanos;
    }

    private void start(String host, LookUp lookUp) {
        try {
            Schedulers.boundedElastic().schedule(() -> run(host, lookUp));
        }
        catch (RejectedExecutionException ex) {
            this.lookUps.remove(host, lookUp);
            lookUp.addresses().completeExceptionally(ex);
        }
    }

    private void run(String host, LookUp lookUp) {
        try {
            List<InetAddress> addresses = addresses(host);
            this.lookUps.remove(host, lookUp);
            lookUp.addresses().complete(addresses);
        }
        catch (UnknownHostException | RuntimeException ex) {
            this.lookUps.remove(host, lookUp);
            lookUp.addresses().completeExceptionally(ex);
        }
    }

    private List<InetAddress> addresses(String host) throws UnknownHostException {
        Comparator<InetAddress> ipv4First = Comparator.comparing((address) -> !(address instanceof Inet4Address));
        List<InetAddress> addresses = Arrays.stream(this.names.addresses(host))
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
            resolve(host, (addresses) -> addresses.get(0), promise);
        }

        @Override
        protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
            resolve(host, (addresses) -> addresses, promise);
        }

        private <T> void resolve(String host, Function<List<InetAddress>, T> wanted, Promise<T> promise) {
            lookUp(host).whenComplete((addresses, failure) -> {
                if (failure != null) {
                    promise.tryFailure(failure);
                }
                else {
                    promise.trySuccess(wanted.apply(addresses));
                }
            });
        }

    }

    private record LookUp(long startNanos, CompletableFuture<List<InetAddress>> addresses) {
    }

    /**
     * The call that blocks.
     */
    @FunctionalInterface
    interface NameService {

        InetAddress[] addresses(String host) throws UnknownHostException;

    }

}
