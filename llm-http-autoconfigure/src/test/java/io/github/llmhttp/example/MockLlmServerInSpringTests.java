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

package io.github.llmhttp.example;

import java.util.HashSet;
import java.util.Set;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.test.spring.AutoConfigureMockLlmServer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

import static io.github.llmhttp.test.assertj.MockLlmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The annotation with the real starter: clients with names, caching, and a fresh start
 * for each test.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE,
        properties = { "llm.http.clients.fast.model=m", "llm.http.clients.local.model=m",
                "the.url=${mock-llm-server.url}/v1" })
@AutoConfigureMockLlmServer(value = { "llm.http.clients.fast.base-url", "llm.http.clients.local.base-url" },
        provider = "ollama")
class MockLlmServerInSpringTests {

    private static final Set<Integer> ports = new HashSet<>();

    @Autowired
    private MockLlmServer llm;

    @RepeatedTest(2)
    void eachTestFindsAnEmptyServer(@Autowired @Qualifier("fast") LlmWebClient fast) {
        assertThat(this.llm).hasNoCalls().hasUsedUpItsScript();
        this.llm.script(Reply.text("used"), Reply.text("not used"));
        assertThat(fast.chat("Hi").block()).isEqualTo("used");
        assertThat(this.llm).onlyCall().hasPath("/api/chat");
        ports.add(this.llm.port());
        assertThat(ports).hasSize(1);
    }

    @Test
    void clientsWithNamesShareTheServer(@Autowired @Qualifier("local") LlmWebClient local,
            @Autowired @Qualifier("fast") LlmWebClient fast) {
        fast.chat("Hi").block();
        local.chat("Hi").block();
        assertThat(this.llm).hasCalls(2);
        ports.add(this.llm.port());
        assertThat(ports).hasSize(1);
    }

    @Test
    void theAddressIsThereForOtherProperties(@Value("${the.url}") String url) {
        assertThat(url).isEqualTo(this.llm.url() + "/v1");
    }

    @Nested
    class InANestedClass {

        @Test
        void theServerIsTheSame(@Autowired MockLlmServer same) {
            ports.add(same.port());
            assertThat(ports).hasSize(1);
        }

    }

}
