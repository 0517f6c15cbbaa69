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

    synchronized void add(Predicate<RecordedCall> when, Reply reply) {
        this.entries.add(new Entry(when, reply.validated()));
    }

    synchronized void otherwise(Function<RecordedCall, Reply> otherwise) {
        this.otherwise = otherwise;
    }

    synchronized void reset() {
        this.entries.clear();
        this.otherwise = Script::echo;
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
        return (entry != null) ? entry.reply().fault() : null;
    }

    /**
     * Take the reply to a call.
     * @param call the call
     * @return the scripted reply, or {@code null} if none waits for such a call
     */
    synchronized @Nullable Reply onCall(RecordedCall call) {
        Entry entry = take((candidate) -> !candidate.isForConnection() && candidate.when().test(call));
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

    private static Reply echo(RecordedCall call) {
        return Reply.words("This is a mock model. You said: " + call.prompt());
    }

    private record Entry(Predicate<RecordedCall> when, Reply reply) {

        boolean isForConnection() {
            Fault fault = this.reply.fault();
            return fault != null && fault.moment() == Moment.ACCEPT;
        }

    }

}
