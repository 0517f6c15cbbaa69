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

package io.github.llmhttp.dns;

import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FailedNamesTests {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);

    private final FailedNames names = new FailedNames(Duration.ofSeconds(2), this.now::get);

    @Test
    void failureIsForgottenAfterItsTime() {
        UnknownHostException error = new UnknownHostException("gone");
        this.names.add("llm.test", error);
        this.now.addAndGet(Duration.ofSeconds(2).toNanos() - 1);
        assertThat(this.names.find("llm.test")).isNotNull().hasMessageContaining("llm.test").hasCause(error);
        this.now.addAndGet(1);
        assertThat(this.names.find("llm.test")).isNull();
    }

    @Test
    void oldestNameIsDroppedWhenThereAreTooMany() {
        for (int i = 0; i <= HostMemory.MAX_HOSTS; i++) {
            this.names.add("host" + i, new UnknownHostException());
        }
        assertThat(this.names.find("host0")).isNull();
        assertThat(this.names.find("host1")).isNotNull();
    }

}
