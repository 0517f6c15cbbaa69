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

import org.jspecify.annotations.Nullable;

/**
 * A text that comes in pieces, of which there is nearly always one.
 */
final class Pieces {

    private String first = "";

    private @Nullable StringBuilder all;

    void add(String piece) {
        if (this.all != null) {
            this.all.append(piece);
        }
        else if (this.first.isEmpty()) {
            this.first = piece;
        }
        else {
            this.all = new StringBuilder(this.first).append(piece);
        }
    }

    /** All of them, one after another. */
    String joined() {
        return (this.all != null) ? this.all.toString() : this.first;
    }

}
