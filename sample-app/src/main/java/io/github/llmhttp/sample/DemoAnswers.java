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
import java.util.concurrent.ThreadLocalRandom;

import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;

/**
 * What the embedded mock server says, at the pace of a model. The prompts {@code /429},
 * {@code /503} and {@code /cut} show what a failure looks like, {@code /busy} how another
 * model answers.
 */
final class DemoAnswers {

    /** Answers where any other model is busy. */
    static final String FALLBACK_MODEL = "demo-small";

    /** Asked by the load of the live page, and answered in short. */
    static final String LOAD_PROMPT = "/load";

    private static final int TOPIC_LENGTH = 80;

    private static final String SHORT_TEXT = """
            One of many answers to nobody: short, so that a few of them make a load, and long enough that you see \
            them share the pool.""";

    private static final String TEXT = """
            You asked: “%s” I do not know the answer, because I am not a model. A mock server inside this \
            application makes me up word by word, so that you can watch a stream without a key and without a \
            network.

            The first word takes about 300 ms, each further one about 40 ms. On its way to you it passes the same \
            client that would talk to OpenAI, Anthropic, vLLM or Ollama: the client takes a connection from its \
            pool, hands on each token as it comes, and gives the connection back after the end marker. Press Stop \
            while I speak, and that connection is closed at once.

            Send /429, /503 or /cut to see a failure, and /busy to see another model answer. To hear a real model, start \
            the application again with LLM_PROVIDER or LLM_BASE_URL.""";

    private DemoAnswers() {
    }

    static Reply to(RecordedCall call) {
        return switch (call.prompt().strip()) {
            // Longer than the client waits by itself, so that the page shows it
            case "/429" -> rateLimited("120");
            case "/503" -> overloaded();
            case "/busy" -> call.model().equals(FALLBACK_MODEL) ? answer(call) : overloaded();
            case "/cut" -> answer(call).fault(Fault.truncate(Moment.afterTokens(25)));
            default -> answer(call);
        };
    }

    static Reply rateLimited(String seconds) {
        return Reply.status(429)
            .header("Retry-After", seconds)
            .error("rate_limit_exceeded", "Rate limit reached for requests");
    }

    // Nobody waits so long by itself: the next model is asked at once
    private static Reply overloaded() {
        return Reply.status(503).header("Retry-After", "120").error("overloaded_error", "The model is overloaded");
    }

    static Reply answer(RecordedCall call) {
        if (call.prompt().equals(LOAD_PROMPT)) {
            return Reply.words(SHORT_TEXT).firstAfter(unevenly(150, 450)).gap(unevenly(30, 70));
        }
        return Reply.words(TEXT.formatted(topic(call.prompt())))
            .firstAfter(Duration.ofMillis(300))
            .gap(call.isStreaming() ? Duration.ofMillis(40) : Duration.ZERO);
    }

    private static Duration unevenly(int minMillis, int maxMillis) {
        return Duration.ofMillis(ThreadLocalRandom.current().nextInt(minMillis, maxMillis));
    }

    private static String topic(String prompt) {
        String line = prompt.strip().replaceAll("\\s+", " ");
        if (line.codePointCount(0, line.length()) <= TOPIC_LENGTH) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, TOPIC_LENGTH)).stripTrailing() + "…";
    }

}
