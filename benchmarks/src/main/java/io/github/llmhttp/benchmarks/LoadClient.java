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

package io.github.llmhttp.benchmarks;

import java.util.function.IntConsumer;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A client under load. Each speaks to {@code /v1/chat/completions} of the server as its
 * users would let it.
 */
interface LoadClient extends AutoCloseable {

    /** What is asked, about 100 bytes. */
    String PROMPT = "Explain in a few sentences why pooled connections go stale, and what a client does about it.";

    /**
     * Ask for a whole answer.
     * @param model the model
     * @return completes with the number of characters of the answer
     */
    Mono<Integer> chat(String model);

    /**
     * Ask for a stream.
     * @param model the model
     * @param tokens told the number of tokens that have come, each time that some come
     * @return completes at the end of the stream
     */
    Mono<Void> stream(String model, IntConsumer tokens);

    /**
     * Subscribe as an application does that writes tokens somewhere: without a further
     * operator, whose price would be counted as the client's.
     */
    static Mono<Void> read(Flux<String> text, IntConsumer tokens) {
        return Mono
            .create((sink) -> sink.onCancel(text.subscribe((token) -> tokens.accept(1), sink::error, sink::success)));
    }

    @Override
    default void close() {
    }

}
