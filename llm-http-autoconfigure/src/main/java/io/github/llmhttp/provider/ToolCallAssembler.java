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

package io.github.llmhttp.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.llmhttp.ToolCall;
import org.jspecify.annotations.Nullable;

/**
 * Puts the tool calls of one answer together from their parts.
 */
final class ToolCallAssembler {

    /** A guard of the heap; providers' own limits are far below. */
    private static final int MAX_CHARS = 16 * 1024 * 1024;

    private final List<Parts> calls = new ArrayList<>(0);

    private int emitted;

    private long chars;

    /**
     * Add a part of a call.
     * @param index the call's number in the answer, -1 if the provider does not number:
     * then an id or a name begins the next call
     */
    void add(int index, @Nullable String id, @Nullable String name, @Nullable String arguments) {
        Parts parts = parts(index, id, isFilled(id) || isFilled(name));
        if (id != null && !id.isEmpty()) {
            parts.id = id;
        }
        if (name != null && !name.isEmpty()) {
            parts.name = name;
        }
        if (arguments != null) {
            this.chars += arguments.length();
            if (this.chars > MAX_CHARS) {
                throw new MalformedPayloadException(
                        "The arguments of the tool calls are larger than " + MAX_CHARS + " characters");
            }
            parts.arguments.append(arguments);
        }
    }

    /**
     * Add a whole call.
     */
    void addWhole(@Nullable String id, @Nullable String name, @Nullable String arguments) {
        Parts parts = new Parts(Integer.MIN_VALUE);
        parts.id = Objects.requireNonNullElse(id, "");
        parts.name = Objects.requireNonNullElse(name, "");
        parts.arguments.append(Objects.requireNonNullElse(arguments, ""));
        this.calls.add(parts);
    }

    private Parts parts(int index, @Nullable String id, boolean begins) {
        for (int i = this.calls.size() - 1; i >= 0; i--) {
            Parts parts = this.calls.get(i);
            if (parts.index == index && (parts.isSame(id) || (index < 0 && !begins))) {
                return parts;
            }
        }
        Parts parts = new Parts(index);
        this.calls.add(parts);
        return parts;
    }

    private static boolean isFilled(@Nullable String text) {
        return text != null && !text.isEmpty();
    }

    /**
     * Hand over the calls that came since the last time, all of which are whole.
     */
    void emit(ContentSink sink) {
        for (Parts parts : this.calls) {
            String id = parts.id.isEmpty() ? "call_" + this.emitted : parts.id;
            this.emitted++;
            sink.toolCall(new ToolCall(id, parts.name, parts.arguments.isEmpty() ? "{}" : parts.arguments.toString()));
        }
        this.calls.clear();
        this.chars = 0;
    }

    private static final class Parts {

        private final int index;

        private String id = "";

        private String name = "";

        private final StringBuilder arguments = new StringBuilder();

        private Parts(int index) {
            this.index = index;
        }

        // Some servers give the same number to all calls, but an id of its own to each
        private boolean isSame(@Nullable String id) {
            if (id == null || id.isEmpty() || this.id.isEmpty()) {
                return this.index >= 0;
            }
            return this.id.equals(id);
        }

    }

}
