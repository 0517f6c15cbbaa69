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
 * OpenAI Responses. An answer is a list of items: reasoning, message, function calls.
 */
final class OpenAiResponsesDialect implements Dialect {

    @Override
    public List<Steps.Step> stream(Answer answer) {
        return new ResponsesStream(answer).steps();
    }

    @Override
    public Map<String, @Nullable Object> whole(Answer answer) {
        return response(answer, status(answer), output(answer));
    }

    static String status(Answer answer) {
        return (incompleteReason(answer) != null) ? "incomplete" : "completed";
    }

    private static @Nullable String incompleteReason(Answer answer) {
        String reason = answer.finishReason();
        if ("length".equals(reason)) {
            return "max_output_tokens";
        }
        return "content_filter".equals(reason) ? reason : null;
    }

    static Map<String, @Nullable Object> response(Answer answer, String status, List<?> output) {
        boolean ended = status.equals("completed") || status.equals("incomplete");
        String incompleteReason = ended ? incompleteReason(answer) : null;
        return Json.object("id", answer.id("resp_"), "object", "response", "created_at",
                answer.created().getEpochSecond(), "status", status, "background", false, "error", null,
                "incomplete_details", (incompleteReason != null) ? Json.object("reason", incompleteReason) : null,
                "instructions", null, "max_output_tokens", null, "model", answer.model(), "output", output,
                "parallel_tool_calls", true, "previous_response_id", null, "reasoning",
                Json.object("effort", null, "summary", null), "service_tier", "default", "store", true, "temperature",
                1.0, "text", Json.object("format", Json.object("type", "text")), "tool_choice", "auto", "tools",
                List.of(), "top_p", 1.0, "truncation", "disabled", "usage", ended ? usage(answer) : null, "user", null,
                "metadata", Json.object());
    }

    static List<Object> output(Answer answer) {
        List<Object> output = new ArrayList<>();
        String reasoning = answer.reasoning();
        if (reasoning != null) {
            output.add(reasoningItem(answer, reasoning));
        }
        if (!answer.reply().textTokens().isEmpty()) {
            output.add(messageItem(answer, "completed", List.of(textPart(answer.text()))));
        }
        for (int i = 0; i < answer.toolCalls().size(); i++) {
            Reply.ToolCall toolCall = answer.toolCalls().get(i);
            output.add(functionItem(answer, i, toolCall, "completed", toolCall.arguments()));
        }
        return output;
    }

    static Map<String, @Nullable Object> reasoningItem(Answer answer, @Nullable String summary) {
        return Json.object("id", answer.id("rs_"), "type", "reasoning", "summary",
                (summary != null) ? List.of(summaryPart(summary)) : List.of());
    }

    static Map<String, @Nullable Object> summaryPart(String text) {
        return Json.object("type", "summary_text", "text", text);
    }

    static Map<String, @Nullable Object> messageItem(Answer answer, String status, List<?> content) {
        return Json.object("id", answer.id("msg_"), "type", "message", "status", status, "role", "assistant", "content",
                content);
    }

    static Map<String, @Nullable Object> textPart(String text) {
        return Json.object("type", "output_text", "text", text, "annotations", List.of(), "logprobs", List.of());
    }

    static Map<String, @Nullable Object> functionItem(Answer answer, int index, Reply.ToolCall toolCall, String status,
            String arguments) {
        return Json.object("id", answer.id("fc_") + "_" + index, "type", "function_call", "status", status, "call_id",
                toolCall.id(), "name", toolCall.name(), "arguments", arguments);
    }

    private static Map<String, @Nullable Object> usage(Answer answer) {
        return Json.object("input_tokens", answer.inputTokens(), "input_tokens_details",
                Json.object("cached_tokens", 0, "cache_write_tokens", 0), "output_tokens", answer.outputTokens(),
                "output_tokens_details", Json.object("reasoning_tokens", answer.reasoningTokens()), "total_tokens",
                answer.inputTokens() + answer.outputTokens());
    }

    @Override
    public Map<String, @Nullable Object> error(String type, String message, String requestId) {
        return new OpenAiChatDialect().error(type, message, requestId);
    }

}
