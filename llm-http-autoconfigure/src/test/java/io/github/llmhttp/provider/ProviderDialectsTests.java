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

package io.github.llmhttp.provider;

import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ProviderDialectsTests {

    private final ProviderDialects dialects = new ProviderDialects();

    @ParameterizedTest
    @CsvSource(nullValues = "-",
            value = { "openai,https://api.openai.com,/v1/chat/completions,/v1/models,SSE",
                    "openai-responses,https://api.openai.com,/v1/responses,/v1/models,SSE",
                    "anthropic,https://api.anthropic.com,/v1/messages,/v1/models,SSE",
                    "ollama,http://localhost:11434,/api/chat,/api/version,NDJSON",
                    "vllm,-,/v1/chat/completions,/health,SSE", "generic,-,/v1/chat/completions,/v1/models,SSE" })
    void providerIsFoundByItsId(String id, String url, String chatPath, String probePath, StreamFormat format) {
        ProviderDialect dialect = this.dialects.get(id.toUpperCase(Locale.ROOT));
        assertThat(dialect.id()).isEqualTo(id);
        assertThat(dialect.defaultBaseUrl()).isEqualTo(url);
        assertThat(dialect.chatPath()).isEqualTo(chatPath);
        assertThat(dialect.probePath()).isEqualTo(probePath);
        assertThat(dialect.streamFormat()).isEqualTo(format);
        assertThat(this.dialects.ids()).contains(id).hasSize(6);
    }

    @Test
    void unknownProviderIsRefusedWithTheNearest() {
        assertThatIllegalArgumentException().isThrownBy(() -> this.dialects.get("antropic"))
            .withMessage("Unknown provider 'antropic', did you mean 'anthropic'?; known are "
                    + "[openai, openai-responses, anthropic, ollama, vllm, generic]");
        assertThatIllegalArgumentException().isThrownBy(() -> this.dialects.get("bedrock"))
            .withMessageStartingWith("Unknown provider 'bedrock'; known are [");
    }

    @ParameterizedTest
    @CsvSource({ "api.openai.com,openai", "API.OpenAI.com,openai", "my.openai.azure.com,openai",
            "api.anthropic.com,anthropic", "localhost,generic", "api.mistral.ai,generic", "10.0.0.1,generic",
            "api.openai.com.evil.example,generic" })
    void hostSuggestsTheProvider(String host, String id) {
        assertThat(this.dialects.byHost(host).id()).isEqualTo(id);
    }

    @Test
    void othersAreAddedAndReplace() {
        ProviderDialect mine = new OpenAiChatDialect("mine", "https://llm.example", "/up",
                new OpenAiChatBody("max_tokens", false));
        ProviderDialect vllm = new OpenAiChatDialect("vllm", null, "/up", new OpenAiChatBody("max_tokens", false));
        ProviderDialects more = new ProviderDialects(List.of(mine, vllm));
        assertThat(more.get("mine")).isSameAs(mine);
        assertThat(more.get("vllm")).isSameAs(vllm);
        assertThat(more.byHost("llm.example")).isSameAs(mine);
        assertThat(more.ids()).containsExactly("openai", "openai-responses", "anthropic", "ollama", "vllm", "generic",
                "mine");
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "ollama", "vllm", "generic" })
    void keyIsABearer(String id) {
        HttpHeaders headers = new HttpHeaders();
        this.dialects.get(id).authenticate(headers, "k1");
        assertThat(headers.headerSet()).hasSize(1);
        assertThat(headers.getFirst("Authorization")).isEqualTo("Bearer k1");
        assertThat(this.dialects.get(id).credentialHeaders()).contains("authorization");
        HttpHeaders none = new HttpHeaders();
        this.dialects.get(id).authenticate(none, null);
        assertThat(none.isEmpty()).isTrue();
    }

    @Test
    void keyOfAnthropicHasAHeaderOfItsOwn() {
        ProviderDialect anthropic = this.dialects.get("anthropic");
        HttpHeaders headers = new HttpHeaders();
        anthropic.authenticate(headers, "k1");
        assertThat(headers.headerSet()).hasSize(2);
        assertThat(headers.getFirst("x-api-key")).isEqualTo("k1");
        assertThat(headers.getFirst("anthropic-version")).isEqualTo("2023-06-01");
        assertThat(anthropic.credentialHeaders()).contains("x-api-key", "authorization");
        HttpHeaders given = new HttpHeaders();
        given.set("anthropic-version", "2030-01-01");
        anthropic.authenticate(given, null);
        assertThat(given.headerSet()).hasSize(1);
        assertThat(given.getFirst("anthropic-version")).isEqualTo("2030-01-01");
    }

    @ParameterizedTest
    @CsvSource({ "openai,api.openai.com,true", "openai,x.openai.azure.com,true", "openai,localhost,false",
            "openai-responses,api.openai.com,true", "anthropic,api.anthropic.com,true", "anthropic,localhost,false",
            "ollama,localhost,false", "ollama,ollama.com,true", "vllm,gpu.internal,false", "generic,localhost,false" })
    void keyIsExpectedAtPublicHosts(String id, String host, boolean required) {
        assertThat(this.dialects.get(id).requiresApiKey(host)).isEqualTo(required);
    }

}
