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

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Replies to calls that need no script: probes, and paths that do not exist.
 */
final class StockReplies {

    private StockReplies() {
    }

    static @Nullable Reply of(RecordedCall call) {
        return switch (call.protocol()) {
            case MODELS -> Reply.status(200)
                .body(Json.text(Json.object("object", "list", "data", List.of(Json.object("id", "mock", "object",
                        "model", "created", 1_700_000_000L, "owned_by", "llm-http")))));
            case HEALTH -> plain("");
            case VERSION -> Reply.status(200).body("{\"version\":\"0.12.0\"}");
            case ROOT -> plain("Ollama is running");
            case OTHER -> Reply.status(404)
                .error("invalid_request_error", "Unknown request URL: %s %s".formatted(call.method(), call.path()));
            default -> null;
        };
    }

    private static Reply plain(String text) {
        return Reply.status(200).body(text).header("Content-Type", "text/plain; charset=utf-8");
    }

}
