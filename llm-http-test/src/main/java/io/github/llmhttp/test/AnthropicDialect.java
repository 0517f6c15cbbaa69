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
 * Anthropic Messages: named events, content in blocks.
 */
final class AnthropicDialect implements Dialect {

    private static final String SIGNATURE = "bW9jay1zaWduYXR1cmU=";

    @Override
    public String requestIdHeader() {
        return "request-id";
    }

    @Override
    public String ping() {
        return event("ping");
    }

    @Override
    public List<Steps.Step> stream(Answer answer) {
        Steps steps = new Steps();
        Reply.ErrorDetail error = answer.error();
        if (!answer.isErrorOnly()) {
            steps.preamble(event("message_start", "message", message(answer, List.of(), null, 1)) + ping());
        }
        String ending = blocks(steps, answer);
        if (error != null) {
            return steps
                .marker(event("error", "error", detail(error.type(), error.message()), "request_id", answer.id("req_")))
                .toList();
        }
        ending += event("message_delta", "delta", Json.object("stop_reason", stopReason(answer), "stop_sequence", null),
                "usage", Json.object("input_tokens", answer.inputTokens(), "output_tokens", answer.outputTokens()));
        return steps.finish(ending).marker(event("message_stop")).toList();
    }

    /**
     * Write all blocks.
     * @param steps where to write
     * @param answer the answer
     * @return what closes the last block
     */
    private String blocks(Steps steps, Answer answer) {
        int index = 0;
        String pending = "";
        if (answer.reasoning() != null) {
            pending = block(steps, pending + start(index, thinking("", "")), index, "thinking_delta", "thinking",
                    answer.reply().reasoningTokens());
            pending = delta(index, "signature_delta", "signature", SIGNATURE) + pending;
            index++;
        }
        if (!answer.reply().textTokens().isEmpty()) {
            pending = block(steps, pending + start(index, text("")), index, "text_delta", "text",
                    answer.reply().textTokens());
            index++;
        }
        for (Reply.ToolCall toolCall : answer.toolCalls()) {
            String token = pending + start(index, toolUse(toolCall, Json.object()));
            for (String fragment : toolCall.fragments()) {
                token += delta(index, "input_json_delta", "partial_json", fragment);
            }
            steps.token(token);
            pending = stop(index++);
        }
        return pending;
    }

    private String block(Steps steps, String opening, int index, String type, String field, List<String> pieces) {
        String before = opening;
        for (String piece : pieces) {
            steps.token(before + delta(index, type, field, piece));
            before = "";
        }
        return stop(index);
    }

    private String start(int index, Map<String, @Nullable Object> block) {
        return event("content_block_start", "index", index, "content_block", block);
    }

    private String delta(int index, String type, String field, String value) {
        return event("content_block_delta", "index", index, "delta", Json.object("type", type, field, value));
    }

    private String stop(int index) {
        return event("content_block_stop", "index", index);
    }

    private static String event(String type, @Nullable Object... fields) {
        Map<String, @Nullable Object> event = Json.object("type", type);
        event.putAll(Json.object(fields));
        return "event: " + type + "\ndata: " + Json.text(event) + "\n\n";
    }

    @Override
    public Map<String, @Nullable Object> whole(Answer answer) {
        List<Object> content = new ArrayList<>();
        String reasoning = answer.reasoning();
        if (reasoning != null) {
            content.add(thinking(reasoning, SIGNATURE));
        }
        if (!answer.reply().textTokens().isEmpty()) {
            content.add(text(answer.text()));
        }
        for (Reply.ToolCall toolCall : answer.toolCalls()) {
            content.add(toolUse(toolCall, Json.read(toolCall.arguments())));
        }
        return message(answer, content, stopReason(answer), answer.outputTokens());
    }

    private static Map<String, @Nullable Object> message(Answer answer, List<Object> content,
            @Nullable String stopReason, int outputTokens) {
        return Json.object("id", answer.id("msg_"), "type", "message", "role", "assistant", "model", answer.model(),
                "content", content, "stop_reason", stopReason, "stop_sequence", null, "usage",
                Json.object("input_tokens", answer.inputTokens(), "cache_creation_input_tokens", 0,
                        "cache_read_input_tokens", 0, "output_tokens", outputTokens, "service_tier", "standard"));
    }

    private static Map<String, @Nullable Object> thinking(String thinking, String signature) {
        return Json.object("type", "thinking", "thinking", thinking, "signature", signature);
    }

    private static Map<String, @Nullable Object> text(String text) {
        return Json.object("type", "text", "text", text);
    }

    private static Map<String, @Nullable Object> toolUse(Reply.ToolCall toolCall, Object input) {
        return Json.object("type", "tool_use", "id", toolCall.id(), "name", toolCall.name(), "input", input);
    }

    private static @Nullable String stopReason(Answer answer) {
        String reason = answer.finishReason();
        return (reason == null) ? null : switch (reason) {
            case "stop" -> "end_turn";
            case "length" -> "max_tokens";
            case "tool_calls" -> "tool_use";
            case "content_filter" -> "refusal";
            default -> reason;
        };
    }

    @Override
    public Map<String, @Nullable Object> error(String type, String message, String requestId) {
        return Json.object("type", "error", "error", detail(type, message), "request_id", requestId);
    }

    private static Map<String, @Nullable Object> detail(String type, String message) {
        return Json.object("type", type, "message", message);
    }

}
