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

package io.github.llmhttp.websocket;

import java.util.ArrayDeque;
import java.util.Deque;

import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Messages on their way to whoever receives them, one at a time. While nobody wants them,
 * no more are read of the connection than came with one read. Runs on the event loop.
 */
final class Inbox {

    private final EventLoop eventLoop;

    private final Runnable emptied;

    private final Runnable left;

    private final Deque<byte[]> messages = new ArrayDeque<>();

    private volatile @Nullable Receiver receiver;

    private boolean discarding;

    private boolean ended;

    private @Nullable WebSocketException error;

    private boolean draining;

    /**
     * Create an empty inbox.
     * @param eventLoop where everything happens
     * @param emptied told when all messages are gone
     * @param left told when a receiver has left
     */
    Inbox(EventLoop eventLoop, Runnable emptied, Runnable left) {
        this.eventLoop = eventLoop;
        this.emptied = emptied;
        this.left = left;
    }

    /** Whether somebody receives. */
    boolean isReceiving() {
        return this.receiver != null;
    }

    /** Whether a message can be taken without being kept for long. */
    boolean isEmpty() {
        return this.messages.isEmpty();
    }

    /**
     * Whether messages that nobody receives are thrown away.
     */
    void discard(boolean discarding) {
        this.discarding = discarding;
        drain();
    }

    /**
     * A message has come.
     * @param message the message
     */
    void add(byte[] message) {
        if (!this.ended) {
            this.messages.add(message);
            drain();
        }
    }

    /**
     * Nothing more comes.
     * @param error why, {@code null} if everything was said
     */
    void end(@Nullable WebSocketException error) {
        if (!this.ended) {
            this.ended = true;
            this.error = error;
            drain();
        }
    }

    /** The messages that were not received yet, and those to come. */
    Flux<byte[]> receive() {
        return new Flux<>() {

            @Override
            public void subscribe(CoreSubscriber<? super byte[]> actual) {
                Receiver receiver = new Receiver(actual);
                actual.onSubscribe(receiver);
                run(() -> begin(receiver));
            }

        };
    }

    private void begin(Receiver next) {
        if (this.receiver != null) {
            next.actual.onError(new IllegalStateException("The messages of a session have one receiver at a time"));
            return;
        }
        if (!next.cancelled) {
            this.receiver = next;
            drain();
        }
    }

    private void run(Runnable task) {
        if (this.eventLoop.inEventLoop()) {
            task.run();
        }
        else {
            this.eventLoop.execute(task);
        }
    }

    private void drain() {
        if (this.draining) {
            return;
        }
        this.draining = true;
        boolean had = !this.messages.isEmpty();
        while (deliver()) {
            // Whoever receives may ask for the next one meanwhile
        }
        this.draining = false;
        if (this.messages.isEmpty()) {
            if (had) {
                this.emptied.run();
            }
            signalEnd();
        }
    }

    private boolean deliver() {
        Receiver now = this.receiver;
        if (this.messages.isEmpty()) {
            return false;
        }
        if (now == null) {
            if (this.discarding) {
                this.messages.remove();
            }
            return this.discarding;
        }
        if (now.requested == 0) {
            return false;
        }
        if (now.requested != Long.MAX_VALUE) {
            now.requested--;
        }
        now.actual.onNext(this.messages.remove());
        return true;
    }

    private void signalEnd() {
        Receiver last = this.receiver;
        if (!this.ended || last == null) {
            return;
        }
        this.receiver = null;
        if (this.error != null) {
            last.actual.onError(this.error);
        }
        else {
            last.actual.onComplete();
        }
    }

    /**
     * One subscriber. Leaving it leaves the connection open.
     */
    private final class Receiver implements Subscription {

        private final CoreSubscriber<? super byte[]> actual;

        private volatile boolean cancelled;

        /** Event loop only. */
        private long requested;

        Receiver(CoreSubscriber<? super byte[]> actual) {
            this.actual = actual;
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                run(() -> {
                    this.requested = Operators.addCap(this.requested, n);
                    drain();
                });
            }
        }

        @Override
        public void cancel() {
            this.cancelled = true;
            run(() -> {
                if (Inbox.this.receiver == this) {
                    Inbox.this.receiver = null;
                    drain();
                    Inbox.this.left.run();
                }
            });
        }

    }

}
