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
package io.github.llmhttp.retry;

import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.llmhttp.LlmHttpException;
import org.jspecify.annotations.Nullable;

/**
 * How a call can be repeated.
 *
 * @param obstacle why the request cannot be sent again, as half a sentence; {@code null}
 * if it can
 * @param other whether the next attempt would go to another endpoint than those before
 * @param restarted the item that says that a stream begins anew, {@code null} if it never
 * does
 * @param handsOver whether what an attempt emits is a response that is not read yet, so
 * that others say how it ended
 * @param <T> what the call emits
 */
public record Repetition<T>(Supplier<@Nullable String> obstacle, BooleanSupplier other,
        @Nullable Function<LlmHttpException, T> restarted, boolean handsOver) {

    /**
     * A call that can be repeated at the same place, up to its first content.
     * @param <T> what the call emits
     * @return the repetition
     */
    public static <T> Repetition<T> plain() {
        return new Repetition<>(() -> null, () -> false, null, false);
    }

}
