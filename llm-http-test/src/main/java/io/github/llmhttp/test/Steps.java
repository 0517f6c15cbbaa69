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
     * @param moment the moment, one within the body
     * @return where what comes after the moment begins
     */
    static Place placeOf(List<Step> steps, Moment moment) {
        if (moment == Moment.AFTER_END_MARKER) {
            return new Place(steps.size(), 0);
        }
        if (moment == Moment.INSIDE_CHARACTER) {
            return insideCharacter(steps);
        }
        int index = indexOf(steps, moment);
        return new Place(index, (index < steps.size()) ? moment.cut().offset(steps.get(index).bytes().length) : 0);
    }

    private static int indexOf(List<Step> steps, Moment moment) {
        boolean marker = moment == Moment.BEFORE_END_MARKER || moment == Moment.INSIDE_END_MARKER;
        // What is cut within a token comes before it has been written
        int before = moment.tokens() - ((moment.isCounted() && moment.cut() != Moment.Cut.WHOLE) ? 1 : 0);
        int tokens = 0;
        for (int i = 0; i < steps.size(); i++) {
            Kind kind = steps.get(i).kind();
            boolean reached = marker ? kind == Kind.MARKER
                    : kind.compareTo(Kind.TOKEN) > 0 || (kind == Kind.TOKEN && tokens == before);
            if (reached) {
                return i;
            }
            tokens += (kind == Kind.TOKEN) ? 1 : 0;
        }
        return steps.size();
    }

    private static Place insideCharacter(List<Step> steps) {
        for (int i = 0; i < steps.size(); i++) {
            byte[] bytes = steps.get(i).bytes();
            for (int offset = 0; offset < bytes.length; offset++) {
                if ((bytes[offset] & 0xC0) == 0xC0) {
                    return new Place(i, offset + 1);
                }
            }
        }
        return new Place(steps.size(), 0);
    }

    /**
     * What a step is to the client; in the order in which they come.
     */
    enum Kind {

        PREAMBLE, TOKEN, FINISH, MARKER

    }

    /**
     * A place in a body.
     *
     * @param index the index of the step
     * @param offset the number of its bytes that come before the place
     */
    record Place(int index, int offset) {
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Step(Kind kind, byte[] bytes) {
    }

}
