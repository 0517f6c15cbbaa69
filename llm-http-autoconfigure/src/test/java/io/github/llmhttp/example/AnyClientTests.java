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

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.MockLlmServerExtension;
import io.github.llmhttp.test.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static io.github.llmhttp.test.assertj.MockLlmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(MockLlmServerExtension.class)
class AnyClientTests {

    @Test
    void aModelAnswersAnyClient(MockLlmServer llm) throws Exception {
        llm.script(Reply.text("Hello ", "world"));

        HttpRequest request = HttpRequest.newBuilder(URI.create(llm.url() + "/v1/chat/completions"))
            .header("Authorization", "Bearer test-key")
            .POST(BodyPublishers.ofString("""
                    {"model": "gpt-4.1-mini", "temperature": 0.2, "messages": [{"role": "user", "content": "Hi"}]}"""))
            .build();
        String answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();

        assertThat(answer).contains("Hello world");
        assertThat(llm).onlyCall()
            .hasModel("gpt-4.1-mini")
            .hasPrompt("Hi")
            .hasJson("/temperature", 0.2)
            .hasHeader("Authorization", "Bearer test-key");
    }

}
