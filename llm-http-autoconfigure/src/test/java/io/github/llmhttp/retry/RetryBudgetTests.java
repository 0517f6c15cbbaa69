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
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RetryBudgetTests {

    private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);

    private final RetryBudget budget = new RetryBudget(0.1, this.nanos::get);

    @Test
    void threeAreAlwaysAllowed() {
        this.budget.call();
        assertThat(taken(10)).isEqualTo(3);
    }

    @Test
    void tenthOfTheCallsOfTheLastTenSeconds() {
        calls(200);
        assertThat(taken(100)).isEqualTo(20);
        pass(Duration.ofSeconds(9));
        assertThat(taken(100)).isZero();
        pass(Duration.ofSeconds(1));
        assertThat(taken(100)).isEqualTo(3);
    }

    @Test
    void longSilenceForgetsAll() {
        calls(200);
        assertThat(taken(100)).isEqualTo(20);
        pass(Duration.ofDays(100));
        assertThat(taken(100)).isEqualTo(3);
    }

    @Test
    void outageOfAMinuteIsAnsweredWithATenthMore() {
        int calls = 0;
        int repetitions = 0;
        for (int second = 0; second < 60; second++) {
            for (int call = 0; call < 20; call++) {
                this.budget.call();
                calls++;
                repetitions += taken(2);
                pass(Duration.ofMillis(50));
            }
        }
        assertThat(calls).isEqualTo(1200);
        assertThat((double) (calls + repetitions) / calls).isBetween(1.05, 1.10);
    }

    private void calls(int number) {
        for (int call = 0; call < number; call++) {
            this.budget.call();
        }
    }

    private int taken(int tries) {
        int taken = 0;
        for (int number = 0; number < tries; number++) {
            taken += this.budget.take() ? 1 : 0;
        }
        return taken;
    }

    private void pass(Duration time) {
        this.nanos.addAndGet(time.toNanos());
    }

}
