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

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A body as the pieces in which it is written, so that pace and faults can act between
 * them.
 */
final class Steps {

    private final List<Step> steps = new ArrayList<>();

    Steps preamble(String bytes) {
        return add(Kind.PREAMBLE, bytes);
    }

    Steps token(String bytes) {
        return add(Kind.TOKEN, bytes);
    }

    Steps finish(String bytes) {
        return add(Kind.FINISH, bytes);
    }

    Steps marker(String bytes) {
        return add(Kind.MARKER, bytes);
    }

    private Steps add(Kind kind, String bytes) {
        this.steps.add(new Step(kind, bytes.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    List<Step> toList() {
        return List.copyOf(this.steps);
    }

    /**
     * Cut a body into equal parts: one for each token, and the last one as end marker.
     * @param body the body
     * @param tokens the number of tokens
     * @return the steps
     */
    static List<Step> ofWhole(byte[] body, int tokens) {
        List<Step> steps = new ArrayList<>();
        int parts = tokens + 1;
        for (int i = 0; i < parts; i++) {
            int from = (int) ((long) body.length * i / parts);
            int to = (int) ((long) body.length * (i + 1) / parts);
            steps.add(new Step((i < tokens) ? Kind.TOKEN : Kind.MARKER, Arrays.copyOfRange(body, from, to)));
        }
        return steps;
    }

    static List<Step> ofWrites(List<byte[]> writes) {
        return writes.stream().map((bytes) -> new Step(Kind.TOKEN, bytes)).toList();
    }

    /**
     * The place of a moment.
     * @param steps the steps
     * @param moment the moment, one after the response headers
     * @return the index of the first step that comes after the moment
     */
    static int indexOf(List<Step> steps, Moment moment) {
        if (moment == Moment.HEADERS) {
            return 0;
        }
        if (moment == Moment.AFTER_END_MARKER) {
            return steps.size();
        }
        int tokens = 0;
        for (int i = 0; i < steps.size(); i++) {
            Kind kind = steps.get(i).kind();
            boolean reached = (moment == Moment.BEFORE_END_MARKER) ? kind == Kind.MARKER
                    : kind.compareTo(Kind.TOKEN) > 0 || (kind == Kind.TOKEN && tokens == moment.tokens());
            if (reached) {
                return i;
            }
            tokens += (kind == Kind.TOKEN) ? 1 : 0;
        }
        return steps.size();
    }

    /**
     * What a step is to the client; in the order in which they come.
     */
    enum Kind {

        PREAMBLE, TOKEN, FINISH, MARKER

    }

    @SuppressWarnings("ArrayRecordComponent")
    record Step(Kind kind, byte[] bytes) {
    }

}
