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

package io.github.llmhttp.test;

import java.util.StringJoiner;

import tools.jackson.databind.JsonNode;

/**
 * Finds the prompt in the request of any provider.
 */
final class Prompts {

    private Prompts() {
    }

    static String last(JsonNode request) {
        if (request.path("prompt").isString()) {
            return request.path("prompt").asString();
        }
        JsonNode input = request.path("input");
        return input.isString() ? input.asString() : lastOfUser(input.isArray() ? input : request.path("messages"));
    }

    private static String lastOfUser(JsonNode messages) {
        String last = "";
        for (JsonNode message : messages) {
            if (message.path("role").asString("").equals("user")) {
                last = text(message.path("content"));
            }
        }
        return last;
    }

    private static String text(JsonNode content) {
        if (content.isString()) {
            return content.asString();
        }
        StringJoiner parts = new StringJoiner("\n");
        for (JsonNode part : content) {
            if (part.path("text").isString()) {
                parts.add(part.path("text").asString());
            }
        }
        return parts.toString();
    }

}
