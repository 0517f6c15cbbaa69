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

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.github.llmhttp.FailureKind;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads what providers say of an error. Their forms differ less than servers that imitate
 * them do, so one reader knows all forms.
 */
final class ProviderErrors {

    private static final int MAX_MESSAGE = 300;

    private static final int MAX_TYPE = 80;

    private static final int UNKNOWN = 500;

    private ProviderErrors() {
    }

    /**
     * Read the body of an error status.
     */
    static ProviderError ofStatus(int status, byte[] body) {
        JsonNode json = parse(body, 0, body.length);
        if (json == null || !json.isObject()) {
            return new ProviderError(kind(status, false), status, null, plainMessage(body));
        }
        Said said = Said.by(json);
        return new ProviderError(kind(status, said.quota()), status, said.type(), said.message());
    }

    /**
     * Read an error that came inside a response of status 200.
     */
    static ProviderError inBand(byte[] bytes, int offset, int length) {
        JsonNode json = parse(bytes, offset, length);
        if (json == null || !json.isObject()) {
            return new ProviderError(FailureKind.UPSTREAM_ERROR, UNKNOWN, null, null);
        }
        Said said = Said.by(json);
        return new ProviderError(FailureKind.UPSTREAM_ERROR, said.status(), said.type(), said.message());
    }

    private static @Nullable JsonNode parse(byte[] bytes, int offset, int length) {
        try {
            JsonNode json = JsonBody.MAPPER.readTree(bytes, offset, length);
            // Google's form
            return (json.isArray() && json.size() == 1) ? json.get(0) : json;
        }
        catch (JacksonException ex) {
            // Proxies answer in HTML or plain text
            return null;
        }
    }

    private static FailureKind kind(int status, boolean quota) {
        if (status == 402 || (quota && status < 500)) {
            return FailureKind.QUOTA;
        }
        return switch (status) {
            case 401, 403 -> FailureKind.AUTH;
            case 429 -> FailureKind.RATE_LIMITED;
            case 503, 529 -> FailureKind.OVERLOADED;
            default -> (status >= 500) ? FailureKind.SERVER : FailureKind.BAD_REQUEST;
        };
    }

    private static @Nullable String plainMessage(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        String message = text.startsWith("<") ? OneLine.ofHtml(text, MAX_MESSAGE) : OneLine.of(text, MAX_MESSAGE);
        return message.isEmpty() ? null : message;
    }

    /**
     * The words of an error.
     */
    private record Said(@Nullable String type, @Nullable String message, int status, boolean quota) {

        static Said by(JsonNode body) {
            JsonNode error = error(body);
            // What is more special comes first
            List<String> words = new ArrayList<>();
            addWord(words, error.path("details").path("error_code"));
            addWord(words, error.path("code"));
            addWord(words, error.path("type"));
            // An event's own type says no more than this
            words.remove("error");
            String quota = words.stream().filter(ErrorWords::isQuota).findFirst().orElse(null);
            String type = (quota != null) ? quota : words.isEmpty() ? null : words.get(words.size() - 1);
            return new Said(type, message(body, error), status(body, error, words), quota != null);
        }

        private static JsonNode error(JsonNode body) {
            for (JsonNode error : List.of(body.path("error"), body.path("response").path("error"),
                    body.path("response").path("status_details").path("error"),
                    body.path("choices").path(0).path("error"), body.path("detail").path("error"), body.path("detail"),
                    body.path("errors").path(0))) {
                if (error.isObject()) {
                    return error;
                }
            }
            return body;
        }

        private static void addWord(List<String> words, JsonNode node) {
            if (node.isString() && !node.stringValue().isBlank()) {
                words.add(OneLine.of(node.stringValue(), MAX_TYPE));
            }
        }

        private static @Nullable String message(JsonNode body, JsonNode error) {
            for (JsonNode node : List.of(error.path("message"), body.path("error"), body.path("message"),
                    body.path("detail"), body.path("detail").path(0).path("msg"), body.path("detail").path("error"),
                    body.path("message").path("detail").path(0).path("msg"))) {
                if (node.isString() && !node.stringValue().isBlank()) {
                    return OneLine.of(node.stringValue(), MAX_MESSAGE);
                }
            }
            return null;
        }

        private static int status(JsonNode body, JsonNode error, List<String> words) {
            for (JsonNode said : List.of(error.path("code"), error.path("status"), error.path("status_code"),
                    body.path("status"))) {
                int number = said.asInt(0);
                if (number >= 400 && number <= 599) {
                    return number;
                }
            }
            for (String word : words) {
                int status = ErrorWords.status(word);
                if (status != 0) {
                    return status;
                }
            }
            return UNKNOWN;
        }

    }

}
