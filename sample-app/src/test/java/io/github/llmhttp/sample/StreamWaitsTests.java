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
import java.util.Map;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallOperation;
import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.sample.TransportSnapshot.StreamWait;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StreamWaits}.
 */
class StreamWaitsTests {

    private final StreamWaits waits = new StreamWaits();

    @Test
    void keepsTheLatestWhileNobodyTakesThem() {
        for (int i = 1; i <= StreamWaits.MAX + 7; i++) {
            this.waits.attemptEnded(attempt(Duration.ofMillis(i), Duration.ofMillis(2)));
        }
        assertThat(this.waits.take()).hasSize(StreamWaits.MAX).first().extracting(StreamWait::firstToken).isEqualTo(8L);
        assertThat(this.waits.take()).isEmpty();
    }

    @Test
    void leavesOutWhatHadNoToken() {
        this.waits.attemptEnded(attempt(null, null));
        this.waits.attemptEnded(attempt(Duration.ofMillis(5), null));
        assertThat(this.waits.take()).singleElement().satisfies((wait) -> {
            assertThat(wait.firstToken()).isEqualTo(5);
            assertThat(wait.tokenGap()).isNull();
        });
    }

    private static AttemptReport attempt(@Nullable Duration firstToken, @Nullable Duration tokenGap) {
        return new AttemptReport("default", "generic", "127.0.0.1:80", CallOperation.STREAM, "demo", 1, 3,
                CallOutcome.SUCCESS, null, null, 200, null, true, Map.of(), firstToken, tokenGap, Duration.ofSeconds(1),
                9, 9, 100, 1000, null);
    }

}
