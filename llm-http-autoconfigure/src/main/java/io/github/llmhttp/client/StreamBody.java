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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * The connection's side of a stream: bytes are asked for here, the rest behind the end
 * marker is drained so that the connection can be used again, and the permit is held
 * until the connection is free.
 */
final class StreamBody {

    /**
     * Longest delay of the completion after the end marker. Most servers end the body in
     * the same breath; a caller that goes on at once then finds the connection free.
     */
    static final Duration LINGER = Duration.ofMillis(20);

    /** Longest wait for the end of the body after the end marker. */
    static final Duration DRAIN = Duration.ofMillis(250);

    /** Most bytes that are read after the end marker. */
    static final int DRAIN_BYTES = 64 * 1024;

    private final Attempt attempt;

    private final Subscription subscription;

    private final Disposable permit;

    private volatile boolean done;

    private volatile @Nullable Disposable timer;

    private int drainedBytes;

    StreamBody(Attempt attempt, Subscription subscription) {
        this.attempt = attempt;
        this.subscription = subscription;
        this.permit = attempt.permit().keep();
        attempt.clock().reading(false);
    }

    /**
     * Whether the body has ended or was closed.
     * @return whether no byte will come
     */
    boolean isDone() {
        return this.done;
    }

    void request(long buffers) {
        this.subscription.request(buffers);
    }

    /** The body ended by itself. */
    void ended() {
        this.done = true;
        this.attempt.clock().reading(false);
        stopTimer();
        AfterRelease.later(this.attempt.call(), this.permit::dispose);
    }

    /** The body broke, and its connection with it: there is nothing to wait for. */
    void broken() {
        this.done = true;
        this.attempt.clock().reading(false);
        stopTimer();
        this.permit.dispose();
    }

    /** Nobody wants the rest: the connection is closed. */
    void close() {
        stopTimer();
        if (!this.done) {
            this.done = true;
            this.subscription.cancel();
        }
        this.permit.dispose();
    }

    /**
     * Throw away what follows the end marker; closes the connection where that is too
     * much.
     * @param buffer a buffer, released here
     */
    void drain(DataBuffer buffer) {
        this.drainedBytes += buffer.readableByteCount();
        DataBufferUtils.release(buffer);
        if (this.drainedBytes > DRAIN_BYTES) {
            close();
        }
    }

    /**
     * The end marker was read: read on to the end of the body.
     * @param lingered runs once, unless the body ends before, when the items should wait
     * no longer
     */
    void linger(Runnable lingered) {
        if (this.done) {
            return;
        }
        schedule(() -> {
            // Not the running task, which would be interrupted when it is disposed of
            this.timer = null;
            schedule(this::close, DRAIN.minus(LINGER));
            lingered.run();
        }, LINGER);
        if (this.done) {
            lingered.run();
            return;
        }
        this.subscription.request(Long.MAX_VALUE);
    }

    private void schedule(Runnable task, Duration delay) {
        try {
            this.timer = this.attempt.time().scheduler().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
        catch (RejectedExecutionException ex) {
            // The clock is gone, so nothing will ever be drained
            close();
        }
        if (this.done) {
            stopTimer();
        }
    }

    private void stopTimer() {
        Disposable armed = this.timer;
        if (armed != null) {
            armed.dispose();
        }
    }

}
