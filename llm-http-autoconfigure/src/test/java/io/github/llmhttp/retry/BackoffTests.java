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

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class BackoffTests {

    @ParameterizedTest
    @CsvSource({ "1, 0.5, 500", "2, 0.5, 1000", "3, 0.5, 2000", "9, 0.5, 30000", "10000, 0.5, 30000", "1, 0, 250",
            "1, 1, 750", "9, 1, 45000" })
    void waitDoublesUpToTheLimitGiveOrTakeTheJitter(int repetition, double random, long millis) {
        assertThat(backoff(random).wait(repetition, null)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({ "1, 0, 10000", "1, 1, 10250", "3, 1, 11000" })
    void waitThatTheServerAsksForIsNeverShortened(int repetition, double random, long millis) {
        assertThat(backoff(random).wait(repetition, Duration.ofSeconds(10))).isEqualTo(Duration.ofMillis(millis));
    }

    /**
     * The wider the jitter, the flatter the wave: 500 ms give or take a half are half a
     * second, 3 s are three.
     */
    @ParameterizedTest
    @CsvSource({ "500, 1, 30", "500, 2, 17", "3000, 1, 10" })
    void hundredClientsThatFailTogetherComeBackApart(long initial, int repetition, int fullest) {
        Random random = new Random(11);
        Backoff backoff = new Backoff(Duration.ofMillis(initial), Duration.ofSeconds(30), 0.5, random::nextDouble);
        Map<Long, Long> bins = IntStream.range(0, 100)
            .mapToObj((client) -> IntStream.rangeClosed(1, repetition)
                .mapToLong((number) -> backoff.wait(number, null).toMillis())
                .sum())
            .collect(Collectors.groupingBy((millis) -> millis / 100, Collectors.counting()));
        assertThat(bins.values()).allMatch((clients) -> clients <= fullest);
    }

    private static Backoff backoff(double random) {
        return new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), 0.5, () -> random);
    }

}
