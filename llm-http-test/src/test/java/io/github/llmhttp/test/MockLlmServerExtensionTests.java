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

package io.github.llmhttp.test;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(MockLlmServerExtension.class)
class MockLlmServerExtensionTests {

    private static int port;

    @Test
    void oneTestSeesAFreshServer(MockLlmServer llm) throws Exception {
        assertFreshAndUse(llm);
    }

    @Test
    void anotherTestSeesTheSameServerWithoutRecords(MockLlmServer llm) throws Exception {
        assertFreshAndUse(llm);
    }

    @AfterAll
    static void theServerStillRuns(MockLlmServer llm) {
        assertThat(llm.port()).isEqualTo(port);
    }

    private static void assertFreshAndUse(MockLlmServer llm) throws Exception {
        assertThat(llm.calls()).isEmpty();
        assertThat(llm.remaining()).isZero();
        assertThat(port).isIn(0, llm.port());
        port = llm.port();
        llm.script(Reply.text("used"), Reply.text("unused"));
        new TestClient(llm).post(TestClient.CHAT, "{}");
        assertThat(llm.calls()).hasSize(1);
    }

    @Nested
    class InANestedClass {

        @Test
        void theServerIsTheSame(MockLlmServer llm) throws Exception {
            assertFreshAndUse(llm);
        }

    }

}
