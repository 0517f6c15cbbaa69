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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallListener;
import io.github.llmhttp.CallStage;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.TimeLimits;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.http2.Http2Mode;
import io.github.llmhttp.janitor.EvictionReason;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.testing.RawHttp2Server;
import io.github.llmhttp.testing.RawHttp2Server.Frame;
import io.github.llmhttp.testing.RawHttp2Server.Peer;
import io.github.llmhttp.testing.RawHttp2Server.Script;
import io.netty.handler.codec.http2.Http2Error;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls over HTTP/2 against a server that does what it likes.
 */
class Http2CallTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private static final int MAX_CONCURRENT_STREAMS = 3;

    private static final int INITIAL_WINDOW_SIZE = 4;

    private final TestClients clients = new TestClients();

    private final List<AttemptReport> attempts = new CopyOnWriteArrayList<>();

    private final List<LlmHttpException> failures = new CopyOnWriteArrayList<>();

    private RawHttp2Server server;

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @Test
    void callsShareAConnection() {
        LlmWebClient client = client((peer) -> {
            peer.settings();
            for (int stream : peer.requests(20)) {
                peer.answer(stream, "a");
            }
            peer.untilClosed();
        });
        StepVerifier.create(streams(client, 20)).expectNextCount(20).expectComplete().verify(LONG);
        assertThat(this.server.accepted()).isOne();
    }

    @Test
    @Covers(FaultRow.STREAM_LIMITS)
    void lowerLimitOfTheServerOpensASecondConnection() {
        CountDownLatch asked = new CountDownLatch(2);
        LlmWebClient client = client((peer) -> {
            peer.settings(MAX_CONCURRENT_STREAMS, 10);
            List<Integer> streams = peer.requests(10);
            asked.countDown();
            Awaitility.await().atMost(LONG).until(() -> asked.getCount() == 0);
            for (int stream : streams) {
                peer.answer(stream, "a");
            }
            peer.untilClosed();
        });
        StepVerifier.create(streams(client, 20)).expectNextCount(20).expectComplete().verify(LONG);
        assertThat(this.server.accepted()).isEqualTo(2);
    }

    @Test
    @Covers(FaultRow.STREAM_LIMITS)
    void callsWaitWhereNoFurtherConnectionIsAllowed() {
        LlmWebClient client = client((settings) -> settings.getHttp2().setMaxConnections(1), (peer) -> {
            peer.settings(MAX_CONCURRENT_STREAMS, 1);
            while (true) {
                peer.answer(peer.request(), "a");
            }
        });
        StepVerifier.create(streams(client, 20)).expectNextCount(20).expectComplete().verify(LONG);
        assertThat(this.server.accepted()).isOne();
    }

    @Test
    @Covers(FaultRow.STREAM_LIMITS)
    void serverThatAllowsNoStreamIsNamed() {
        LlmWebClient client = client((peer) -> {
            peer.settings(MAX_CONCURRENT_STREAMS, 0);
            peer.untilClosed();
        });
        LlmHttpException failure = failure(client.stream("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.CONNECT);
        assertThat(failure).hasMessageContaining("MAX_CONCURRENT_STREAMS");
        assertThat(failure.failure().notProcessed()).isTrue();
    }

    @Test
    @Covers(FaultRow.STREAM_LIMITS)
    void serverWithoutSettingsEndsInTheLimitOfConnecting() {
        Duration limit = Duration.ofMillis(300);
        LlmWebClient client = client((settings) -> settings.getTimeout().setConnect(limit), Peer::listenOnly);
        LlmHttpException failure = failure(client.stream("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.CONNECT);
        assertThat(failure).hasMessageContaining("SETTINGS").hasMessageContaining("timeout.connect");
        assertThat(failure.failure().notProcessed()).isTrue();
    }

    @Test
    @Covers(FaultRow.FLOODS)
    void serverOfHttp11IsNamed() {
        LlmWebClient client = client((peer) -> {
            peer.bytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes());
            peer.untilClosed();
        });
        LlmHttpException failure = failure(client.stream("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
        assertThat(failure).hasMessageContaining("http2.mode");
    }

    @Test
    @Covers(FaultRow.STREAM_RESET)
    void refusedStreamIsRepeatedAtOnceAndForFree() {
        LlmWebClient client = client((peer) -> {
            peer.settings();
            peer.reset(peer.request(), (int) Http2Error.REFUSED_STREAM.code());
            peer.answer(peer.request(), "a");
            peer.untilClosed();
        });
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
    }

    @Test
    @Covers(FaultRow.STREAM_RESET)
    void streamThatIsRefusedAgainAndAgainIsAFreeRetryOfTheCall() {
        AtomicInteger requests = new AtomicInteger();
        LlmWebClient client = client(Http2CallTests::retrying, (peer) -> {
            peer.settings();
            while (true) {
                int stream = peer.request();
                if (requests.incrementAndGet() <= 4) {
                    peer.reset(stream, (int) Http2Error.REFUSED_STREAM.code());
                }
                else {
                    peer.answer(stream, "a");
                }
            }
        });
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
        assertThat(requests).hasValue(5);
        assertThat(this.attempts).hasSize(2);
        assertThat(this.attempts.get(0).failure().notProcessed()).isTrue();
    }

    @Test
    @Covers(FaultRow.STREAM_RESET)
    void refusedStreamThatIsNotRepeatedKeepsThatTheServerDidNothing() {
        LlmWebClient client = client((peer) -> {
            peer.settings();
            while (true) {
                peer.reset(peer.request(), (int) Http2Error.REFUSED_STREAM.code());
            }
        });
        LlmHttpException failure = failure(client.stream("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.TRUNCATED);
        assertThat(failure.failure().notProcessed()).isTrue();
        assertThat(failure).hasMessageContaining("REFUSED_STREAM");
    }

    @Test
    @Covers(FaultRow.GO_AWAY)
    void goAwayLetsRunningStreamsEndAndSendsTheRestElsewhere() {
        LlmWebClient client = client((peer) -> {
            peer.settings();
            List<Integer> streams = peer.requests((peer.number() == 1) ? 3 : 2);
            if (peer.number() > 1) {
                for (int stream : streams) {
                    peer.answer(stream, "b");
                }
                peer.untilClosed();
                return;
            }
            // The first one was begun with, the others were not
            peer.headers(streams.get(0));
            peer.token(streams.get(0), "a");
            peer.goAway(streams.get(0), 0);
            Awaitility.await().atMost(LONG).until(() -> this.server.accepted() == 2);
            peer.done(streams.get(0));
            peer.untilClosed();
        });
        StepVerifier.create(streams(client, 3).collectSortedList())
            .expectNext(List.of("a", "b", "b"))
            .expectComplete()
            .verify(LONG);
        // A connection that takes no more calls does not stay
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 1);
    }

    @Test
    @Covers(FaultRow.GO_AWAY)
    void goAwayBecauseOfTooManyRequestsIsRepeatedWithBackoff() {
        LlmWebClient client = client(Http2CallTests::retrying, (peer) -> {
            peer.settings();
            int stream = peer.request();
            if (peer.number() == 1) {
                peer.goAway(0, (int) Http2Error.ENHANCE_YOUR_CALM.code());
            }
            else {
                peer.answer(stream, "a");
            }
            peer.untilClosed();
        });
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
        assertThat(this.attempts).hasSize(2);
        assertThat(this.attempts.get(0).failure().kind()).isEqualTo(FailureKind.OVERLOADED);
        assertThat(this.attempts.get(0).failure().notProcessed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "INTERNAL_ERROR, TRUNCATED", "NO_ERROR, TRUNCATED", "CANCEL, TRUNCATED",
            "ENHANCE_YOUR_CALM, OVERLOADED", "HTTP_1_1_REQUIRED, PROTOCOL", "PROTOCOL_ERROR, PROTOCOL" })
    @Covers(FaultRow.STREAM_RESET)
    void resetWithinAResponseIsTold(Http2Error error, FailureKind kind) {
        LlmWebClient client = client(Http2CallTests::retrying, (peer) -> {
            peer.settings();
            int stream = peer.request();
            peer.headers(stream);
            peer.token(stream, "a");
            peer.reset(stream, (int) error.code());
            peer.untilClosed();
        });
        LlmHttpException failure = StepVerifier.create(client.stream("Hi"))
            .expectNext("a")
            .consumeErrorWith((ex) -> this.failures.add((LlmHttpException) ex))
            .verify(LONG)
            .isZero() ? null : this.failures.get(0);
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessageContaining(error.name());
        assertThat(failure.failure().delivered()).isOne();
        assertThat(failure.failure().notProcessed()).isFalse();
    }

    @Test
    @Covers(FaultRow.STREAM_RESET)
    void resetAfterTheEndMarkerChangesNothing() {
        LlmWebClient client = client((peer) -> {
            peer.settings();
            int stream = peer.request();
            peer.headers(stream);
            peer.token(stream, "a");
            peer.data(stream, "data: [DONE]\n\n", false);
            peer.reset(stream, (int) Http2Error.INTERNAL_ERROR.code());
            peer.untilClosed();
        });
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
    }

    @Test
    @Covers(FaultRow.CANCEL)
    void leavingResetsTheStreamAndKeepsTheConnection() {
        Queue<Integer> resets = new ConcurrentLinkedQueue<>();
        LlmWebClient client = client((peer) -> {
            peer.settings();
            int stream = peer.request();
            peer.headers(stream);
            peer.token(stream, "a");
            Frame reset = peer.await((frame) -> frame.type() == RawHttp2Server.RST_STREAM);
            resets.add(reset.payload()[3] & 0xFF);
            peer.answer(peer.request(), "b");
            peer.untilClosed();
        });
        assertThat(client.stream("Hi").blockFirst(LONG)).isEqualTo("a");
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("b");
        assertThat(resets).containsExactly((int) Http2Error.CANCEL.code());
        assertThat(this.server.accepted()).isOne();
    }

    @Test
    @Covers(FaultRow.DEAF_CONNECTION)
    void silentConnectionIsAskedAndEndsAllItsCalls() {
        LlmWebClient client = client((settings) -> {
            settings.getHttp2().setPingInterval(Duration.ofMillis(200));
            settings.getHttp2().setPingTimeout(Duration.ofMillis(150));
        }, (peer) -> {
            peer.settings();
            peer.ignorePings();
            for (int stream : peer.requests(5)) {
                peer.headers(stream);
                peer.token(stream, "a");
            }
            peer.listenOnly();
        });
        long begin = System.nanoTime();
        List<LlmHttpException> failures = Flux.range(0, 5)
            .flatMap((i) -> client.stream("Hi").then().materialize(), 5)
            .map((signal) -> (LlmHttpException) signal.getThrowable())
            .collectList()
            .block(LONG);
        Duration lasted = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(failures).hasSize(5).allSatisfy((failure) -> {
            assertThat(failure.kind()).isEqualTo(FailureKind.TRUNCATED);
            assertThat(failure).hasMessageContaining("PING").hasMessageContaining("http2.ping-timeout");
        });
        assertThat(lasted).isBetween(Duration.ofMillis(350), Duration.ofSeconds(3));
        assertThat(this.server.accepted()).isOne();
    }

    @Test
    void connectionThatAnswersPingsStays() {
        LlmWebClient client = client((settings) -> {
            settings.getHttp2().setPingInterval(Duration.ofMillis(50));
            settings.getHttp2().setPingTimeout(Duration.ofMillis(500));
        }, (peer) -> {
            peer.settings();
            int stream = peer.request();
            peer.headers(stream);
            for (int i = 0; i < 3; i++) {
                peer.await((frame) -> frame.type() == RawHttp2Server.PING);
            }
            peer.token(stream, "a");
            peer.done(stream);
            peer.untilClosed();
        });
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
    }

    @Test
    @Covers(FaultRow.STREAM_LIMITS)
    void requestThatTheServerGivesNoWindowFailsAtTheLimitOfWrite() {
        Duration limit = Duration.ofMillis(400);
        LlmWebClient client = client((settings) -> settings.getTimeout().setWrite(limit), (peer) -> {
            peer.settings(INITIAL_WINDOW_SIZE, 0);
            peer.untilClosed();
        });
        TimeLimits.assertFiresAt(limit, () -> {
            LlmHttpException failure = failure(client.stream("Hi"));
            assertThat(failure.kind()).isEqualTo(FailureKind.WRITE);
            return failure.failure().elapsed();
        });
    }

    @ParameterizedTest
    @EnumSource(Flood.class)
    @Covers(FaultRow.FLOODS)
    void floodEndsTheConnectionAndNotTheClient(Flood flood) {
        LlmWebClient client = client((peer) -> {
            peer.settings();
            int stream = peer.request();
            if (peer.number() > 1) {
                peer.answer(stream, "a");
                peer.untilClosed();
                return;
            }
            peer.headers(stream);
            flood.run(peer, stream);
        });
        LlmHttpException failure = failure(client.stream("Hi"));
        assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 1);
    }

    /** What keeps a client busy, or its memory, without an answer. */
    enum Flood {

        SETTINGS {

            @Override
            void run(Peer peer, int stream) throws IOException {
                while (true) {
                    peer.settings();
                }
            }

        },

        PING {

            @Override
            void run(Peer peer, int stream) throws IOException {
                while (true) {
                    peer.frame(RawHttp2Server.PING, 0, 0, new byte[8]);
                }
            }

        },

        EMPTY_DATA {

            @Override
            void run(Peer peer, int stream) throws IOException {
                while (true) {
                    peer.data(stream, "", false);
                }
            }

        },

        WINDOW_UPDATE {

            @Override
            void run(Peer peer, int stream) throws IOException {
                while (true) {
                    peer.frame(RawHttp2Server.WINDOW_UPDATE, 0, stream, new byte[] { 0, 0, 0, 1 });
                }
            }

        },

        CONTINUATION {

            @Override
            void run(Peer peer, int stream) throws IOException {
                peer.frame(RawHttp2Server.HEADERS, 0, stream, new byte[] { 0, 1, 'a', 1, 'b' });
                while (true) {
                    peer.frame(RawHttp2Server.CONTINUATION, 0, stream, new byte[] { 0, 1, 'a', 1, 'b' });
                }
            }

        },

        HPACK_BOMB {

            @Override
            void run(Peer peer, int stream) throws IOException {
                // One large entry of the table, then a byte each time it is named
                ByteBuffer block = ByteBuffer.allocate(4200 + 16_000);
                block.put(new byte[] { 0x40, 1, 'a', 0x7F, (byte) 0x81, 0x1F });
                block.put("x".repeat(4096).getBytes(StandardCharsets.US_ASCII));
                while (block.remaining() > 4200) {
                    block.put((byte) 0xBE);
                }
                block.flip();
                byte[] bytes = new byte[Math.min(block.remaining(), 16_384)];
                block.get(bytes);
                peer.frame(RawHttp2Server.HEADERS, RawHttp2Server.END_HEADERS, stream, bytes);
                peer.untilClosed();
            }

        },

        WINDOW_OVERRUN {

            @Override
            void run(Peer peer, int stream) throws IOException {
                byte[] largest = { 0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF };
                peer.frame(RawHttp2Server.WINDOW_UPDATE, 0, 0, largest);
                peer.untilClosed();
            }

        };

        abstract void run(Peer peer, int stream) throws IOException;

    }

    @Test
    @Covers(FaultRow.FLOODS)
    void pushedResponseIsReset() {
        LlmWebClient client = client((peer) -> {
            peer.settings();
            int stream = peer.request();
            byte[] get = { 0, 0, 0, 2, (byte) 0x82, (byte) 0x84, (byte) 0x86, 0x41, 1, 'a' };
            peer.frame(RawHttp2Server.PUSH_PROMISE, RawHttp2Server.END_HEADERS, stream, get);
            peer.await((frame) -> frame.type() == RawHttp2Server.RST_STREAM && frame.stream() == 2);
            peer.answer(stream, "a");
            peer.untilClosed();
        });
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
    }

    @Test
    @Covers(FaultRow.SLOW_READERS)
    void slowReadersDoNotHoldUpOthersOnTheirConnection() {
        String token = "x".repeat(8000);
        CountDownLatch left = new CountDownLatch(1);
        LlmWebClient client = client((peer) -> {
            peer.settings();
            List<Integer> slow = peer.requests(20);
            for (int stream : slow) {
                peer.headers(stream);
                peer.windowed(stream, token, 100);
            }
            peer.answer(peer.request(), "a");
            left.countDown();
            peer.untilClosed();
        });
        List<BaseSubscriber<String>> readers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            BaseSubscriber<String> reader = new BaseSubscriber<>() {

                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.request(1);
                }

            };
            client.stream("Hi").subscribe(reader);
            readers.add(reader);
        }
        Awaitility.await().atMost(LONG).until(() -> this.server.accepted() == 1);
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
        readers.forEach(BaseSubscriber::dispose);
        assertThat(this.server.accepted()).isOne();
    }

    @Test
    @Covers(FaultRow.CANCEL)
    void manyWhoLeaveDoNotLoseTheirConnection() {
        LlmWebClient client = client((peer) -> {
            peer.settings();
            while (true) {
                int stream = peer.request();
                peer.headers(stream);
                peer.token(stream, "a");
            }
        });
        for (int i = 0; i < 500; i++) {
            assertThat(client.stream("Hi").blockFirst(LONG)).isEqualTo("a");
        }
        assertThat(this.server.accepted()).isOne();
        Awaitility.await().atMost(LONG).until(() -> client.poolStats().acquired() == 0);
    }

    @Test
    void callsReportWhatTheySentAndWhetherTheirConnectionWasThere() {
        LlmWebClient client = client((peer) -> {
            peer.settings();
            while (true) {
                peer.answer(peer.request(), "a");
            }
        });
        for (int i = 0; i < 2; i++) {
            assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
        }
        Awaitility.await().atMost(LONG).until(() -> this.attempts.size() == 2);
        assertThat(this.attempts).extracting(AttemptReport::connectionReused).containsExactly(false, true);
        assertThat(this.attempts).allSatisfy((attempt) -> {
            assertThat(attempt.bytesSent()).isPositive();
            assertThat(attempt.bytesReceived()).isPositive();
        });
        assertThat(this.attempts.get(1).stages()).doesNotContainKeys(CallStage.DNS, CallStage.CONNECT, CallStage.TLS);
    }

    @Test
    @Covers(FaultRow.IDLE_CLOSED)
    void connectionThatClosesWhileItIsIdleIsReplacedUnseen() {
        LlmWebClient client = client((peer) -> {
            peer.settings();
            peer.answer(peer.request(), "a");
            // No GOAWAY: as a server does that crashes, or a middlebox
            peer.request();
            peer.reset();
        });
        for (int i = 0; i < 3; i++) {
            assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
        }
    }

    @Test
    void connectionThatIsUnusedForLongIsClosed() {
        LlmWebClient client = client((settings) -> {
            settings.getJanitor().setMaxIdleTime(Duration.ofMillis(200));
            settings.getJanitor().setSweepInterval(Duration.ofMillis(50));
        }, Http2CallTests::answering);
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
        assertThat(client.poolStats().evicted()).containsEntry(EvictionReason.IDLE.id(), 1L);
    }

    @Test
    void connectionThatIsWornTakesNoMoreCalls() {
        LlmWebClient client = client((settings) -> {
            settings.getJanitor().setMaxRequests(1);
            settings.getJanitor().setSweepInterval(Duration.ofMillis(50));
        }, Http2CallTests::answering);
        for (int i = 0; i < 3; i++) {
            assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
        }
        assertThat(this.server.accepted()).isEqualTo(3);
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
    }

    @Test
    void unusedConnectionIsEvictedOnDemand() {
        LlmWebClient client = client(Http2CallTests::answering);
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
        Awaitility.await().atMost(LONG).until(() -> this.clients.opened().evictIdleConnections() == 1);
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
    }

    @Test
    void closedClientLeavesNoConnection() {
        LlmWebClient client = client(Http2CallTests::answering);
        assertThat(client.stream("Hi").collectList().block(LONG)).containsExactly("a");
        this.clients.close("test");
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
        assertThat(failure(client.stream("Hi")).kind()).isEqualTo(FailureKind.SHUTDOWN);
    }

    private static void answering(Peer peer) throws IOException {
        peer.settings();
        while (true) {
            peer.answer(peer.request(), "a");
        }
    }

    @Test
    void callsThatWaitForAConnectionFailTogetherWithIt() {
        Duration limit = Duration.ofMillis(400);
        LlmWebClient client = client((settings) -> {
            settings.getTimeout().setConnect(limit);
            // Shorter, because it is another wait
            settings.getTimeout().setAcquire(Duration.ofMillis(100));
        }, Peer::listenOnly);
        long begin = System.nanoTime();
        List<FailureKind> kinds = Flux.range(0, 20)
            .flatMap((i) -> client.stream("Hi").then().materialize(), 20)
            .map((signal) -> ((LlmHttpException) signal.getThrowable()).kind())
            .collectList()
            .block(LONG);
        assertThat(kinds).hasSize(20).containsOnly(FailureKind.CONNECT);
        // One is opened, and one more because a closed connection is replaced for free
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(limit.multipliedBy(4));
        assertThat(this.server.accepted()).isLessThanOrEqualTo(2);
    }

    @Test
    void callsWaitForAFreeStreamAsLongAsForAConnection() {
        Duration limit = Duration.ofMillis(300);
        LlmWebClient client = client((settings) -> {
            settings.getHttp2().setMaxConnections(1);
            settings.getHttp2().setMaxConcurrentStreams(1);
            settings.getTimeout().setAcquire(limit);
        }, (peer) -> {
            peer.settings();
            int stream = peer.request();
            peer.headers(stream);
            peer.token(stream, "a");
            peer.untilClosed();
        });
        StepVerifier.create(client.stream("Hi")).expectNext("a").then(() -> TimeLimits.assertFiresAt(limit, () -> {
            LlmHttpException failure = failure(client.stream("Hi"));
            assertThat(failure.kind()).isEqualTo(FailureKind.POOL_TIMEOUT);
            assertThat(failure).hasMessageContaining("timeout.acquire");
            return failure.failure().elapsed();
        })).thenCancel().verify(LONG);
    }

    private LlmWebClient client(Script script) {
        return client((settings) -> {
        }, script);
    }

    private LlmWebClient client(Consumer<LlmClientProperties> settings, Script script) {
        this.server = RawHttp2Server.start(script);
        this.clients.listener(new CallListener() {

            @Override
            public void attemptEnded(AttemptReport attempt) {
                Http2CallTests.this.attempts.add(attempt);
            }

        });
        return this.clients.open(this.server.url(), (properties) -> {
            properties.getHttp2().setMode(Http2Mode.PRIOR_KNOWLEDGE);
            settings.accept(properties);
        });
    }

    private static void retrying(LlmClientProperties settings) {
        settings.getRetry().setEnabled(true);
        settings.getRetry().setInitialBackoff(Duration.ofMillis(10));
    }

    private static Flux<String> streams(LlmWebClient client, int number) {
        return Flux.range(0, number).flatMap((i) -> client.stream("Hi"), number);
    }

    private static LlmHttpException failure(Flux<?> call) {
        try {
            call.blockLast(LONG);
        }
        catch (LlmHttpException ex) {
            return ex;
        }
        throw new AssertionError("It did not fail");
    }

}
