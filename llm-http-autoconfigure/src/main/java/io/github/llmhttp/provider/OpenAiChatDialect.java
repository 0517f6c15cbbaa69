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

import java.util.Set;

import io.github.llmhttp.ChatRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * OpenAI's chat completions, and the servers that are compatible with them.
 *
 * @param id the value of {@code provider}
 * @param defaultBaseUrl the provider's public address, if it has one
 * @param probePath path of the request that checks an endpoint
 * @param requestBody how requests are written
 */
record OpenAiChatDialect(String id, @Nullable String defaultBaseUrl, String probePath,
        OpenAiChatBody requestBody) implements ProviderDialect {

    static OpenAiChatDialect openAi() {
        return new OpenAiChatDialect("openai", OpenAiHosts.BASE_URL, "/v1/models",
                new OpenAiChatBody("max_completion_tokens", true));
    }

    static OpenAiChatDialect vllm() {
        return new OpenAiChatDialect("vllm", null, "/health", new OpenAiChatBody("max_tokens", false));
    }

    static OpenAiChatDialect generic() {
        return new OpenAiChatDialect("generic", null, "/v1/models", new OpenAiChatBody("max_tokens", false));
    }

    @Override
    public boolean requiresApiKey(String host) {
        return OpenAiHosts.matches(host);
    }

    @Override
    public String chatPath() {
        return "/v1/chat/completions";
    }

    @Override
    public void authenticate(HttpHeaders headers, @Nullable String apiKey) {
        if (apiKey != null) {
            headers.setBearerAuth(apiKey);
        }
    }

    @Override
    public Set<String> credentialHeaders() {
        return OpenAiHosts.CREDENTIAL_HEADERS;
    }

    @Override
    public byte[] body(ChatRequest request, @Nullable String model, boolean stream) {
        return this.requestBody.write(request, model, stream);
    }

    @Override
    public ChatResult response(byte[] body) {
        ResponseCollector collector = new ResponseCollector();
        new OpenAiChatDecoder().decodeWhole(body, collector);
        return collector.result();
    }

    @Override
    public StreamFormat streamFormat() {
        return StreamFormat.SSE;
    }

    @Override
    public StreamDecoder decoder() {
        return new RepeatedText(new OpenAiChatDecoder());
    }

    @Override
    public ProviderError error(int status, HttpHeaders headers, byte[] body) {
        return ProviderErrors.ofStatus(status, body);
    }

}
