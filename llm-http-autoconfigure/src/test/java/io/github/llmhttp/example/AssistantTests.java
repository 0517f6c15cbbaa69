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

import java.time.Duration;
import java.util.List;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.test.RetryAfter;
import io.github.llmhttp.test.spring.AutoConfigureMockLlmServer;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static io.github.llmhttp.test.assertj.MockLlmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(properties = "llm.http.model=gpt-4.1-mini")
@AutoConfigureMockLlmServer(provider = "openai", apiKey = "test-key")
class AssistantTests {

    @Autowired
    private LlmWebClient client;

    @Autowired
    private MockLlmServer llm;

    @Test
    void anAnswerIsStreamed() {
        this.llm.script(Reply.words("Hello wonderful world").firstAfter(Duration.ofMillis(50)));

        List<String> tokens = this.client.stream("Say hello").collectList().block();

        assertThat(tokens).containsExactly("Hello ", "wonderful ", "world");
        assertThat(this.llm).onlyCall().isStreaming().hasHeader("Authorization", "Bearer test-key");
    }

    @Test
    void aBusyProviderIsGivenTheTimeItAsksFor() {
        this.llm.script(Reply.status(429).retryAfter(RetryAfter.seconds(1)), Reply.text("Hello"));

        assertThat(this.client.chat("Say hello").block()).isEqualTo("Hello");
        assertThat(this.llm).hasCalls(2).hasPausesOfAtLeast(Duration.ofSeconds(1)).hasUsedUpItsScript();
    }

}
