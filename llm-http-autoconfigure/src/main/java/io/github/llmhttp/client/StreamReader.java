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

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Supplier;

import io.github.llmhttp.streaming.PayloadSink;
import io.github.llmhttp.streaming.StreamFrames;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * Turns the buffers of one response body into the items of one subscriber: the hot path,
 * from bytes to {@code onNext} without a hop, a timer or an allocation of its own.
 *
 * <p>
 * Items go straight to the subscriber while it wants them. What it did not ask for waits
 * in a queue that holds the rest of one buffer at most, because the next buffer is asked
 * for when the queue is empty and there is demand.
 *
 * <p>
 * After the end marker the body is read on for a moment, so that its connection can be
 * used again: the subscriber completes when the body ends or after
 * {@link StreamBody#LINGER}, and the connection is closed if the body did not end after
 * {@link StreamBody#DRAIN} or {@link StreamBody#DRAIN_BYTES}.
 */
abstract class StreamReader<T> implements CoreSubscriber<DataBuffer>, Subscription, PayloadSink {

    @SuppressWarnings("rawtypes")
    private static final AtomicLongFieldUpdater<StreamReader> REQUESTED = AtomicLongFieldUpdater
        .newUpdater(StreamReader.class, "requested");

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<StreamReader> WIP = AtomicIntegerFieldUpdater
        .newUpdater(StreamReader.class, "wip");

    private final CoreSubscriber<? super T> actual;

    private final StreamFrames frames;

    private final Attempt attempt;

    private volatile long requested;

    private volatile int wip;

    private volatile boolean cancelled;

    /** Whether all buffers were asked for at once. Guarded by wip. */
    private boolean unbounded;

    /** Whether a buffer was asked for and has not come yet. */
    private volatile boolean outstanding;

    /** Whether the items are complete, or {@link #failure} says why not. */
    private volatile boolean terminated;

    private volatile @Nullable Supplier<? extends Throwable> failure;

    private volatile @Nullable Queue<T> queue;

    /** Set once, before anything is asked for. */
    private @Nullable StreamBody body;

    /** Whether the current buffer may be emitted from directly. Body thread only. */
    private boolean direct;

    /** Whether the current buffer holds content. Body thread only. */
    private boolean content;

    /** Whether the end marker was read. Body thread only. */
    private boolean ended;

    private boolean signalled;

    StreamReader(CoreSubscriber<? super T> actual, StreamFrames frames, Attempt attempt) {
        this.actual = actual;
        this.frames = frames;
        this.attempt = attempt;
    }

    /**
     * The body ended without an end marker: fail, unless the items are complete anyway.
     * @param withinEvent whether it ended within an event
     */
    abstract void bodyEnded(boolean withinEvent);

    /** The items are complete: a last chance to emit one. */
    void completing() {
    }

    final Attempt attempt() {
        return this.attempt;
    }

    /** Content came, to be delivered or not. */
    final void contentArrived() {
        if (!this.content) {
            this.content = true;
            this.attempt.clock().contentArrives();
        }
    }

    final void emit(T item) {
        contentArrived();
        Queue<T> waiting = this.queue;
        if (this.direct && (waiting == null || waiting.isEmpty()) && this.requested > 0) {
            deliver(item);
            return;
        }
        if (waiting == null) {
            waiting = Queues.<T>unbounded(64).get();
            this.queue = waiting;
        }
        waiting.offer(item);
    }

    private void deliver(T item) {
        if (this.requested != Long.MAX_VALUE) {
            REQUESTED.decrementAndGet(this);
        }
        this.attempt.call().delivered();
        this.actual.onNext(item);
    }

    /** The end marker was read: the items are complete, what follows is drained. */
    public final void end() {
        this.ended = true;
    }

    /**
     * The items cannot be completed.
     * @param cause makes the failure once all items before it are delivered, so that it
     * counts them
     */
    final void fail(Supplier<? extends Throwable> cause) {
        if (this.failure == null) {
            this.failure = cause;
        }
    }

    /** Whether the end marker was read. */
    final boolean isEnded() {
        return this.ended;
    }

    final boolean wantsMore() {
        return !this.ended && this.failure == null && !this.cancelled;
    }

    @Override
    public final Context currentContext() {
        return this.actual.currentContext();
    }

    @Override
    public final void onSubscribe(Subscription subscription) {
        if (this.body != null) {
            subscription.cancel();
            return;
        }
        this.body = new StreamBody(this.attempt, subscription);
        this.actual.onSubscribe(this);
    }

    private StreamBody body() {
        return Objects.requireNonNull(this.body);
    }

    @Override
    public final void onNext(DataBuffer buffer) {
        if (this.ended || this.terminated || this.cancelled) {
            this.attempt.clock().bytesArrived();
            body().drain(buffer);
            if (this.ended && body().isDone()) {
                terminate();
            }
            return;
        }
        boolean owner = WIP.compareAndSet(this, 0, 1);
        this.direct = owner;
        this.content = false;
        this.attempt.clock().deliveryBegins();
        read(buffer);
        this.attempt.clock().deliveryEnds(this.content);
        this.direct = false;
        this.outstanding = false;
        if (this.failure != null) {
            body().close();
            this.terminated = true;
        }
        else if (this.ended) {
            body().linger(this::terminate);
        }
        if (owner) {
            drainLoop();
        }
        else {
            // Only now: who owns the loop must find what was queued meanwhile
            drain();
        }
    }

    private void read(DataBuffer buffer) {
        byte[] bytes = ReadBuffers.borrow();
        try {
            int readable;
            while ((readable = Math.min(buffer.readableByteCount(), bytes.length)) > 0 && wantsMore()) {
                buffer.read(bytes, 0, readable);
                this.frames.read(bytes, 0, readable, this);
            }
            if (this.ended) {
                completing();
            }
        }
        catch (RuntimeException | LinkageError | StackOverflowError ex) {
            fail(() -> this.attempt.translate(ex));
        }
        finally {
            ReadBuffers.giveBack(bytes);
            DataBufferUtils.release(buffer);
        }
    }

    @Override
    public final void onError(Throwable error) {
        body().broken();
        if (!this.ended && this.failure == null) {
            fail(() -> this.attempt.translate(error));
        }
        terminate();
    }

    @Override
    public final void onComplete() {
        body().ended();
        if (wantsMore()) {
            endOfBody();
        }
        terminate();
    }

    private void endOfBody() {
        boolean withinEvent = this.frames.isWithinEvent();
        try {
            this.frames.end(this);
            if (wantsMore()) {
                bodyEnded(withinEvent);
            }
            if (this.failure == null) {
                completing();
            }
        }
        catch (RuntimeException ex) {
            fail(() -> this.attempt.translate(ex));
        }
    }

    private void terminate() {
        this.terminated = true;
        drain();
    }

    @Override
    public final void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            drain();
        }
    }

    @Override
    public final void cancel() {
        if (this.cancelled) {
            return;
        }
        this.cancelled = true;
        body().close();
    }

    private void drain() {
        if (WIP.getAndIncrement(this) == 0) {
            drainLoop();
        }
    }

    private void drainLoop() {
        int missed = this.wip;
        do {
            // Read before the queue: what is offered before it is set must be delivered
            boolean last = this.terminated;
            boolean empty = deliverQueued();
            if (this.cancelled) {
                clearQueue();
            }
            else if (empty && last) {
                signalEnd();
            }
            else if (empty) {
                askForBytes();
            }
            else {
                // Silence is the subscriber's while it leaves items waiting
                this.attempt.clock().reading(this.unbounded && !body().isDone());
            }
            missed = WIP.addAndGet(this, -missed);
        }
        while (missed != 0);
    }

    private boolean deliverQueued() {
        Queue<T> waiting = this.queue;
        if (waiting == null) {
            return true;
        }
        while (this.requested > 0 && !this.cancelled) {
            T item = waiting.poll();
            if (item == null) {
                return true;
            }
            deliver(item);
        }
        return waiting.isEmpty();
    }

    private void clearQueue() {
        Queue<T> waiting = this.queue;
        if (waiting != null) {
            waiting.clear();
        }
    }

    private void signalEnd() {
        if (this.signalled) {
            return;
        }
        this.signalled = true;
        Supplier<? extends Throwable> cause = this.failure;
        if (cause != null) {
            this.actual.onError(cause.get());
        }
        else {
            this.actual.onComplete();
        }
    }

    private void askForBytes() {
        boolean wanted = (this.requested > 0);
        this.attempt.clock().reading((wanted || this.unbounded) && !body().isDone());
        if (this.unbounded || !wanted || this.outstanding || body().isDone()) {
            return;
        }
        this.outstanding = true;
        this.unbounded = (this.requested == Long.MAX_VALUE);
        body().request(this.unbounded ? Long.MAX_VALUE : 1);
    }

}
