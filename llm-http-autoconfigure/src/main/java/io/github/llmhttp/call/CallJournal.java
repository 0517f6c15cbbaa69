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

package io.github.llmhttp.call;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallListener;
import io.github.llmhttp.CallOperation;
import io.github.llmhttp.CallReport;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Knows which calls of a client are under way, and tells its listeners how they ended.
 */
public final class CallJournal {

    private static final Log logger = LogFactory.getLog(CallJournal.class);

    private final String client;

    private final String provider;

    private final LongSupplier nanoClock;

    private final List<CallListener> listeners;

    private final Set<Class<?>> broken = ConcurrentHashMap.newKeySet();

    private final AtomicLong begun = new AtomicLong();

    private final Set<WholeCall> running = ConcurrentHashMap.newKeySet();

    /**
     * Create the journal of a client.
     * @param client name of the client
     * @param provider whose wire format it speaks
     * @param nanoClock monotonic nanoseconds
     * @param listeners hear of each end, in this order
     */
    public CallJournal(String client, String provider, LongSupplier nanoClock, List<CallListener> listeners) {
        this.client = client;
        this.provider = provider;
        this.nanoClock = nanoClock;
        this.listeners = List.copyOf(listeners);
    }

    public String client() {
        return this.client;
    }

    public String provider() {
        return this.provider;
    }

    /**
     * A call begins.
     * @param operation what it asks for
     * @param model the model that it asks for; empty if it names none
     * @return the call, which is under way until it is ended
     */
    public WholeCall begin(CallOperation operation, String model) {
        WholeCall call = new WholeCall(this, this.begun.incrementAndGet(), operation, model, this.nanoClock);
        this.running.add(call);
        return call;
    }

    /**
     * Calls that are under way.
     * @return a copy, the oldest first
     */
    public List<WholeCall> running() {
        return this.running.stream().sorted(Comparator.comparingLong(WholeCall::id)).toList();
    }

    /**
     * Cancel a call.
     * @param id its number
     * @return whether it was under way
     */
    public boolean cancel(long id) {
        Optional<WholeCall> found = this.running.stream().filter((call) -> call.id() == id).findAny();
        found.ifPresent(WholeCall::cancel);
        return found.isPresent();
    }

    void ended(AttemptReport attempt) {
        tell((listener) -> listener.attemptEnded(attempt));
    }

    void ended(WholeCall call, CallReport report) {
        this.running.remove(call);
        tell((listener) -> listener.callEnded(report));
    }

    private void tell(Consumer<CallListener> message) {
        for (CallListener listener : this.listeners) {
            try {
                message.accept(listener);
            }
            catch (RuntimeException | LinkageError ex) {
                failed(listener.getClass(), ex);
            }
        }
    }

    /** A listener that fails would fail for each call. */
    void failed(Class<?> listener, Throwable error) {
        String message = "[%s] the call listener %s failed".formatted(this.client, listener.getName());
        if (this.broken.add(listener)) {
            logger.warn(message + "; calls go on, and further failures are logged as DEBUG", error);
        }
        else {
            logger.debug(message, error);
        }
    }

}
