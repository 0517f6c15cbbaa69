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

package io.github.llmhttp.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

import io.netty.handler.codec.http.FullHttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * What happened at the server. Event loops write it, tests read it and wait for it.
 */
final class Ledger {

    private static final long NOW_AND_THEN = TimeUnit.MILLISECONDS.toNanos(10);

    private final Lock lock = new ReentrantLock();

    private final Condition changed = this.lock.newCondition();

    private final List<RecordedCall> calls = new ArrayList<>();

    private final List<RecordedCall> handshakes = new ArrayList<>();

    private int pings;

    private long changes;

    private int lastConnectionId;

    private int accepted;

    private int open;

    private int reused;

    private int closedByClient;

    int accepted() {
        return change((ledger) -> {
            ledger.accepted++;
            ledger.open++;
            return ++ledger.lastConnectionId;
        });
    }

    /**
     * Count a connection that was closed.
     * @param running the call whose reply had not ended, if any
     * @param byClient whether the client closed it
     */
    void closed(@Nullable RecordedCall running, boolean byClient) {
        change((ledger) -> {
            ledger.open--;
            if (running != null) {
                running.end(byClient ? RecordedCall.Outcome.CANCELLED : RecordedCall.Outcome.BROKEN);
            }
            return byClient ? ++ledger.closedByClient : ledger.closedByClient;
        });
    }

    RecordedCall received(int connectionId, int requestOnConnection, FullHttpRequest request) {
        return change((ledger) -> {
            RecordedCall call = new RecordedCall(ledger.calls.size() + 1, connectionId, requestOnConnection, request);
            ledger.calls.add(call);
            if (requestOnConnection > 1) {
                ledger.reused++;
            }
            return call;
        });
    }

    RecordedCall handshake(int connectionId, FullHttpRequest request) {
        return change((ledger) -> {
            RecordedCall handshake = new RecordedCall(ledger.handshakes.size() + 1, connectionId, 1, request);
            ledger.handshakes.add(handshake);
            return handshake;
        });
    }

    void pinged() {
        change((ledger) -> ++ledger.pings);
    }

    List<RecordedCall> handshakes() {
        return read(() -> List.copyOf(this.handshakes));
    }

    int pings() {
        return read(() -> this.pings);
    }

    void ended(RecordedCall call, RecordedCall.Outcome outcome) {
        change((ledger) -> {
            call.end(outcome);
            return call;
        });
    }

    void reset() {
        change((ledger) -> {
            ledger.calls.clear();
            ledger.handshakes.clear();
            ledger.pings = 0;
            ledger.accepted = 0;
            ledger.reused = 0;
            ledger.closedByClient = 0;
            return ledger;
        });
    }

    List<RecordedCall> calls() {
        return read(() -> List.copyOf(this.calls));
    }

    ConnectionCounts connections() {
        return read(() -> new ConnectionCounts(this.accepted, this.open, this.reused, this.closedByClient));
    }

    /**
     * Wait until something is so. It is checked whenever something happens, and now and
     * then for what happens elsewhere; never under the lock, because it may wait for an
     * event loop that writes here.
     * @param condition what should be so
     * @param limit the longest wait
     * @return whether it is so
     */
    boolean await(BooleanSupplier condition, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        long seen = read(() -> this.changes);
        while (!condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            seen = awaitChange(seen, Math.min(left, NOW_AND_THEN));
        }
        return true;
    }

    private long awaitChange(long seen, long nanos) {
        this.lock.lock();
        try {
            long left = nanos;
            while (this.changes == seen && left > 0) {
                left = this.changed.awaitNanos(left);
            }
            return this.changes;
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting", ex);
        }
        finally {
            this.lock.unlock();
        }
    }

    /**
     * Wait until a number is as expected.
     * @param what the name of the number
     * @param number the number
     * @param expected how it should be
     * @param limit the longest wait
     * @throws AssertionError if the limit is over, with the number as it is then
     */
    void await(String what, ToIntFunction<Ledger> number, IntPredicate expected, Duration limit) {
        if (!await(() -> expected.test(number.applyAsInt(this)), limit)) {
            throw new AssertionError(
                    "Waited %s for %s but now it is %d".formatted(limit, what, number.applyAsInt(this)));
        }
    }

    private <T> T read(Supplier<T> reading) {
        this.lock.lock();
        try {
            return reading.get();
        }
        finally {
            this.lock.unlock();
        }
    }

    private <T> T change(Function<Ledger, T> change) {
        this.lock.lock();
        try {
            T result = change.apply(this);
            this.changes++;
            this.changed.signalAll();
            return result;
        }
        finally {
            this.lock.unlock();
        }
    }

}
