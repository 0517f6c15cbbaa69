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

package io.github.llmhttp.janitor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.net.ssl.SSLHandshakeException;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors;
import io.netty.handler.timeout.ReadTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver.State;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.resources.ConnectionProvider.ConnectionMetadata;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The janitor's decisions, without a network.
 */
class EvictionTests {

    private static final ConnectionMetadata UNUSED_METADATA = new Metadata(0);

    private final JanitorProperties properties = new JanitorProperties();

    private final AtomicLong clock = new AtomicLong();

    private final List<EvictionReason> heard = new ArrayList<>();

    private ConnectionJanitor janitor(int maxIdle) {
        return janitor(maxIdle, 0);
    }

    private ConnectionJanitor janitor(int maxIdle, double random) {
        return new ConnectionJanitor(this.properties, maxIdle, this.clock::get, this.heard::add, () -> random);
    }

    private static Connection open(ConnectionJanitor janitor) {
        Connection connection = Connection.from(new EmbeddedChannel());
        janitor.onChannelInit(connection.channel());
        return connection;
    }

    private void use(ConnectionJanitor janitor, Connection connection) {
        janitor.observer().onStateChange(connection, State.ACQUIRED);
        this.clock.addAndGet(1000);
        janitor.observer().onStateChange(connection, State.RELEASED);
    }

    @Test
    void leastRecentlyUsedIsTheFirstSurplus() {
        assertThat(evictedOf(EvictionOrder.LRU)).containsExactly(1, 2);
    }

    @Test
    void oldestIsTheFirstSurplusIfAskedFor() {
        assertThat(evictedOf(EvictionOrder.OLDEST)).containsExactly(0, 1);
    }

    /** Five connections, the first one used again at last; three may stay. */
    private List<Integer> evictedOf(EvictionOrder order) {
        this.properties.setEvictionOrder(order);
        ConnectionJanitor janitor = janitor(3);
        List<Connection> connections = Stream.generate(() -> open(janitor)).limit(5).toList();
        connections.forEach((connection) -> use(janitor, connection));
        use(janitor, connections.get(0));
        return IntStream.range(0, 5)
            .filter((index) -> janitor.evict(connections.get(index), UNUSED_METADATA))
            .boxed()
            .toList();
    }

    @Test
    void connectionInUseIsNoSurplus() {
        ConnectionJanitor janitor = janitor(0);
        Connection connection = open(janitor);
        assertThat(janitor.evict(connection, UNUSED_METADATA)).isFalse();
        use(janitor, connection);
        assertThat(janitor.evict(connection, UNUSED_METADATA)).isTrue();
    }

    @Test
    void evictionCountsOnce() {
        ConnectionJanitor janitor = janitor(0);
        Connection connection = open(janitor);
        use(janitor, connection);
        janitor.evict(connection, UNUSED_METADATA);
        connection.channel().close();
        assertThat(janitor.evict(connection, UNUSED_METADATA)).isTrue();
        assertThat(this.heard).containsExactly(EvictionReason.SURPLUS);
        assertThat(janitor.evicted()).containsEntry("surplus", 1L).containsEntry("closed", 0L);
    }

    @Test
    void deadConnectionIsEvicted() {
        ConnectionJanitor janitor = janitor(10);
        Connection connection = open(janitor);
        connection.channel().close();
        assertThat(janitor.evict(connection, UNUSED_METADATA)).isTrue();
        assertThat(this.heard).containsExactly(EvictionReason.CLOSED);
    }

    @Test
    void connectionWhoseFirstCallGaveUpAgesToo() {
        ConnectionJanitor janitor = janitor(10);
        Connection connection = open(janitor);
        assertThat(janitor.evict(connection, new Metadata(59_999))).isFalse();
        assertThat(janitor.evict(connection, new Metadata(60_000))).isTrue();
        assertThat(this.heard).containsExactly(EvictionReason.IDLE);
    }

    @ParameterizedTest
    @CsvSource({ "0, 600", "0.5, 540", "1, 480" })
    void lifeTimeVaries(double random, long seconds) {
        this.properties.setMaxIdleTime(Duration.ofHours(1));
        ConnectionJanitor janitor = janitor(10, random);
        Connection connection = open(janitor);
        this.clock.addAndGet(Duration.ofSeconds(seconds).toNanos() - 1);
        assertThat(janitor.evict(connection, UNUSED_METADATA)).isFalse();
        this.clock.incrementAndGet();
        assertThat(janitor.evict(connection, UNUSED_METADATA)).isTrue();
        assertThat(this.heard).containsExactly(EvictionReason.LIFE_TIME);
    }

    @ParameterizedTest
    @CsvSource({ "0, 100", "0.5, 90", "1, 80" })
    void numberOfRequestsVaries(double random, int requests) {
        this.properties.setMaxRequests(100);
        ConnectionJanitor janitor = janitor(10, random);
        Connection connection = open(janitor);
        for (int i = 0; i < requests; i++) {
            assertThat(janitor.evict(connection, UNUSED_METADATA)).isFalse();
            janitor.onRequest(connection.channel(), call());
        }
        assertThat(janitor.evict(connection, UNUSED_METADATA)).isTrue();
        assertThat(this.heard).containsExactly(EvictionReason.MAX_REQUESTS);
    }

    @Test
    void connectionOfAnotherClientIsOnlyCheckedForLife() {
        Connection connection = Connection.from(new EmbeddedChannel());
        assertThat(janitor(0).evict(connection, new Metadata(Integer.MAX_VALUE))).isFalse();
        connection.channel().close();
        assertThat(janitor(0).evict(connection, UNUSED_METADATA)).isTrue();
    }

    private CallContext call() {
        return new CallContext("chat", "host:443", "POST https://host", Lane.CALL, this.clock::get);
    }

    static Stream<Throwable> closes() {
        Stream<Throwable> everywhere = Stream.of(PrematureCloseException.TEST_EXCEPTION, new ClosedChannelException(),
                new SocketException("Connection reset"), new IOException("Broken pipe"), AbortedException.beforeSend(),
                new IllegalStateException("wrapped", new ClosedChannelException()));
        // Its class cannot be used, nor ever be loaded again, before the native library
        // is
        // there
        return Epoll.isAvailable() ? Stream.concat(everywhere, Stream.of(reset())) : everywhere;
    }

    private static Throwable reset() {
        return new Errors.NativeIoException("recvAddress", Errors.ERRNO_ECONNRESET_NEGATIVE);
    }

    @ParameterizedTest
    @MethodSource("closes")
    void closeWithoutAnswerOnReusedConnectionIsStale(Throwable error) {
        CallContext call = call();
        call.connection(true, 0);
        assertThat(janitor(0).isStale(call, error)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("closes")
    void closeOnFreshConnectionIsNotStale(Throwable error) {
        CallContext call = call();
        call.connection(false, 0);
        assertThat(janitor(0).isStale(call, error)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("closes")
    void closeAfterTheAnswerBeganIsNotStale(Throwable error) {
        CallContext call = call();
        call.connection(true, 0);
        call.responseBegun();
        assertThat(janitor(0).isStale(call, error)).isFalse();
    }

    @Test
    void closeInThePoolIsStale() {
        CallContext call = call();
        call.enter(CallStage.ACQUIRE);
        assertThat(janitor(0).isStale(call, new IOException("Error while acquiring"))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(value = CallStage.class, names = { "START", "DNS", "CONNECT", "TLS", "WRITE" })
    void closeOfAConnectionThatWasNotReusedIsNotStale(CallStage stage) {
        CallContext call = call();
        call.enter(stage);
        assertThat(janitor(0).isStale(call, new IOException("Broken pipe"))).isFalse();
    }

    static Stream<Throwable> others() {
        return Stream.of(new ConnectException("refused"), ReadTimeoutException.INSTANCE, new SocketTimeoutException(),
                new UnknownHostException("host"), new SSLHandshakeException("bad certificate"),
                new IllegalStateException("ours"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void otherFailuresAreNotStale(Throwable error) {
        CallContext call = call();
        call.connection(true, 0);
        assertThat(janitor(0).isStale(call, error)).isFalse();
    }

    private record Metadata(long idleTime) implements ConnectionMetadata {

        @Override
        public int acquireCount() {
            return 1;
        }

        @Override
        public long lifeTime() {
            return 0;
        }

        @Override
        public long releaseTimestamp() {
            return 0;
        }

        @Override
        public long allocationTimestamp() {
            return 0;
        }

    }

}
