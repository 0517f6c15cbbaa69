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

package io.github.llmhttp.call;

import java.time.Duration;

import io.github.llmhttp.Failure;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeadlineTests {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    // System.nanoTime() may begin just before it overflows
    private long now = Long.MAX_VALUE - SECOND;

    private final Deadline unlimited = new Deadline("b", this.now, Long.MAX_VALUE, "timeout.total");

    @Test
    void theOneThatEndsFirstHolds() {
        Deadline outer = new Deadline("a", this.now, 5 * SECOND, "timeout.total");
        Deadline later = new Deadline("b", this.now + 3 * SECOND, 3 * SECOND, "timeout.total");
        Deadline earlier = new Deadline("b", this.now + 3 * SECOND, SECOND, "timeout.total");
        assertThat(outer.earlier(later)).isSameAs(outer);
        assertThat(later.earlier(outer)).isSameAs(outer);
        assertThat(outer.earlier(earlier)).isSameAs(earlier);
        assertThat(outer.earlier(this.unlimited)).isSameAs(outer);
        assertThat(this.unlimited.earlier(outer)).isSameAs(outer);
        assertThat(this.unlimited.earlier(this.unlimited)).isSameAs(this.unlimited);
    }

    @Test
    void failureNamesTheClientWhoseLimitItIs() {
        Deadline outer = new Deadline("a", this.now, 5 * SECOND, "timeout.total");
        this.now += 2 * SECOND;
        CallContext call = new CallContext("b", "b:443", "POST https://b/v1", Lane.CALL, () -> this.now, 4 * SECOND,
                "timeout.total");
        call.limitBy(outer);
        assertThat(call.next().leftNanos()).isEqualTo(3 * SECOND);
        this.now += 3 * SECOND;
        Failure failure = call.deadline().build();
        assertThat(failure.client()).isEqualTo("a");
        assertThat(failure.elapsed()).isEqualTo(Duration.ofSeconds(5));
        assertThat(call.deadline().toException()).hasMessageContaining("within 5 s")
            .hasMessageContaining("of client 'b'")
            .hasMessageContaining("llm.http.clients.a.timeout.total");
    }

}
