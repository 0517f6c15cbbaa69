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

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import com.sun.management.ThreadMXBean;
import io.github.llmhttp.CallOperation;
import io.github.llmhttp.PoolStats;
import io.github.llmhttp.call.CallJournal;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.monitoring.CallLog;
import io.github.llmhttp.monitoring.CallObservations;
import io.github.llmhttp.monitoring.ClientMeters;
import io.github.llmhttp.monitoring.LlmMeters;
import io.github.llmhttp.monitoring.MonitoredClient;
import io.github.llmhttp.monitoring.MonitoringProperties;
import io.github.llmhttp.websocket.WebSocketNumbers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.util.ResourceLeakDetector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.core.io.buffer.DataBuffer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a token costs on its way from the network buffer to the subscriber, behind gate
 * and clocks, the delivered String included.
 */
class StreamAllocationTests {

    private static final int EVENTS_PER_BUFFER = 8;

    private static final int BUFFERS = 4000;

    /** The String itself is about 53 of them. */
    private static final double LIMIT = 85;

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    @BeforeEach
    void trackNoLeaks() {
        // What the tracking of leaks allocates for each buffer is not what users pay
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void trackLeaksAgain() {
        ResourceLeakDetector.setLevel(this.level);
    }

    @Test
    void tokenAllocatesLittleMoreThanItsString() {
        measure();
        Measured measured = measure();
        assertThat(measured.tokens()).isEqualTo(EVENTS_PER_BUFFER * BUFFERS);
        assertThat(measured.bytesPerToken()).as("bytes per token").isBetween(24.0, LIMIT);
        assertThat(measured.timers()).as("timers per stream").isLessThanOrEqualTo(2);
    }

    @Test
    void whatIsWatchedAllocatesNothingForATokenBesides() {
        MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ObservationRegistry observed = ObservationRegistry.create();
        observed.observationConfig().observationHandler(new DefaultMeterObservationHandler(registry));
        ClientMeters meters = new ClientMeters(registry);
        MonitoringProperties settings = new MonitoringProperties();
        settings.setGenAi(true);
        PoolStats pool = new PoolStats("test", 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, Map.of());
        meters.open(new MonitoredClient("test", "openai", List.of("localhost:1"), Set.of("m"), settings, () -> pool,
                List::of, () -> new WebSocketNumbers(0, 0, 0, 0, 0), () -> Duration.ZERO));
        CallObservations observations = new CallObservations(observed, null, null);
        CallJournal journal = new CallJournal("test", "openai", System::nanoTime, List.of(new CallLog(), meters));
        FollowedCalls followed = new FollowedCalls(journal, (call) -> observations.follow(call, settings));
        for (int i = 0; i < 3; i++) {
            measure();
            measure(followed, journal);
        }
        Measured plain = measure();
        Measured watched = measure(followed, journal);
        assertThat(registry.get(LlmMeters.CALLS.meterName()).timers()).anyMatch((timer) -> timer.count() == 4);
        assertThat(watched.bytesPerToken() - plain.bytesPerToken()).as("more bytes per token").isLessThan(0.5);
    }

    private static Measured measure() {
        return measure(null, null);
    }

    private static Measured measure(@Nullable FollowedCalls followed, @Nullable CallJournal journal) {
        VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
        ReaderFixture fixture = new ReaderFixture(CallTime.of(scheduler));
        String[] texts = { "Hello", " wörld", " \\\"a\\\"", "\\n", "token", " 世界", "...", " end" };
        StringBuilder events = new StringBuilder();
        for (String text : texts) {
            events.append(ReaderFixture.token(text));
        }
        DataBuffer buffer = ReaderFixture.buffer(events.toString());
        Feed feed = new Feed();
        Counter counter = new Counter();
        if (followed != null) {
            followed
                .many(CallOperation.STREAM, "m",
                        (whole) -> fixture.followedText(feed, whole, Objects.requireNonNull(journal)))
                .subscribe(counter);
        }
        else {
            fixture.text(feed).subscribe(counter);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < BUFFERS; i++) {
            // Read over and over: a retained view stands for each network read
            feed.subscriber.onNext(ReaderFixture.BUFFERS.wrap(ReaderFixture.bytes(buffer).retainedDuplicate()));
        }
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        long timers = scheduler.getScheduledTaskCount();
        feed.subscriber.onNext(ReaderFixture.buffer(ReaderFixture.DONE));
        feed.subscriber.onComplete();
        ReaderFixture.bytes(buffer).release();
        scheduler.dispose();
        return new Measured(counter.count, (double) allocated / counter.count, timers);
    }

    private record Measured(long tokens, double bytesPerToken, long timers) {
    }

    private static final class Feed extends Flux<DataBuffer> implements Subscription {

        private CoreSubscriber<? super DataBuffer> subscriber;

        @Override
        public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
            this.subscriber = actual;
            actual.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            // The test sends what it likes
        }

        @Override
        public void cancel() {
            throw new AssertionError("Nobody cancels");
        }

    }

    private static final class Counter implements CoreSubscriber<String> {

        private long count;

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String text) {
            this.count++;
        }

        @Override
        public void onError(Throwable error) {
            throw new AssertionError(error);
        }

        @Override
        public void onComplete() {
            // Counted until here
        }

    }

}
