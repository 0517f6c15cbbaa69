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

package io.github.llmhttp.pool;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PoolLimitsTests {

    private final PoolProperties properties = new PoolProperties();

    @ParameterizedTest
    @CsvSource({ "1, 1, 100", "2, 1, 100", "5, 4, 100", "10, 9, 100", "20, 18, 100", "100, 90, 400", "200, 180, 800" })
    void followsTheTotalWhereUnset(int total, int streams, int pending) {
        this.properties.setMaxConnections(total);
        assertThat(PoolLimits.of(this.properties))
            .isEqualTo(new PoolLimits(total, total, streams, Math.max(1, streams / 2), total, pending));
    }

    @Test
    void takesWhatIsSet() {
        this.properties.setMaxConnections(50);
        this.properties.setMaxConnectionsPerHost(20);
        this.properties.setMaxStreams(50);
        this.properties.setMaxIdleConnections(0);
        this.properties.setMaxPendingAcquires(0);
        assertThat(PoolLimits.of(this.properties)).isEqualTo(new PoolLimits(50, 20, 50, 25, 0, 0));
    }

    @Test
    void neverExceedsTheTotal() {
        this.properties.setMaxConnections(10);
        this.properties.setMaxConnectionsPerHost(20);
        this.properties.setMaxStreams(20);
        this.properties.setMaxIdleConnections(20);
        assertThat(PoolLimits.of(this.properties)).isEqualTo(new PoolLimits(10, 10, 10, 5, 10, 100));
    }

}
