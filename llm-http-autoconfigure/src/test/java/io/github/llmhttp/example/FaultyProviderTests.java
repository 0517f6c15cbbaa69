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

import io.github.llmhttp.LlmTruncatedException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.test.spring.AutoConfigureMockLlmServer;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static io.github.llmhttp.test.assertj.MockLlmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(properties = "llm.http.model=claude-sonnet-4-5")
@AutoConfigureMockLlmServer(provider = "anthropic", apiKey = "test-key")
class FaultyProviderTests {

    @Autowired
    private LlmWebClient client;

    @Autowired
    private MockLlmServer llm;

    @Test
    void aStreamThatIsCutInsideAnEventIsNoAnswer() {
        this.llm.script(Reply.text("Hel", "lo").fault(Fault.truncate(Moment.insideToken(2))));

        StepVerifier.create(this.client.stream("Say hello"))
            .expectNext("Hel")
            .expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(LlmTruncatedException.class))
            .verify(Duration.ofSeconds(5));
        assertThat(this.llm).hasCalls(1).within(Duration.ofSeconds(1)).hasNoRunningCalls().hasNoOpenConnections();
    }

    @Test
    void aModelThatOnlyShowsSignsOfLifeIsLeft() {
        this.llm.script(Reply.failing(Fault.stall(Moment.FIRST_TOKEN)).pingEvery(Duration.ofMillis(20)));

        StepVerifier.create(this.client.stream("Say hello").take(Duration.ofMillis(300)))
            .expectComplete()
            .verify(Duration.ofSeconds(5));
        assertThat(this.llm).within(Duration.ofSeconds(1)).hasCancelledCalls(1).hasNoOpenConnections();
    }

    @Test
    void anErrorPageOfAProxyIsSurvived() {
        this.llm.script(Reply.errorPage(502), Reply.text("Hello"));

        assertThat(this.client.chat("Say hello").block()).isEqualTo("Hello");
        assertThat(this.llm).hasCalls(2).lastCall().isNotStreaming().hasHeader("x-api-key", "test-key");
    }

}
