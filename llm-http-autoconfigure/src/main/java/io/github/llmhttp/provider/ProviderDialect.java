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
import io.github.llmhttp.ChatResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Speaks one provider's wire format. A bean of this type adds a provider, or replaces the
 * one of the same id. Stateless.
 */
public interface ProviderDialect {

    /**
     * The value of {@code provider} that selects this dialect.
     * @return the id in lower case
     */
    String id();

    /**
     * Base URL used when none is configured.
     * @return scheme, host and port, or {@code null} if one must be configured
     */
    @Nullable String defaultBaseUrl();

    /**
     * Whether the provider at the given host expects a key, so that a missing one is
     * worth a warning.
     * @param host host of the base URL
     * @return whether calls without a key cannot work
     */
    boolean requiresApiKey(String host);

    /**
     * Path of chat requests, after the base URL's prefix.
     * @return the path, such as {@code /v1/chat/completions}
     */
    String chatPath();

    /**
     * Path of the request that checks an endpoint, after the base URL's prefix.
     * @return the path
     */
    String probePath();

    /**
     * Put the key, and what else each request needs, into its headers.
     * @param headers headers of the request
     * @param apiKey the key, or {@code null} without one
     */
    void authenticate(HttpHeaders headers, @Nullable String apiKey);

    /**
     * Names of the headers that carry the key, which never travel to another host.
     * @return the names, in lower case
     */
    Set<String> credentialHeaders();

    /**
     * Write the body of a chat request.
     * @param request what the model is asked
     * @param model the client's model, used if the request names none
     * @param stream whether the answer shall stream
     * @return JSON as UTF-8
     * @throws IllegalArgumentException if the request cannot be said in this dialect, a
     * {@link MissingModelException} if all that it lacks is a model
     */
    byte[] body(ChatRequest request, @Nullable String model, boolean stream);

    /**
     * Read a whole answer.
     * @param body JSON as UTF-8
     * @return the answer or the error that it holds
     * @throws MalformedPayloadException if it is not what the protocol allows
     */
    ChatResult response(byte[] body);

    /**
     * How streams are framed.
     * @return the format
     */
    StreamFormat streamFormat();

    /**
     * Start to read a stream.
     * @return a decoder for one stream
     */
    StreamDecoder decoder();

    /**
     * Read an error response.
     * @param status HTTP status
     * @param headers headers of the response
     * @param body its body, perhaps cut, perhaps not JSON
     * @return what it means
     */
    ProviderError error(int status, HttpHeaders headers, byte[] body);

    /**
     * A whole answer, or the error that a 200 held instead.
     *
     * @param response the answer
     * @param error the error
     */
    record ChatResult(@Nullable ChatResponse response, @Nullable ProviderError error) {
    }

}
