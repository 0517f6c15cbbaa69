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

package io.github.llmhttp.proxy;

import java.net.InetSocketAddress;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class NonProxyHostsTests {

    @ParameterizedTest
    @CsvSource({ "localhost, localhost", "LocalHost, LOCALHOST", "*.internal, vllm.team.internal", "10.*, 10.1.2.3",
            "*gpu*, my-gpu-7.test", "*, any.test", "' spaces.test ', spaces.test" })
    void matches(String pattern, String host) {
        assertThat(isDirect(host, pattern)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "localhost, localhost.test", "*.internal, internal", "10.*, 110.1.2.3", "a.test, axtest", "'a|b', a",
            "a.*.test, a.b.test" })
    void doesNotMatch(String pattern, String host) {
        assertThat(isDirect(host, pattern)).isFalse();
    }

    @Test
    void oneOfSeveralIsEnough() {
        assertThat(isDirect("b.test", "a.test", "b.test")).isTrue();
    }

    @Test
    void withoutPatternsNothingIsDirect() {
        assertThat(isDirect("any.test")).isFalse();
    }

    private static boolean isDirect(String host, String... patterns) {
        return new NonProxyHosts(List.of(patterns)).test(InetSocketAddress.createUnresolved(host, 443));
    }

}
