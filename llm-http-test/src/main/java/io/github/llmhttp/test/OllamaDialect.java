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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Ollama's own API: one JSON object a line, the last one with {@code done: true}.
 */
final class OllamaDialect implements Dialect {

    private final boolean chat;

    OllamaDialect(boolean chat) {
        this.chat = chat;
    }

    @Override
    public String streamType() {
        return "application/x-ndjson";
    }

    @Override
    public String ping() {
        return "\n";
    }

    @Override
    public List<Steps.Step> stream(Answer answer) {
        Steps steps = new Steps();
        answer.reply().reasoningTokens().forEach((text) -> steps.token(line(part(answer, "", text, List.of()))));
        answer.reply().textTokens().forEach((text) -> steps.token(line(part(answer, text, null, List.of()))));
        answer.toolCalls().forEach((toolCall) -> steps.token(line(part(answer, "", null, List.of(toolCall)))));
        Reply.ErrorDetail error = answer.error();
        Object last = (error != null) ? error(error.type(), error.message(), "")
                : ended(answer, part(answer, "", null, List.of()));
        return steps.marker(line(last)).toList();
    }

    private static String line(Object object) {
        return Json.text(object) + "\n";
    }

    @Override
    public Map<String, @Nullable Object> whole(Answer answer) {
        return ended(answer, part(answer, answer.text(), answer.reasoning(), answer.toolCalls()));
    }

    private Map<String, @Nullable Object> part(Answer answer, String text, @Nullable String thinking,
            List<Reply.ToolCall> toolCalls) {
        Map<String, @Nullable Object> content = this.chat ? Json.object("role", "assistant", "content", text)
                : Json.object("response", text);
        if (thinking != null) {
            content.put("thinking", thinking);
        }
        if (this.chat && !toolCalls.isEmpty()) {
            content.put("tool_calls", toolCalls(toolCalls));
        }
        Map<String, @Nullable Object> part = Json.object("model", answer.model(), "created_at",
                answer.created().toString());
        if (this.chat) {
            part.put("message", content);
        }
        else {
            part.putAll(content);
        }
        part.put("done", false);
        return part;
    }

    private static List<Object> toolCalls(List<Reply.ToolCall> toolCalls) {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < toolCalls.size(); i++) {
            Reply.ToolCall toolCall = toolCalls.get(i);
            list.add(Json.object("id", toolCall.id(), "function",
                    Json.object("index", i, "name", toolCall.name(), "arguments", Json.read(toolCall.arguments()))));
        }
        return list;
    }

    private static Map<String, @Nullable Object> ended(Answer answer, Map<String, @Nullable Object> part) {
        part.put("done", true);
        String reason = answer.finishReason();
        if (reason != null) {
            // Ollama ends with "stop" when it calls tools
            part.put("done_reason", reason.equals("tool_calls") ? "stop" : reason);
        }
        part.putAll(Json.object("total_duration", 2_000_000L, "load_duration", 500_000L, "prompt_eval_count",
                answer.inputTokens(), "prompt_eval_duration", 500_000L, "eval_count", answer.outputTokens(),
                "eval_duration", 1_000_000L));
        return part;
    }

    @Override
    public Map<String, @Nullable Object> error(String type, String message, String requestId) {
        return Json.object("error", message);
    }

}
