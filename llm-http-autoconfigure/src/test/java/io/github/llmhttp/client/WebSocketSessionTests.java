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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.Deflater;

import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebSocketSession;
import io.github.llmhttp.TimeLimits;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.testing.RawWebSocketServer;
import io.github.llmhttp.testing.RawWebSocketServer.Frame;
import io.github.llmhttp.testing.RawWebSocketServer.Peer;
import io.github.llmhttp.testing.RawWebSocketServer.Script;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * WebSocket sessions against a server that does what it likes.
 */
class WebSocketSessionTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private static final String KEY = "sk-canary-0123456789";

    private final TestClients clients = new TestClients();

    private RawWebSocketServer server;

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @Test
    void messagesGoBothWaysAndTheSessionEndsInOrder() {
        Queue<Integer> codes = new ConcurrentLinkedQueue<>();
        LlmWebSocketSession session = session((peer) -> {
            peer.accept();
            String first = peer.message();
            peer.text("echo " + first);
            peer.text(peer.message());
            Frame close = peer.frame(RawWebSocketServer.CLOSE);
            codes.add(close.code());
            peer.close(close.code(), "");
        });
        assertThat(session.isOpen()).isFalse();
        StepVerifier.create(session.receive())
            .then(() -> session.send("one").block(LONG))
            .expectNext("echo one")
            .then(() -> session.sendJson(Map.of("two", 2)).block(LONG))
            .expectNext("{\"two\":2}")
            .then(() -> assertThat(session.isOpen()).isTrue())
            .then(() -> session.close().block(LONG))
            .expectComplete()
            .verify(LONG);
        assertThat(session.isOpen()).isFalse();
        assertThat(codes).containsExactly(1000);
        Awaitility.await().atMost(LONG).until(() -> this.clients.opened().webSockets().open() == 0);
    }

    @Test
    void nothingIsOpenedBeforeItIsUsed() {
        LlmWebSocketSession session = session(Peer::accept);
        assertThat(session.isOpen()).isFalse();
        session.close().block(LONG);
        assertThat(this.server.accepted()).isZero();
        assertThat(failure(session.open()).kind()).isEqualTo(FailureKind.CONFIG);
    }

    @Test
    void allWhoUseItFirstWaitForTheSameHandshake() {
        LlmWebSocketSession session = session((peer) -> {
            peer.accept();
            peer.closeAfterClient();
        });
        Flux.range(0, 20).flatMap((i) -> session.open()).blockLast(LONG);
        assertThat(this.server.accepted()).isOne();
    }

    @Test
    @Covers(FaultRow.HANDSHAKE)
    void keyTravelsInAHeaderAndNotInTheUrl() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        LlmWebClient client = client((settings) -> {
            settings.setApiKey(KEY);
            settings.getHeaders().put("OpenAI-Beta", "realtime=v1");
            settings.getQuery().put("deployment", "d1");
        }, (peer) -> {
            peer.accept();
            seen.add(peer.requestLine());
            seen.add(peer.headers().get("authorization"));
            seen.add(peer.headers().get("openai-beta"));
            peer.closeAfterClient();
        });
        client.webSocket("/v1/realtime?model=m").open().block(LONG);
        Awaitility.await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(seen).containsExactly("GET /v1/realtime?model=m&deployment=d1 HTTP/1.1",
                    "Bearer " + KEY, "realtime=v1"));
    }

    @ParameterizedTest
    @CsvSource({ "401, AUTH", "403, AUTH", "404, BAD_REQUEST", "429, RATE_LIMITED", "500, SERVER", "503, OVERLOADED",
            "200, PROTOCOL", "302, PROTOCOL" })
    @Covers(FaultRow.HANDSHAKE)
    void handshakeThatIsRefusedIsTold(int status, FailureKind kind) {
        LlmWebClient client = client((settings) -> settings.setApiKey(KEY), (peer) -> {
            peer.readRequest();
            String body = "{\"error\":{\"message\":\"no way, " + KEY + "\",\"type\":\"some_type\"}}";
            peer.bytes("HTTP/1.1 %d Some\r\nx-request-id: r1\r\nRetry-After: 7\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(status, body.length(), body));
            peer.untilClosed();
        });
        LlmHttpException failure = failure(client.webSocket("/ws").open());
        assertThat(failure.kind()).isEqualTo(kind);
        Failure facts = failure.failure();
        assertThat(facts.status()).isEqualTo(status);
        assertThat(facts.requestId()).isEqualTo("r1");
        if (status >= 400) {
            assertThat(facts.providerMessage()).isEqualTo("no way, ***");
            assertThat(facts.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        }
        assertThat(failure.toString()).doesNotContain(KEY);
        assertThat(client.poolStats().acquired()).isZero();
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
    }

    @Test
    void refusalWithAnEndlessBodyIsToldAtOnce() {
        LlmWebSocketSession session = session((peer) -> {
            peer.readRequest();
            peer.bytes("HTTP/1.1 429 Slow\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) {
                peer.bytes("1000\r\n" + "x".repeat(4096) + "\r\n");
            }
        });
        assertThat(failure(session.open()).kind()).isEqualTo(FailureKind.RATE_LIMITED);
    }

    @Test
    void interimResponseIsSkipped() {
        LlmWebSocketSession session = session((peer) -> {
            peer.readRequest();
            peer.bytes("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            peer.bytes(Peer.switching(peer.acceptKey()));
            peer.text("hello");
            peer.closeAfterClient();
        });
        assertThat(session.receive().blockFirst(LONG)).isEqualTo("hello");
    }

    @Test
    @Covers(FaultRow.HANDSHAKE)
    void handshakeWithTheWrongKeyIsRefused() {
        LlmWebSocketSession session = session((peer) -> {
            peer.readRequest();
            peer.bytes(Peer.switching("c29tZXRoaW5nIGVsc2U="));
            peer.untilClosed();
        });
        LlmHttpException failure = failure(session.open());
        assertThat(failure.kind()).isEqualTo(FailureKind.PROTOCOL);
        assertThat(failure).hasMessageContaining("RFC 6455");
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
    }

    @Test
    @Covers(FaultRow.HANDSHAKE)
    void handshakeThatIsNotAnsweredEndsAtItsLimit() {
        Duration limit = Duration.ofMillis(300);
        LlmWebClient client = client((settings) -> settings.getWebsocket().setHandshakeTimeout(limit), (peer) -> {
            peer.readRequest();
            peer.untilClosed();
        });
        TimeLimits.assertFiresAt(limit, () -> {
            LlmHttpException failure = failure(client.webSocket("/ws").open());
            assertThat(failure.kind()).isEqualTo(FailureKind.RESPONSE_TIMEOUT);
            assertThat(failure).hasMessageContaining("websocket.handshake-timeout").hasMessageContaining("upgrade");
            return failure.failure().elapsed();
        });
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
    }

    @Test
    @Covers(FaultRow.HANDSHAKE)
    void connectionThatClosesBeforeTheAnswerIsTold() {
        LlmWebSocketSession session = session(Peer::readRequest);
        LlmHttpException failure = failure(session.open());
        assertThat(failure.kind()).isEqualTo(FailureKind.TRUNCATED);
        assertThat(failure.failure().notProcessed()).isTrue();
        assertThat(failure).hasMessageContaining("before the WebSocket handshake was answered");
    }

    @Test
    void openingCanBeTriedAgain() {
        LlmWebSocketSession session = session((peer) -> {
            if (peer.number() == 1) {
                return;
            }
            peer.accept();
            peer.text("hello");
            peer.closeAfterClient();
        });
        assertThat(failure(session.open()).kind()).isEqualTo(FailureKind.TRUNCATED);
        assertThat(session.receive().blockFirst(LONG)).isEqualTo("hello");
    }

    @ParameterizedTest
    @CsvSource({ "1001, TRUNCATED, going away", "1002, PROTOCOL, protocol error", "1008, BAD_REQUEST, policy",
            "1009, TOO_LARGE, too big", "1011, SERVER, internal", "1012, OVERLOADED, restart",
            "1013, OVERLOADED, try again", "4001, UPSTREAM_ERROR, 4001" })
    @Covers(FaultRow.CLOSE_CODES)
    void codeAndReasonOfTheServerAreTold(int code, FailureKind kind, String words) {
        LlmWebClient client = client((settings) -> settings.setApiKey(KEY), (peer) -> {
            peer.accept();
            peer.text("a");
            peer.close(code, "because\nof " + KEY);
            peer.frame(RawWebSocketServer.CLOSE);
        });
        StepVerifier.create(client.webSocket("/ws").receive()).expectNext("a").verifyErrorSatisfies((error) -> {
            LlmHttpException failure = (LlmHttpException) error;
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure).hasMessageContaining(words);
            assertThat(failure.failure().providerType()).isEqualTo(String.valueOf(code));
            assertThat(failure.failure().providerMessage()).isEqualTo("because of ***");
        });
        Awaitility.await().atMost(LONG).until(() -> client.poolStats().acquired() == 0);
    }

    @Test
    @Covers(FaultRow.CLOSE_CODES)
    void closeOfTheServerInOrderCompletes() {
        LlmWebSocketSession session = session((peer) -> {
            peer.accept();
            peer.text("a").close(1000, "");
            peer.frame(RawWebSocketServer.CLOSE);
        });
        StepVerifier.create(session.receive()).expectNext("a").expectComplete().verify(LONG);
        assertThat(failure(session.send("b")).kind()).isEqualTo(FailureKind.TRUNCATED);
    }

    @Test
    @Covers(FaultRow.DEAF_SESSION)
    void cutWithoutACloseFrameIsNoEnd() {
        LlmWebSocketSession session = session((peer) -> {
            peer.accept();
            peer.text("a");
        });
        StepVerifier.create(session.receive()).expectNext("a").verifyErrorSatisfies((error) -> {
            assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.TRUNCATED);
            assertThat(error).hasMessageContaining("without a close frame");
        });
    }

    @Test
    @Covers(FaultRow.DEAF_SESSION)
    void resetIsNoEnd() {
        LlmWebSocketSession session = session((peer) -> {
            peer.accept();
            peer.message();
            peer.reset();
        });
        session.send("a").block(LONG);
        StepVerifier.create(session.receive())
            .verifyErrorSatisfies(
                    (error) -> assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.TRUNCATED));
    }

    @Test
    @Covers(FaultRow.CLOSE_CODES)
    void messagesInFragmentsWithPingsBetweenAreWhole() {
        Queue<String> pongs = new ConcurrentLinkedQueue<>();
        LlmWebSocketSession session = session((peer) -> {
            peer.accept();
            byte[] text = "grüße".getBytes(StandardCharsets.UTF_8);
            // In the middle of a character
            peer.send(RawWebSocketServer.TEXT, false, 0, new byte[] { text[0], text[1], text[2] });
            peer.send(RawWebSocketServer.PING, true, 0, new byte[] { 'x' });
            peer.send(RawWebSocketServer.CONTINUATION, false, 0, new byte[0]);
            peer.send(RawWebSocketServer.CONTINUATION, true, 0, new byte[] { text[3], text[4], text[5], text[6] });
            pongs.add(peer.frame(RawWebSocketServer.PONG).text());
            peer.closeAfterClient();
        });
        assertThat(session.receive().blockFirst(LONG)).isEqualTo("grüße");
        session.close().block(LONG);
        assertThat(pongs).containsExactly("x");
    }

    @Test
    @Covers(FaultRow.CLOSE_CODES)
    void tooLargeMessageIsRefusedAndTheServerTold() {
        tooLarge((peer) -> peer.text("x".repeat(1001)));
    }

    @Test
    @Covers(FaultRow.CLOSE_CODES)
    void tooLargeMessageInFragmentsIsRefused() {
        tooLarge((peer) -> {
            peer.send(RawWebSocketServer.TEXT, false, 0, new byte[600]);
            peer.send(RawWebSocketServer.CONTINUATION, true, 0, new byte[600]);
        });
    }

    @Test
    void compressedMessagesAreRead() {
        LlmWebClient client = client((settings) -> settings.getWebsocket().setCompression(true), (peer) -> {
            peer.readRequest();
            assertThat(peer.headers().get("sec-websocket-extensions")).contains("permessage-deflate");
            peer.bytes(Peer.switching(peer.acceptKey(), "Sec-WebSocket-Extensions: permessage-deflate"));
            peer.send(RawWebSocketServer.TEXT, true, 4, deflated("to be inflated"));
            peer.closeAfterClient();
        });
        assertThat(client.webSocket("/ws").receive().blockFirst(LONG)).isEqualTo("to be inflated");
    }

    @Test
    @Covers(FaultRow.CLOSE_CODES)
    void messageThatIsTooLargeOnceItIsInflatedIsRefused() {
        byte[] bomb = deflated("x".repeat(50_000_000));
        assertThat(bomb.length).isLessThan(100_000);
        LlmWebClient client = client((settings) -> {
            settings.getWebsocket().setCompression(true);
            settings.getWebsocket().setMaxMessageSize(DataSize.ofMegabytes(1));
        }, (peer) -> {
            peer.readRequest();
            peer.bytes(Peer.switching(peer.acceptKey(), "Sec-WebSocket-Extensions: permessage-deflate"));
            peer.send(RawWebSocketServer.TEXT, true, 4, bomb);
            peer.untilClosed();
        });
        StepVerifier.create(client.webSocket("/ws").receive())
            .verifyErrorSatisfies(
                    (error) -> assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.TOO_LARGE));
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
    }

    /** RFC 7692, section 7.2.1. */
    private static byte[] deflated(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(bytes);
        byte[] out = new byte[bytes.length + 100];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, length - 4);
    }

    private void tooLarge(Script message) {
        Queue<Integer> codes = new ConcurrentLinkedQueue<>();
        LlmWebClient client = client((settings) -> settings.getWebsocket().setMaxMessageSize(DataSize.ofBytes(1000)),
                (peer) -> {
                    peer.accept();
                    message.run(peer);
                    codes.add(peer.frame(RawWebSocketServer.CLOSE).code());
                });
        StepVerifier.create(client.webSocket("/ws").receive()).verifyErrorSatisfies((error) -> {
            assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.TOO_LARGE);
            assertThat(error).hasMessageContaining("websocket.max-message-size").hasMessageContaining("1000");
        });
        Awaitility.await().atMost(LONG).until(() -> codes.contains(1009));
    }

    @Test
    @Covers(FaultRow.CLOSE_CODES)
    void textThatIsNotUtf8IsRefused() {
        broken(1007, (peer) -> peer.send(RawWebSocketServer.TEXT, true, 0, new byte[] { (byte) 0xC3, 0x28 }));
    }

    @Test
    @Covers(FaultRow.CLOSE_CODES)
    void reservedBitsAreRefused() {
        broken(1002, (peer) -> peer.send(RawWebSocketServer.TEXT, true, 4, new byte[] { 'a' }));
    }

    @Test
    @Covers(FaultRow.CLOSE_CODES)
    void unknownOpcodeIsRefused() {
        broken(1002, (peer) -> peer.send(3, true, 0, new byte[] { 'a' }));
    }

    @Test
    @Covers(FaultRow.CLOSE_CODES)
    void continuationOfNothingIsRefused() {
        broken(1002, (peer) -> peer.send(RawWebSocketServer.CONTINUATION, true, 0, new byte[] { 'a' }));
    }

    private void broken(int code, Script frame) {
        Queue<Integer> codes = new ConcurrentLinkedQueue<>();
        LlmWebSocketSession session = session((peer) -> {
            peer.accept();
            frame.run(peer);
            codes.add(peer.frame(RawWebSocketServer.CLOSE).code());
        });
        StepVerifier.create(session.receive())
            .verifyErrorSatisfies(
                    (error) -> assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.PROTOCOL));
        Awaitility.await().atMost(LONG).until(() -> codes.contains(code));
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
    }

    @Test
    @Covers(FaultRow.DEAF_SESSION)
    void silentSessionIsPingedAndLivesOn() {
        CountDownLatch pings = new CountDownLatch(3);
        LlmWebClient client = client((settings) -> heartbeat(settings, 100, 80), (peer) -> {
            peer.accept();
            while (pings.getCount() > 0) {
                Frame ping = peer.frame();
                assertThat(ping.opcode()).isEqualTo(RawWebSocketServer.PING);
                peer.send(RawWebSocketServer.PONG, true, 0, ping.payload());
                pings.countDown();
            }
            peer.text("alive");
            peer.answerPings();
        });
        assertThat(client.webSocket("/ws").receive().blockFirst(LONG)).isEqualTo("alive");
        assertThat(this.clients.opened().webSockets().pings()).isGreaterThanOrEqualTo(3);
        assertThat(this.clients.opened().webSockets().missedPongs()).isZero();
    }

    @Test
    @Covers(FaultRow.DEAF_SESSION)
    void sessionWhosePingsStayUnansweredIsGivenUp() {
        Duration limit = Duration.ofMillis(300);
        LlmWebClient client = client((settings) -> heartbeat(settings, 200, 100), (peer) -> {
            peer.accept();
            peer.untilClosed();
        });
        TimeLimits.assertFiresAt(limit, () -> {
            // It is opened within this time, and its first interval begins then
            long begin = System.nanoTime();
            LlmHttpException failure = failure(client.webSocket("/ws").receive().then());
            assertThat(failure.kind()).isEqualTo(FailureKind.TRUNCATED);
            assertThat(failure).hasMessageContaining("websocket.heartbeat-timeout");
            return Duration.ofNanos(System.nanoTime() - begin);
        });
        assertThat(this.clients.opened().webSockets().missedPongs()).isOne();
        Awaitility.await().atMost(LONG).until(() -> client.poolStats().acquired() == 0);
    }

    @Test
    @Covers(FaultRow.SESSION_FLOW)
    void slowReceiverHoldsUpTheServerAndIsNotTakenForADeafOne() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        String message = "x".repeat(100_000);
        LlmWebClient client = client((settings) -> heartbeat(settings, 100, 50), (peer) -> {
            peer.accept();
            Thread writer = Thread.currentThread();
            Thread watcher = new Thread(() -> {
                while (writer.isAlive() && stuck.getCount() > 0) {
                    if (isWriting(writer)) {
                        stuck.countDown();
                    }
                }
            });
            watcher.setDaemon(true);
            watcher.start();
            for (int i = 0; i < 300; i++) {
                peer.text(message);
            }
            peer.close(1000, "");
            peer.frame(RawWebSocketServer.CLOSE);
        });
        LlmWebSocketSession session = client.webSocket("/ws");
        StepVerifier.create(session.receive(), 1)
            .expectNext(message)
            .then(() -> await(stuck))
            // Longer than a ping and the wait for its answer
            .expectNoEvent(Duration.ofMillis(400))
            .thenRequest(Long.MAX_VALUE)
            .expectNextCount(299)
            .expectComplete()
            .verify(LONG);
    }

    /** Whether a thread hangs in a write because nobody reads. */
    private static boolean isWriting(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0 && List.of(stack).toString().contains("SocketOutputStream");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @Covers(FaultRow.SESSION_FLOW)
    void sendQueueIsBoundedAndASendThatIsNotWrittenFails() {
        Duration limit = Duration.ofSeconds(1);
        LlmWebClient client = client((settings) -> {
            settings.getWebsocket().setSendQueue(3);
            settings.getTimeout().setWrite(limit);
        }, (peer) -> {
            peer.accept();
            // Reads nothing
            CountDownLatch never = new CountDownLatch(1);
            await(never, Duration.ofSeconds(3));
        });
        LlmWebSocketSession session = client.webSocket("/ws");
        session.open().block(LONG);
        String big = "x".repeat(4_000_000);
        List<LlmHttpException> failures = Flux.range(0, 20)
            .flatMap((i) -> session.send(big)
                .then(Mono.<LlmHttpException>empty())
                .onErrorResume(LlmHttpException.class, Mono::just), 20)
            .collectList()
            .block(LONG);
        assertThat(failures).extracting(LlmHttpException::kind).contains(FailureKind.POOL_FULL, FailureKind.WRITE);
        assertThat(failures).filteredOn((failure) -> failure.kind() == FailureKind.POOL_FULL)
            .isNotEmpty()
            .allSatisfy((failure) -> assertThat(failure).hasMessageContaining("websocket.send-queue"));
        assertThat(failures).filteredOn((failure) -> failure.kind() == FailureKind.WRITE)
            .allSatisfy((failure) -> assertThat(failure).hasMessageContaining("timeout.write"));
    }

    private static void await(CountDownLatch latch, Duration limit) {
        try {
            latch.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @Covers(FaultRow.SESSION_FLOW)
    void closeWaitsForTheServerButNotForLong() {
        Duration limit = Duration.ofMillis(300);
        LlmWebClient client = client((settings) -> settings.getWebsocket().setCloseTimeout(limit), (peer) -> {
            peer.accept();
            peer.untilClosed();
        });
        LlmWebSocketSession session = client.webSocket("/ws");
        session.open().block(LONG);
        long begin = System.nanoTime();
        TimeLimits.assertFiresAt(limit, () -> {
            session.close(4000, "bye").block(LONG);
            return Duration.ofNanos(System.nanoTime() - begin);
        });
        assertThat(failure(session.send("a")).kind()).isEqualTo(FailureKind.CONFIG);
        assertThat(session.receive().collectList().block(LONG)).isEmpty();
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
    }

    @Test
    void codesAndReasonsThatMayNotBeSentAreRefused() {
        LlmWebSocketSession session = session(Peer::accept);
        for (int code : new int[] { 999, 1002, 1005, 1006, 1015, 2999, 5000 }) {
            assertThatIllegalArgumentException().isThrownBy(() -> session.close(code, ""));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> session.close(1000, "é".repeat(62)));
    }

    @Test
    void messagesThatCameBeforeTheReceiverAreKept() {
        CountDownLatch sent = new CountDownLatch(1);
        LlmWebSocketSession session = session((peer) -> {
            peer.accept();
            peer.text("a").text("b").close(1000, "");
            sent.countDown();
            peer.frame(RawWebSocketServer.CLOSE);
        });
        session.open().block(LONG);
        await(sent);
        Awaitility.await().atMost(LONG).until(() -> !session.isOpen());
        StepVerifier.create(session.receive()).expectNext("a", "b").expectComplete().verify(LONG);
    }

    @Test
    void leavingTheMessagesLeavesTheSessionOpen() {
        LlmWebSocketSession session = session((peer) -> {
            peer.accept();
            peer.text("a").text("b").text(peer.message());
            peer.closeAfterClient();
        });
        assertThat(session.receive().next().block(LONG)).isEqualTo("a");
        assertThat(session.receive().next().block(LONG)).isEqualTo("b");
        session.send("c").block(LONG);
        assertThat(session.receive().next().block(LONG)).isEqualTo("c");
        assertThat(session.isOpen()).isTrue();
    }

    @Test
    void secondReceiverIsRefused() {
        LlmWebSocketSession session = session((peer) -> {
            peer.accept();
            peer.closeAfterClient();
        });
        session.open().block(LONG);
        StepVerifier.create(session.receive())
            .then(() -> StepVerifier.create(session.receive()).verifyError(IllegalStateException.class))
            .thenCancel()
            .verify(LONG);
    }

    @Test
    void sessionsHaveALimitOfTheirOwn() {
        LlmWebClient client = client((settings) -> {
            settings.getWebsocket().setMaxSessions(1);
            settings.getTimeout().setAcquire(Duration.ofMillis(100));
        }, (peer) -> {
            peer.accept();
            peer.closeAfterClient();
        });
        LlmWebSocketSession first = client.webSocket("/ws");
        first.open().block(LONG);
        assertThat(client.poolStats().acquiredSessions()).isOne();
        LlmHttpException failure = failure(client.webSocket("/ws").open());
        assertThat(failure.kind()).isEqualTo(FailureKind.POOL_TIMEOUT);
        assertThat(failure).hasMessageContaining("websocket.max-sessions");
        first.close().block(LONG);
        client.webSocket("/ws").open().block(LONG);
        assertThat(this.server.accepted()).isEqualTo(2);
    }

    @Test
    @Covers(FaultRow.SHUTDOWN_WHILE_STREAMING)
    void clientThatClosesTellsServerAndReceiver() {
        Queue<Integer> codes = new ConcurrentLinkedQueue<>();
        LlmWebClient client = client((settings) -> settings.getShutdown().setGracePeriod(Duration.ofMillis(100)),
                (peer) -> {
                    peer.accept();
                    Frame close = peer.frame(RawWebSocketServer.CLOSE);
                    codes.add(close.code());
                    peer.close(close.code(), "");
                });
        LlmWebSocketSession session = client.webSocket("/ws");
        session.open().block(LONG);
        StepVerifier.create(session.receive())
            .then(() -> this.clients.close("test"))
            .verifyErrorSatisfies(
                    (error) -> assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.SHUTDOWN));
        assertThat(codes).containsExactly(1001);
        assertThat(failure(client.webSocket("/ws").open()).kind()).isEqualTo(FailureKind.SHUTDOWN);
        Awaitility.await().atMost(LONG).until(() -> this.server.openConnections() == 0);
    }

    private static void heartbeat(LlmClientProperties settings, long interval, long timeout) {
        settings.getWebsocket().setHeartbeatInterval(Duration.ofMillis(interval));
        settings.getWebsocket().setHeartbeatTimeout(Duration.ofMillis(timeout));
    }

    private LlmWebSocketSession session(Script script) {
        return client((settings) -> {
        }, script).webSocket("/ws");
    }

    private LlmWebClient client(Consumer<LlmClientProperties> settings, Script script) {
        this.server = RawWebSocketServer.start(script);
        return this.clients.open(this.server.url(), settings);
    }

    private static LlmHttpException failure(Mono<?> call) {
        try {
            call.block(LONG);
        }
        catch (LlmHttpException ex) {
            return ex;
        }
        throw new AssertionError("It did not fail");
    }

}
