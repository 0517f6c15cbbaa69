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
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LimitedResolverGroupTests {

    private static final InetSocketAddress UNRESOLVED = InetSocketAddress.createUnresolved("llm.test", 443);

    private final LastGoodAnswers lastGood = new LastGoodAnswers("openai", Duration.ofMinutes(1), (host) -> 0,
            System::nanoTime);

    private final EventExecutor executor = new DefaultEventExecutor();

    @AfterEach
    void close() {
        this.executor.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @Test
    void resolverThatHangsFailsAtTheLimit() throws Exception {
        Future<List<InetSocketAddress>> addresses = resolver(Map.of()).resolveAll(UNRESOLVED);
        assertThat(addresses.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(addresses.cause()).isInstanceOf(DnsTimeoutException.class)
            .hasMessageContaining("llm.test")
            .hasMessageContaining("200 ms");
    }

    @Test
    void resolverThatHangsYieldsTheLastGoodAnswer() throws Exception {
        this.lastGood.add("LLM.test", List.of(new InetSocketAddress("127.0.0.3", 80)));
        Future<List<InetSocketAddress>> addresses = resolver(Map.of()).resolveAll(UNRESOLVED);
        assertThat(addresses.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(addresses.getNow()).containsExactly(new InetSocketAddress("127.0.0.3", 443));
    }

    @Test
    void singleAddressIsTheFirstOfAll() throws Exception {
        Future<InetSocketAddress> address = resolver(Map.of("llm.test", "127.0.0.3,127.0.0.1")).resolve(UNRESOLVED);
        assertThat(address.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(address.getNow()).isEqualTo(new InetSocketAddress("127.0.0.3", 443));
    }

    @Test
    void resolvedAddressStaysAsItIs() {
        assertThat(resolver(Map.of()).isResolved(new InetSocketAddress("127.0.0.1", 443))).isTrue();
    }

    private AddressResolver<InetSocketAddress> resolver(Map<String, String> hosts) {
        return new LimitedResolverGroup(new HangingResolverGroup(), StaticHosts.of(hosts, AddressTypes.IPV4_PREFERRED),
                Duration.ofMillis(200), new RecentAnswers(), new FailedNames(Duration.ZERO, System::nanoTime),
                this.lastGood, (host, addresses) -> addresses)
            .getResolver(this.executor);
    }

    private static final class HangingResolverGroup extends AddressResolverGroup<InetSocketAddress> {

        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
            return new AbstractAddressResolver<>(executor, InetSocketAddress.class) {

                @Override
                protected boolean doIsResolved(InetSocketAddress address) {
                    return false;
                }

                @Override
                protected void doResolve(InetSocketAddress unresolved, Promise<InetSocketAddress> promise) {
                    // Never answers
                }

                @Override
                protected void doResolveAll(InetSocketAddress unresolved, Promise<List<InetSocketAddress>> promise) {
                    // Never answers
                }

            };
        }

    }

}
