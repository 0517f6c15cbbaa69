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

package io.github.llmhttp.sample;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;

/**
 * How the embedded mock behaves until it is told otherwise.
 */
enum Mischief {

    /** It answers. */
    BEHAVE,

    /** The first token takes long. */
    SLOW,

    /** Silence in the middle of an answer. */
    STALL,

    /** The connection ends in the middle of an answer. */
    CUT,

    /** Each fourth call is told to come later. */
    LIMIT,

    /** No call is answered. */
    STORM;

    Reply reply(RecordedCall call) {
        return switch (this) {
            case BEHAVE -> DemoAnswers.to(call);
            case SLOW -> DemoAnswers.answer(call).firstAfter(Duration.ofSeconds(3));
            case STALL -> DemoAnswers.answer(call).fault(Fault.stall(Moment.afterTokens(8)));
            case CUT -> DemoAnswers.answer(call).fault(Fault.truncate(Moment.afterTokens(8)));
            case LIMIT -> (call.number() % 4 == 0) ? DemoAnswers.rateLimited("2") : DemoAnswers.answer(call);
            case STORM -> Reply.status(503).error("overloaded_error", "The model is overloaded");
        };
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> ids() {
        return Arrays.stream(values()).map(Mischief::id).toList();
    }

}
