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
 * OpenAI chat completions, with {@code reasoning_content} as vLLM and others have it.
 */
final class OpenAiChatDialect implements Dialect {

    @Override
    public List<Steps.Step> stream(Answer answer) {
        Steps steps = new Steps();
        if (!answer.isErrorOnly()) {
            steps.preamble(delta(answer, Json.object("role", "assistant", "content", "", "refusal", null), null));
        }
        answer.reply().reasoningTokens().forEach((text) -> steps.token(delta(answer, "reasoning_content", text)));
        answer.reply().textTokens().forEach((text) -> steps.token(delta(answer, "content", text)));
        for (int i = 0; i < answer.toolCalls().size(); i++) {
            steps.token(toolCall(answer, i, answer.toolCalls().get(i)));
        }
        Reply.ErrorDetail error = answer.error();
        if (error != null) {
            steps.finish(data(error(error.type(), error.message(), "")));
        }
        else {
            steps.finish(ending(answer));
        }
        return steps.marker("data: [DONE]\n\n").toList();
    }

    private String ending(Answer answer) {
        String ending = (answer.finishReason() != null) ? delta(answer, Json.object(), answer.finishReason()) : "";
        if (includesUsage(answer)) {
            Map<String, @Nullable Object> chunk = chunk(answer, List.of());
            chunk.put("usage", usage(answer));
            ending += data(chunk);
        }
        return ending;
    }

    private String toolCall(Answer answer, int index, Reply.ToolCall toolCall) {
        List<String> fragments = toolCall.fragments();
        Map<String, @Nullable Object> head = Json.object("index", index, "id", toolCall.id(), "type", "function",
                "function", Json.object("name", toolCall.name(), "arguments", fragments.get(0)));
        Map<String, @Nullable Object> rest = Json.object("index", index, "function",
                Json.object("arguments", fragments.get(1)));
        return delta(answer, "tool_calls", List.of(head)) + delta(answer, "tool_calls", List.of(rest));
    }

    private String delta(Answer answer, String field, Object value) {
        return delta(answer, Json.object(field, value), null);
    }

    private String delta(Answer answer, Map<String, @Nullable Object> delta, @Nullable String finishReason) {
        return data(chunk(answer,
                List.of(Json.object("index", 0, "delta", delta, "logprobs", null, "finish_reason", finishReason))));
    }

    private Map<String, @Nullable Object> chunk(Answer answer, List<?> choices) {
        Map<String, @Nullable Object> chunk = Json.object("id", answer.id("chatcmpl-"), "object",
                "chat.completion.chunk", "created", answer.created().getEpochSecond(), "model", answer.model(),
                "service_tier", "default", "system_fingerprint", "fp_mock", "choices", choices);
        if (includesUsage(answer)) {
            chunk.put("usage", null);
        }
        return chunk;
    }

    private static boolean includesUsage(Answer answer) {
        return answer.request().path("stream_options").path("include_usage").asBoolean(false);
    }

    private static String data(Object event) {
        return "data: " + Json.text(event) + "\n\n";
    }

    @Override
    public Map<String, @Nullable Object> whole(Answer answer) {
        Map<String, @Nullable Object> message = Json.object("role", "assistant", "content",
                (answer.reply().textTokens().isEmpty() && !answer.toolCalls().isEmpty()) ? null : answer.text());
        if (answer.reasoning() != null) {
            message.put("reasoning_content", answer.reasoning());
        }
        if (!answer.toolCalls().isEmpty()) {
            message.put("tool_calls", toolCalls(answer));
        }
        message.put("refusal", null);
        message.put("annotations", List.of());
        return Json.object("id", answer.id("chatcmpl-"), "object", "chat.completion", "created",
                answer.created().getEpochSecond(), "model", answer.model(), "choices",
                List.of(Json.object("index", 0, "message", message, "logprobs", null, "finish_reason",
                        answer.finishReason())),
                "usage", usage(answer), "service_tier", "default", "system_fingerprint", "fp_mock");
    }

    private static List<Object> toolCalls(Answer answer) {
        List<Object> toolCalls = new ArrayList<>();
        for (Reply.ToolCall toolCall : answer.toolCalls()) {
            toolCalls.add(Json.object("id", toolCall.id(), "type", "function", "function",
                    Json.object("name", toolCall.name(), "arguments", toolCall.arguments())));
        }
        return toolCalls;
    }

    private static Map<String, @Nullable Object> usage(Answer answer) {
        return Json.object("prompt_tokens", answer.inputTokens(), "completion_tokens", answer.outputTokens(),
                "total_tokens", answer.inputTokens() + answer.outputTokens(), "prompt_tokens_details",
                Json.object("cached_tokens", 0, "audio_tokens", 0), "completion_tokens_details",
                Json.object("reasoning_tokens", answer.reasoningTokens(), "audio_tokens", 0,
                        "accepted_prediction_tokens", 0, "rejected_prediction_tokens", 0));
    }

    @Override
    public Map<String, @Nullable Object> error(String type, String message, String requestId) {
        return Json.object("error", Json.object("message", message, "type", typeOf(type), "param", null, "code", type));
    }

    private static String typeOf(String code) {
        return switch (code) {
            case "context_length_exceeded", "invalid_api_key", "model_not_found" -> "invalid_request_error";
            default -> code;
        };
    }

}
