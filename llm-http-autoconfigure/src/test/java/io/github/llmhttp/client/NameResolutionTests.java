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

package io.github.llmhttp.client;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.llmhttp.dns.FakeDnsServer;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a client does with its name resolution when it opens and when it closes.
 */
class NameResolutionTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final FakeDnsServer names = new FakeDnsServer().answer("llm.test", 60, "127.0.0.1");

    private final RecordingLoops loops = new RecordingLoops();

    private final TestClients clients = new TestClients(this.loops);

    @AfterEach
    void close() {
        this.clients.close();
        this.names.close();
    }

    @Test
    void hostIsResolvedWhenTheClientOpens() {
        open(true);
        Awaitility.await().atMost(LONG).until(() -> this.names.queries() > 0);
    }

    @Test
    void nothingIsResolvedAheadWhenSwitchedOff() {
        open(false);
        Awaitility.await().during(Duration.ofMillis(300)).atMost(LONG).until(() -> this.names.queries() == 0);
    }

    @Test
    void socketsToNameServersCloseWithTheClient() {
        open(true);
        Awaitility.await().atMost(LONG).until(() -> this.names.queries() > 0);
        assertThat(this.loops.datagrams).isNotEmpty().allMatch(Channel::isOpen);
        this.clients.opened().close().block(LONG);
        Awaitility.await().atMost(LONG).until(() -> this.loops.datagrams.stream().noneMatch(Channel::isOpen));
    }

    private void open(boolean preResolve) {
        this.clients.open("http://llm.test:8000", (settings) -> {
            settings.getDns().setServers(List.of(this.names.address()));
            settings.getDns().setPreResolve(preResolve);
        });
    }

    /** Knows the datagram channels that were opened on it. */
    private static final class RecordingLoops implements LoopResources {

        private final LoopResources loops = LoopResources.create("test-dns", 2, true);

        private final Queue<Channel> datagrams = new ConcurrentLinkedQueue<>();

        @Override
        public EventLoopGroup onServer(boolean useNative) {
            return this.loops.onServer(useNative);
        }

        @Override
        public EventLoopGroup onClient(boolean useNative) {
            return this.loops.onClient(useNative);
        }

        @Override
        public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
            C channel = this.loops.onChannel(type, group);
            if (type == DatagramChannel.class) {
                this.datagrams.add(channel);
            }
            return channel;
        }

        @Override
        public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
            return this.loops.disposeLater(quietPeriod, timeout);
        }

    }

}
