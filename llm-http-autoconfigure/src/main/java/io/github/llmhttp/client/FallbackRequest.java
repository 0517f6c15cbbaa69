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

package io.github.llmhttp.client;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.config.BaseUrl;
import io.github.llmhttp.config.ClientSettings;
import org.jspecify.annotations.Nullable;

/**
 * What of a request goes to a fallback. Headers and query parameters may hold a key,
 * which must not travel to another company; further fields of the body mean nothing to
 * another provider.
 */
final class FallbackRequest {

    private static final String MODEL = "model";

    private FallbackRequest() {
    }

    /**
     * The request for another model of the same client.
     */
    static ChatRequest withModel(ChatRequest request, @Nullable String model) {
        return (model == null) ? request
                : request.mutate().model(model).fields((fields) -> fields.remove(MODEL)).build();
    }

    /**
     * The request for another client.
     * @param request what was asked at first
     * @param asked the client that was asked
     * @param fallback the client that is asked now
     * @return the request, {@code null} if nothing is left of it that the other client
     * understands
     */
    static @Nullable ChatRequest of(ChatRequest request, ClientSettings asked, ClientSettings fallback) {
        boolean sameOrigin = isSameOrigin(asked, fallback);
        boolean sameProvider = asked.provider().equals(fallback.provider());
        if (!sameProvider && request.messages().isEmpty()) {
            return null;
        }
        ChatRequest.Builder builder = request.mutate();
        if (!sameOrigin) {
            builder.headers((headers) -> headers.clear()).query((query) -> query.clear());
        }
        if (!sameProvider) {
            builder.fields((fields) -> fields.clear());
        }
        return withModel(builder.build(), fallback.model());
    }

    /** Whether nobody hears of the request who could not have heard of it before. */
    private static boolean isSameOrigin(ClientSettings asked, ClientSettings fallback) {
        return fallback.endpoints()
            .stream()
            .allMatch((there) -> asked.endpoints().stream().anyMatch((here) -> isSameOrigin(here.url(), there.url())));
    }

    private static boolean isSameOrigin(BaseUrl one, BaseUrl other) {
        return one.scheme().equals(other.scheme()) && one.host().equals(other.host()) && one.port() == other.port();
    }

    /**
     * The model that a request asks for.
     */
    static @Nullable String model(ChatRequest request, ClientSettings client) {
        if (request.fields().get(MODEL) instanceof String model) {
            return model;
        }
        return (request.model() != null) ? request.model() : client.model();
    }

}
