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
 * Anthropic's Messages API.
 */
final class AnthropicDialect implements ProviderDialect {

    private static final String HOST = "api.anthropic.com";

    private static final String KEY = "x-api-key";

    private static final String VERSION = "anthropic-version";

    @Override
    public String id() {
        return "anthropic";
    }

    @Override
    public String defaultBaseUrl() {
        return "https://" + HOST;
    }

    @Override
    public boolean requiresApiKey(String host) {
        return HOST.equalsIgnoreCase(host);
    }

    @Override
    public String chatPath() {
        return "/v1/messages";
    }

    @Override
    public String probePath() {
        return "/v1/models";
    }

    @Override
    public void authenticate(HttpHeaders headers, @Nullable String apiKey) {
        if (apiKey != null) {
            headers.set(KEY, apiKey);
        }
        if (!headers.containsHeader(VERSION)) {
            headers.set(VERSION, "2023-06-01");
        }
    }

    @Override
    public Set<String> credentialHeaders() {
        return Set.of(KEY, "authorization");
    }

    @Override
    public byte[] body(ChatRequest request, @Nullable String model, boolean stream) {
        return AnthropicBody.write(request, model, stream);
    }

    @Override
    public ChatResult response(byte[] body) {
        ResponseCollector collector = new ResponseCollector();
        new AnthropicDecoder().decodeWhole(body, collector);
        return collector.result();
    }

    @Override
    public StreamFormat streamFormat() {
        return StreamFormat.SSE;
    }

    @Override
    public StreamDecoder decoder() {
        return new RepeatedText(new AnthropicDecoder());
    }

    @Override
    public ProviderError error(int status, HttpHeaders headers, byte[] body) {
        return ProviderErrors.ofStatus(status, body);
    }

}
