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
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One stream of OpenAI Responses: typed events that are numbered.
 */
final class ResponsesStream {

    private final Answer answer;

    private final Steps steps = new Steps();

    private int sequenceNumber;

    private int outputIndex;

    ResponsesStream(Answer answer) {
        this.answer = answer;
    }

    List<Steps.Step> steps() {
        if (!this.answer.isErrorOnly()) {
            Object response = OpenAiResponsesDialect.response(this.answer, "in_progress", List.of());
            this.steps.preamble(event("response.created", "response", response)
                    + event("response.in_progress", "response", response));
        }
        // What closes an item goes out with the token that follows, or with the ending
        String pending = reasoning("");
        pending = message(pending);
        pending = functionCalls(pending);
        return end(pending);
    }

    private String reasoning(String pending) {
        String summary = this.answer.reasoning();
        if (summary == null) {
            return pending;
        }
        String id = this.answer.id("rs_");
        String opening = pending + added(OpenAiResponsesDialect.reasoningItem(this.answer, null))
                + event("response.reasoning_summary_part.added", "item_id", id, "output_index", this.outputIndex,
                        "summary_index", 0, "part", OpenAiResponsesDialect.summaryPart(""));
        for (String text : this.answer.reply().reasoningTokens()) {
            this.steps.token(opening + event("response.reasoning_summary_text.delta", "item_id", id, "output_index",
                    this.outputIndex, "summary_index", 0, "delta", text));
            opening = "";
        }
        return event("response.reasoning_summary_text.done", "item_id", id, "output_index", this.outputIndex,
                "summary_index", 0, "text", summary)
                + event("response.reasoning_summary_part.done", "item_id", id, "output_index", this.outputIndex,
                        "summary_index", 0, "part", OpenAiResponsesDialect.summaryPart(summary))
                + done(OpenAiResponsesDialect.reasoningItem(this.answer, summary));
    }

    private String message(String pending) {
        if (this.answer.reply().textTokens().isEmpty()) {
            return pending;
        }
        String id = this.answer.id("msg_");
        String opening = pending + added(OpenAiResponsesDialect.messageItem(this.answer, "in_progress", List.of()))
                + event("response.content_part.added", "item_id", id, "output_index", this.outputIndex, "content_index",
                        0, "part", OpenAiResponsesDialect.textPart(""));
        for (String text : this.answer.reply().textTokens()) {
            this.steps.token(opening + event("response.output_text.delta", "item_id", id, "output_index",
                    this.outputIndex, "content_index", 0, "delta", text, "logprobs", List.of()));
            opening = "";
        }
        Map<String, @Nullable Object> part = OpenAiResponsesDialect.textPart(this.answer.text());
        return event("response.output_text.done", "item_id", id, "output_index", this.outputIndex, "content_index", 0,
                "text", this.answer.text(), "logprobs", List.of())
                + event("response.content_part.done", "item_id", id, "output_index", this.outputIndex, "content_index",
                        0, "part", part)
                + done(OpenAiResponsesDialect.messageItem(this.answer, "completed", List.of(part)));
    }

    private String functionCalls(String pending) {
        String opening = pending;
        for (int i = 0; i < this.answer.toolCalls().size(); i++) {
            Reply.ToolCall call = this.answer.toolCalls().get(i);
            Map<String, @Nullable Object> item = OpenAiResponsesDialect.functionItem(this.answer, i, call,
                    "in_progress", "");
            StringBuilder token = new StringBuilder(opening).append(added(item));
            for (String fragment : call.fragments()) {
                token.append(event("response.function_call_arguments.delta", "item_id", item.get("id"), "output_index",
                        this.outputIndex, "delta", fragment));
            }
            this.steps.token(token.toString());
            opening = event("response.function_call_arguments.done", "item_id", item.get("id"), "output_index",
                    this.outputIndex, "name", call.name(), "arguments", call.arguments())
                    + done(OpenAiResponsesDialect.functionItem(this.answer, i, call, "completed", call.arguments()));
        }
        return opening;
    }

    private List<Steps.Step> end(String pending) {
        Reply.ErrorDetail error = this.answer.error();
        if (error != null) {
            return this.steps.finish(event("error", "code", error.type(), "message", error.message(), "param", null))
                .marker(failed(error))
                .toList();
        }
        String status = OpenAiResponsesDialect.status(this.answer);
        Object response = OpenAiResponsesDialect.response(this.answer, status,
                OpenAiResponsesDialect.output(this.answer));
        return this.steps.finish(pending).marker(event("response." + status, "response", response)).toList();
    }

    private String failed(Reply.ErrorDetail error) {
        Map<String, @Nullable Object> response = OpenAiResponsesDialect.response(this.answer, "failed", List.of());
        response.put("error", Json.object("code", error.type(), "message", error.message()));
        return event("response.failed", "response", response);
    }

    private String added(Map<String, @Nullable Object> item) {
        return event("response.output_item.added", "output_index", this.outputIndex, "item", item);
    }

    private String done(Map<String, @Nullable Object> item) {
        return event("response.output_item.done", "output_index", this.outputIndex++, "item", item);
    }

    private String event(String type, @Nullable Object... fields) {
        Map<String, @Nullable Object> event = Json.object("type", type, "sequence_number", this.sequenceNumber++);
        event.putAll(Json.object(fields));
        return "event: " + type + "\ndata: " + Json.text(event) + "\n\n";
    }

}
