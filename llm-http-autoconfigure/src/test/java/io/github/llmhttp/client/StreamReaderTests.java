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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.streaming.StreamCompletion;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBuffer;

import static io.github.llmhttp.client.ReaderFixture.DONE;
import static io.github.llmhttp.client.ReaderFixture.FINISH;
import static io.github.llmhttp.client.ReaderFixture.buffer;
import static io.github.llmhttp.client.ReaderFixture.token;
import static org.assertj.core.api.Assertions.assertThat;

class StreamReaderTests {

    private static final Duration LONG = Duration.ofSeconds(5);

    private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();

    private final ReaderFixture fixture = new ReaderFixture(CallTime.of(this.scheduler));

    @AfterEach
    void nothingIsHeld() {
        this.scheduler.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(this.fixture.gate.inUse()).isZero();
        assertThat(this.fixture.running).isEmpty();
        this.scheduler.dispose();
    }

    @Test
    void textComesInOrderAndCompletes() {
        Flux<DataBuffer> body = Flux
            .defer(() -> Flux.just(buffer(token("Hello") + token(" wor")), buffer(token("ld")), buffer(FINISH + DONE)));
        StepVerifier.create(this.fixture.text(body)).expectNext("Hello", " wor", "ld").expectComplete().verify(LONG);
    }

    @Test
    void everyItemArrivesWhateverTheDemand() {
        for (int batch : new int[] { 1, 2, 3, 7 }) {
            List<String> received = new ArrayList<>();
            Flux<DataBuffer> body = Flux.range(0, 20)
                .map((i) -> buffer(token("a" + i) + token("b" + i) + token("c" + i)))
                .concatWith(Flux.defer(() -> Flux.just(buffer(DONE))));
            StepVerifier.create(this.fixture.text(body).limitRate(batch).doOnNext(received::add).then())
                .expectComplete()
                .verify(LONG);
            assertThat(received).hasSize(60).startsWith("a0", "b0", "c0", "a1").endsWith("a19", "b19", "c19");
        }
    }

    @Test
    void readingPausesWithoutDemand() {
        AtomicLong asked = new AtomicLong();
        TestPublisher<DataBuffer> body = TestPublisher.create();
        BaseSubscriber<String> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                // Nothing is wanted yet
            }
        };
        this.fixture.text(body.flux().doOnRequest(asked::addAndGet)).subscribe(subscriber);
        assertThat(asked).hasValue(0);
        subscriber.request(1);
        assertThat(asked).hasValue(1);
        body.next(buffer(token("a") + token("b") + token("c")));
        subscriber.request(1);
        assertThat(asked).as("two items still wait").hasValue(1);
        subscriber.request(1);
        assertThat(asked).hasValue(1);
        subscriber.request(1);
        assertThat(asked).hasValue(2);
        subscriber.cancel();
    }

    @RepeatedTest(20)
    void demandFromAnotherThreadLosesNothing() {
        Flux<DataBuffer> body = Flux.range(0, 2000)
            .map((i) -> buffer(token("x" + i) + token("y" + i)))
            .concatWith(Flux.defer(() -> Flux.just(buffer(DONE))))
            .subscribeOn(Schedulers.parallel());
        StepVerifier.create(this.fixture.text(body).publishOn(Schedulers.boundedElastic(), 3).count())
            .expectNext(4000L)
            .expectComplete()
            .verify(Duration.ofSeconds(20));
    }

    @Test
    void completesAMomentAfterTheMarkerAndReadsOnUntilTheBodyEnds() {
        TestPublisher<DataBuffer> body = TestPublisher.create();
        StepVerifier.create(this.fixture.text(body.flux()))
            .then(() -> body.next(buffer(token("a") + FINISH + DONE)))
            .expectNext("a")
            .then(() -> this.scheduler.advanceTimeBy(StreamBody.LINGER))
            .expectComplete()
            .verify(LONG);
        body.assertNotCancelled();
        assertThat(this.fixture.gate.inUse()).as("the connection is still being drained").isOne();
        body.complete();
        assertThat(this.fixture.gate.inUse()).isZero();
    }

    @Test
    void completesAtOnceWhenTheBodyEndsWithTheMarker() {
        TestPublisher<DataBuffer> body = TestPublisher.create();
        StepVerifier.create(this.fixture.text(body.flux())).then(() -> {
            body.next(buffer(token("a") + DONE));
            body.complete();
        }).expectNext("a").expectComplete().verify(LONG);
    }

    @Test
    void bodyThatStaysOpenAfterTheMarkerIsClosed() {
        TestPublisher<DataBuffer> body = TestPublisher.create();
        StepVerifier.create(this.fixture.text(body.flux()))
            .then(() -> body.next(buffer(token("a") + DONE)))
            .expectNext("a")
            .then(() -> this.scheduler.advanceTimeBy(StreamBody.LINGER))
            .expectComplete()
            .verify(LONG);
        this.scheduler.advanceTimeBy(StreamBody.DRAIN);
        body.assertCancelled();
    }

    @Test
    @Covers(FaultRow.AFTER_END_MARKER)
    void flowAfterTheMarkerIsCutOff() {
        TestPublisher<DataBuffer> body = TestPublisher.createNoncompliant(TestPublisher.Violation.REQUEST_OVERFLOW);
        StepVerifier.create(this.fixture.text(body.flux())).then(() -> {
            body.next(buffer(token("a") + DONE));
            for (int i = 0; i <= 64; i++) {
                body.next(buffer("x".repeat(1024)));
            }
        }).expectNext("a").then(() -> this.scheduler.advanceTimeBy(StreamBody.LINGER)).expectComplete().verify(LONG);
        body.assertCancelled();
    }

    @Test
    @Covers(FaultRow.AFTER_END_MARKER)
    void resetAfterTheMarkerIsNoError() {
        TestPublisher<DataBuffer> body = TestPublisher.create();
        StepVerifier.create(this.fixture.text(body.flux())).then(() -> {
            body.next(buffer(token("a") + DONE));
            body.error(new java.net.SocketException("Connection reset"));
        }).expectNext("a").expectComplete().verify(LONG);
    }

    @Test
    void streamWithoutEndIsTruncatedAndCountsWhatWasDelivered() {
        Flux<DataBuffer> body = Flux.defer(() -> Flux.just(buffer(token("a") + token("b"))));
        StepVerifier.create(this.fixture.text(body)).expectNext("a", "b").expectErrorSatisfies((error) -> {
            LlmHttpException failure = (LlmHttpException) error;
            assertThat(failure.kind()).isEqualTo(FailureKind.TRUNCATED);
            assertThat(failure.failure().delivered()).isEqualTo(2);
            assertThat(failure.isRetryable()).isFalse();
        }).verify(LONG);
    }

    @Test
    void halfEventIsNeverDelivered() {
        String event = token("secret");
        Flux<DataBuffer> body = Flux.defer(() -> Flux.just(buffer(event.substring(0, event.length() - 1))));
        StepVerifier.create(this.fixture.text(body))
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("within an event"))
            .verify(LONG);
    }

    @Test
    @Covers(FaultRow.NO_END_MARKER)
    void finishReasonCompletesUnlessStrict() {
        Flux<DataBuffer> body = Flux.defer(() -> Flux.just(buffer(token("a") + FINISH)));
        StepVerifier.create(this.fixture.text(body)).expectNext("a").expectComplete().verify(LONG);
        StepVerifier.create(this.fixture.text(body, StreamCompletion.STRICT))
            .expectNext("a")
            .expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("streaming.completion"))
            .verify(LONG);
    }

    @Test
    void errorInsideTheStreamEndsItWithTheStatusThatItMeans() {
        String error = "data: {\"error\":{\"type\":\"server_error\",\"message\":\"engine died\"}}\n\n";
        TestPublisher<DataBuffer> body = TestPublisher.create();
        StepVerifier.create(this.fixture.text(body.flux()))
            .then(() -> body.next(buffer(token("a") + error + DONE)))
            .expectNext("a")
            .expectErrorSatisfies((thrown) -> {
                LlmHttpException failure = (LlmHttpException) thrown;
                assertThat(failure.kind()).isEqualTo(FailureKind.UPSTREAM_ERROR);
                assertThat(failure.failure().effectiveStatus()).isEqualTo(500);
                assertThat(failure).hasMessageContaining("engine died");
            })
            .verify(LONG);
        body.assertCancelled();
    }

    @Test
    void eventLargerThanTheLimitEndsTheStream() {
        this.fixture.limits.setEvent(org.springframework.util.unit.DataSize.ofKilobytes(1));
        Flux<DataBuffer> body = Flux.defer(() -> Flux.just(buffer(token("a")), buffer(token("x".repeat(5000)))));
        StepVerifier.create(this.fixture.text(body)).expectNext("a").expectErrorSatisfies((error) -> {
            assertThat(((LlmHttpException) error).kind()).isEqualTo(FailureKind.TOO_LARGE);
            assertThat(error).hasMessageContaining("limits.event");
        }).verify(LONG);
    }

    @Test
    void cancelClosesTheBodyAndReleasesWhatStillComes() {
        TestPublisher<DataBuffer> body = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        AtomicBoolean cancelled = new AtomicBoolean();
        DataBuffer late = buffer(token("late"));
        ByteBuf bytes = ((NettyDataBuffer) late).getNativeBuffer();
        StepVerifier.create(this.fixture.text(body.flux().doOnCancel(() -> cancelled.set(true))))
            .then(() -> body.next(buffer(token("a") + token("b"))))
            .expectNext("a")
            .thenCancel()
            .verify(LONG);
        assertThat(cancelled).isTrue();
        body.next(late);
        assertThat(bytes.refCnt()).isZero();
    }

    @Test
    void eventsEndWithUsageAndFinish() {
        String usage = "data: {\"model\":\"gpt-x\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n";
        Flux<DataBuffer> body = Flux.defer(() -> Flux.just(buffer(token("a") + FINISH + usage + DONE)));
        StepVerifier.create(this.fixture.events(body))
            .expectNext(new ChatEvent.Text("a"))
            .assertNext((event) -> assertThat(((ChatEvent.Billed) event).usage().totalTokens()).isEqualTo(5))
            .expectNext(new ChatEvent.Finish("stop", "gpt-x"))
            .expectComplete()
            .verify(LONG);
    }

    @Test
    void rawPayloadsComeAsTheyAre() {
        Flux<DataBuffer> body = Flux.defer(() -> Flux.just(buffer("data: {\"a\":1}\n\ndata: b\n\n" + DONE)));
        StepVerifier.create(this.fixture.data(body)).expectNext("{\"a\":1}", "b").expectComplete().verify(LONG);
    }

}
