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

package io.github.llmhttp.janitor;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HostMemoryTests {

    private static final long NOTHING = Long.MAX_VALUE;

    private final HostMemory memory = new HostMemory();

    private static long seconds(double seconds) {
        return (long) (seconds * Duration.ofSeconds(1).toNanos());
    }

    private long limitAt(double now) {
        return this.memory.idleLimit(seconds(now));
    }

    private void closed(double after, double now) {
        this.memory.closed(seconds(after), seconds(now));
    }

    @Test
    void oneCloseTeachesNothing() {
        closed(5, 100);
        assertThat(limitAt(100)).isEqualTo(NOTHING);
    }

    @Test
    void twoClosesAfterTheSameSilenceTeachALimitWithMargin() {
        closed(5, 100);
        closed(5.5, 200);
        assertThat(limitAt(200)).isEqualTo(seconds(4));
    }

    @Test
    void marginIsTwoSecondsAtMost() {
        closed(60, 100);
        closed(60, 200);
        assertThat(limitAt(200)).isEqualTo(seconds(58));
    }

    @Test
    void restartTeachesNothing() {
        closed(5, 100);
        closed(5, 100.1);
        closed(5, 100.9);
        assertThat(limitAt(101)).isEqualTo(NOTHING);
    }

    @Test
    void twoRestartsTeachNothing() {
        closed(5, 100);
        closed(17, 200);
        closed(5, 300);
        assertThat(limitAt(300)).isEqualTo(NOTHING);
        closed(5, 400);
        assertThat(limitAt(400)).isEqualTo(seconds(4));
    }

    @Test
    void immediateClosesTeachNothing() {
        closed(0.1, 100);
        closed(0.1, 200);
        assertThat(limitAt(200)).isEqualTo(NOTHING);
    }

    @Test
    void limitIsForgottenAfterTenMinutesWithoutConfirmation() {
        closed(5, 100);
        closed(5, 200);
        assertThat(limitAt(799)).isEqualTo(seconds(4));
        closed(5, 799);
        assertThat(limitAt(1398)).isEqualTo(seconds(4));
        assertThat(limitAt(1399)).isEqualTo(NOTHING);
    }

    @Test
    void distrustHoldsForWhatWasUnusedBefore() {
        assertThat(this.memory.distrusts(0)).isFalse();
        this.memory.distrust(100);
        assertThat(this.memory.distrusts(99)).isTrue();
        assertThat(this.memory.distrusts(100)).isTrue();
        assertThat(this.memory.distrusts(101)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "0, 0", "1, 0", "2, 0", "3, 2000", "4, 3000", "5, 4000", "10, 8000", "60, 58000", "75, 73000" })
    void announcedLimitLeavesAMargin(int announced, long millis) {
        assertThat(IdleMargin.limit(announced)).isEqualTo(Duration.ofMillis(millis).toNanos());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "null",
            value = { "timeout=5, max=100 | 5 | 100", "timeout=5 | 5 | -1", "max=0 | -1 | 0",
                    "Timeout = \"30\" , MAX=7 | 30 | 7", "'' | -1 | -1", "nonsense | -1 | -1", "timeout=-3 | -1 | -1",
                    "timeout=99999999999 | 999999999 | -1", "null | -1 | -1" })
    void readsKeepAliveHeader(String header, int timeout, int max) {
        assertThat(KeepAliveHeader.parse(header)).isEqualTo(new KeepAliveHeader(timeout, max));
    }

}
