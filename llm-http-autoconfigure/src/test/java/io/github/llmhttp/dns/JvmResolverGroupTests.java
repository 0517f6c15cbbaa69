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
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.resolver.AddressResolver;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class JvmResolverGroupTests {

    private static final InetSocketAddress UNRESOLVED = InetSocketAddress.createUnresolved("llm.test", 443);

    private static final InetSocketAddress FOUND = new InetSocketAddress("127.0.0.3", 443);

    private final DefaultEventExecutorGroup executors = new DefaultEventExecutorGroup(3);

    private final CountDownLatch answer = new CountDownLatch(1);

    private final AtomicInteger asked = new AtomicInteger();

    private final AtomicLong now = new AtomicLong();

    private final JvmResolverGroup group = new JvmResolverGroup(AddressTypes.IPV4_ONLY, Duration.ofSeconds(3),
            this::addresses, this.now::get);

    private InetAddress[] addresses(String host) throws UnknownHostException {
        this.asked.incrementAndGet();
        try {
            assertThat(this.answer.await(10, TimeUnit.SECONDS)).isTrue();
        }
        catch (InterruptedException ex) {
            throw new IllegalStateException(ex);
        }
        if (host.startsWith("unknown")) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] { InetAddress.getByName("127.0.0.3") };
    }

    @AfterEach
    void close() {
        this.answer.countDown();
        this.group.close();
        this.executors.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    private List<Future<?>> resolve(InetSocketAddress unresolved, int times) {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            for (EventExecutor executor : this.executors) {
                AddressResolver<InetSocketAddress> resolver = this.group.getResolver(executor);
                all.add(resolver.resolve(unresolved));
                all.add(resolver.resolveAll(unresolved));
            }
        }
        return all;
    }

    private static void await(List<Future<?>> all) throws InterruptedException {
        for (Future<?> one : all) {
            assertThat(one.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static List<Object> answers(List<Future<?>> all) {
        return all.stream().<Object>map(Future::getNow).toList();
    }

    @Test
    void allWhoAskMeanwhileShareOneLookup() throws Exception {
        List<Future<?>> all = resolve(UNRESOLVED, 10);
        this.answer.countDown();
        await(all);
        assertThat(answers(all)).containsOnly(FOUND, List.of(FOUND));
        assertThat(this.asked).hasValue(1);
    }

    @Test
    void anotherNameIsAskedForByItself() throws Exception {
        List<Future<?>> all = resolve(UNRESOLVED, 1);
        all.addAll(resolve(InetSocketAddress.createUnresolved("other.test", 443), 1));
        this.answer.countDown();
        await(all);
        assertThat(this.asked).hasValue(2);
    }

    @Test
    void whoAsksAfterTheAnswerAsksAgain() throws Exception {
        this.answer.countDown();
        await(resolve(UNRESOLVED, 1));
        int before = this.asked.get();
        await(resolve(UNRESOLVED, 1));
        assertThat(this.asked.get()).isGreaterThan(before);
    }

    @Test
    void failureIsToldToAllAndForgotten() throws Exception {
        InetSocketAddress unknown = InetSocketAddress.createUnresolved("unknown.test", 443);
        List<Future<?>> all = resolve(unknown, 2);
        this.answer.countDown();
        await(all);
        assertThat(all).extracting(Future::cause).allMatch(UnknownHostException.class::isInstance);
        assertThat(this.asked).hasValue(1);
        await(resolve(unknown, 1));
        assertThat(this.asked.get()).isGreaterThan(1);
    }

    @Test
    void lookupThatNobodyMayWaitForAnyMoreIsNotJoined() throws Exception {
        List<Future<?>> all = resolve(UNRESOLVED, 1);
        this.now.set(Duration.ofSeconds(3).toNanos() - 1);
        all.addAll(resolve(UNRESOLVED, 1));
        this.now.incrementAndGet();
        all.addAll(resolve(UNRESOLVED, 2));
        this.answer.countDown();
        await(all);
        assertThat(answers(all)).containsOnly(FOUND, List.of(FOUND));
        assertThat(this.asked).hasValue(2);
    }

}
