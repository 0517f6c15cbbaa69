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

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The replies to come, in order.
 */
final class Script {

    private final List<Entry> entries = new ArrayList<>();

    private Function<RecordedCall, Reply> otherwise = Script::echo;

    /**
     * The reply that is the same for each call, if it is: only such a one can come before
     * the call is known.
     */
    private @Nullable Reply constant;

    synchronized void add(Predicate<RecordedCall> when, Reply reply) {
        this.entries.add(new Entry(when, reply.validated()));
    }

    synchronized void otherwise(Function<RecordedCall, Reply> otherwise) {
        this.otherwise = otherwise;
        this.constant = null;
    }

    synchronized void otherwise(Reply reply) {
        this.otherwise = (call) -> reply;
        this.constant = reply.validated();
    }

    synchronized void reset() {
        this.entries.clear();
        otherwise(Script::echo);
    }

    synchronized int size() {
        return this.entries.size();
    }

    /**
     * Take the fault that waits for the next connection.
     * @return the fault, or {@code null} if the connection is to be served
     */
    synchronized @Nullable Fault onAccept() {
        Entry entry = take(Entry::isForConnection);
        if (entry != null) {
            return entry.reply().fault();
        }
        Reply always = this.entries.isEmpty() ? this.constant : null;
        return (always != null && isForConnection(always)) ? always.fault() : null;
    }

    /**
     * Take the reply to a call of which only the head is known.
     * @param call the call, without a body
     * @return the reply, or {@code null} if the call is to be read first
     */
    synchronized @Nullable Reply onHead(RecordedCall call) {
        // Conditions are asked twice only where the first answer can matter
        if (this.entries.stream().anyMatch((entry) -> entry.reply().isEarly())) {
            Entry next = this.entries.stream().filter((entry) -> entry.answers(call)).findFirst().orElse(null);
            if (next != null) {
                return (next.reply().isEarly() && this.entries.remove(next)) ? next.reply() : null;
            }
        }
        Reply always = this.constant;
        return (always != null && always.isEarly() && !call.protocol().isProbe()) ? always : null;
    }

    /**
     * Take the reply to a call.
     * @param call the call
     * @return the scripted reply, or {@code null} if none waits for such a call
     */
    synchronized @Nullable Reply onCall(RecordedCall call) {
        Entry entry = take((candidate) -> candidate.answers(call));
        return (entry != null) ? entry.reply() : null;
    }

    Reply defaultReply(RecordedCall call) {
        Function<RecordedCall, Reply> current;
        synchronized (this) {
            current = this.otherwise;
        }
        return current.apply(call).validated();
    }

    private @Nullable Entry take(Predicate<Entry> matching) {
        for (Iterator<Entry> iterator = this.entries.iterator(); iterator.hasNext();) {
            Entry entry = iterator.next();
            if (matching.test(entry)) {
                iterator.remove();
                return entry;
            }
        }
        return null;
    }

    private static boolean isForConnection(Reply reply) {
        Fault fault = reply.fault();
        return fault != null && fault.moment() == Moment.ACCEPT;
    }

    private static Reply echo(RecordedCall call) {
        return Reply.words("This is a mock model. You said: " + call.prompt());
    }

    private record Entry(Predicate<RecordedCall> when, Reply reply) {

        boolean isForConnection() {
            return Script.isForConnection(this.reply);
        }

        boolean answers(RecordedCall call) {
            return !isForConnection() && this.when.test(call);
        }

    }

}
