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

package io.github.llmhttp.client;

import java.time.Duration;

import io.github.llmhttp.LlmWebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls side by side, several times; each pause between two of them ends within 15 ms of
 * the time after which the server closes an unused connection.
 *
 * @param number how often
 * @param calls how many side by side
 * @param limit the server's limit
 */
record Waves(int number, int calls, Duration limit) {

    private static final Duration LONG = Duration.ofSeconds(60);

    /**
     * Assert that each call has the answer "ok".
     */
    void assertAllAnsweredBy(LlmWebClient client) {
        Long answers = calls(client).doOnNext((answer) -> assertThat(answer).isEqualTo("ok")).count().block(LONG);
        assertThat(answers).isEqualTo((long) this.number * this.calls);
        assertThat(client.poolStats().acquired()).isZero();
    }

    private Flux<String> calls(LlmWebClient client) {
        return Flux.range(0, this.calls).flatMap((call) -> {
            Duration pause = this.limit.minusMillis(15)
                .plus(Duration.ofMillis(30).multipliedBy(call).dividedBy(this.calls));
            return Flux.range(0, this.number)
                .concatMap((wave) -> ((wave > 0) ? Mono.delay(pause) : Mono.empty()).then(client.chat("Hi")));
        }, this.calls);
    }

}
