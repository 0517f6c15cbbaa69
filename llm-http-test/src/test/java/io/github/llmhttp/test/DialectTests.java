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

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the SDKs do not look at: framing, order, and the formats that have no Java SDK.
 */
class DialectTests {

    private static final Reply RICH = Reply.text("Hel", "lo")
        .reasoning("let me ", "think")
        .toolCall("call_1", "weather", "{\"city\":\"Köln\"}")
        .usage(7, 11);

    @AutoClose
    private final MockLlmServer llm = MockLlmServer.start();

    private final TestClient client = new TestClient(this.llm);

    @Test
    void aChatStreamEndsWithDoneAndHasUsageOnlyIfAsked() throws Exception {
        this.llm.script(Reply.text("a"), Reply.text("a"));
        HttpResponse<String> plain = this.client.post(TestClient.CHAT, "{\"stream\":true}");
        assertThat(plain.headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
        assertThat(plain.body()).endsWith("data: [DONE]\n\n").doesNotContain("usage");
        assertThat(TestClient.events(plain.body())).hasSize(3);
        String usage = this.client
            .post(TestClient.CHAT, "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}")
            .body();
        List<JsonNode> events = TestClient.events(usage);
        assertThat(events.get(3).path("choices").size()).isZero();
        assertThat(events.get(3).path("usage").path("completion_tokens").asInt()).isEqualTo(1);
        assertThat(events.get(0).path("usage").isNull()).isTrue();
    }

    @Test
    void aFinishReasonCanBeMissing() throws Exception {
        this.llm.script(Reply.text("a").finishReason(null));
        String body = this.client.post(TestClient.CHAT, "{\"stream\":true}").body();
        assertThat(body).endsWith("data: [DONE]\n\n").doesNotContain("stop");
    }

    @Test
    void anErrorInsideAChatStreamIsFollowedByDone() throws Exception {
        this.llm.script(Reply.text("a").thenError("server_error", "engine died"));
        String body = this.client.post(TestClient.CHAT, "{\"stream\":true}").body();
        assertThat(body).contains("data: {\"error\":{\"message\":\"engine died\"").endsWith("data: [DONE]\n\n");
    }

    @Test
    void anErrorOfACallThatDoesNotStreamIsAStatus() throws Exception {
        this.llm.script(Reply.text("a").thenError("overloaded_error", "Overloaded"));
        HttpResponse<String> response = this.client.post("/v1/messages", "{}");
        assertThat(response.statusCode()).isEqualTo(529);
        assertThat(response.headers().firstValue("request-id")).isPresent();
        assertThat(response.body()).contains("\"request_id\":\"req_mock");
    }

    @ParameterizedTest
    @CsvSource({ "context_length_exceeded, 400", "invalid_api_key, 401", "model_not_found, 404" })
    void anErrorOfOpenAiHasTheStatusAndTheTypeOfItsCode(String code, int status) throws Exception {
        this.llm.script(Reply.text().thenError(code, "no"));
        HttpResponse<String> response = this.client.post(TestClient.CHAT, "{}");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains("\"type\":\"invalid_request_error\"", "\"code\":\"%s\"".formatted(code));
    }

    @Test
    void aStatusThatIsGivenWinsOverTheCode() throws Exception {
        this.llm.script(Reply.status(500).error("invalid_api_key", "no"));
        HttpResponse<String> response = this.client.post(TestClient.CHAT, "{}");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("\"code\":\"invalid_api_key\"");
    }

    @Test
    void eventsOfAResponseAreNumberedAndNamedInOrder() throws Exception {
        this.llm.script(RICH);
        String body = this.client.post("/v1/responses", "{\"stream\":true,\"input\":\"hi\"}").body();
        List<JsonNode> events = TestClient.events(body);
        assertThat(events).extracting((event) -> event.path("type").asString())
            .containsExactly("response.created", "response.in_progress", "response.output_item.added",
                    "response.reasoning_summary_part.added", "response.reasoning_summary_text.delta",
                    "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done",
                    "response.reasoning_summary_part.done", "response.output_item.done", "response.output_item.added",
                    "response.content_part.added", "response.output_text.delta", "response.output_text.delta",
                    "response.output_text.done", "response.content_part.done", "response.output_item.done",
                    "response.output_item.added", "response.function_call_arguments.delta",
                    "response.function_call_arguments.delta", "response.function_call_arguments.done",
                    "response.output_item.done", "response.completed");
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt(-1)).isEqualTo(i);
            assertThat(body).contains("event: " + events.get(i).path("type").asString() + "\n");
        }
    }

    @Test
    void anErrorInsideAResponseHasItsFieldsAtTheTop() throws Exception {
        this.llm.script(Reply.text().thenError("server_error", "engine died"));
        List<JsonNode> events = TestClient.events(this.client.post("/v1/responses", "{\"stream\":true}").body());
        assertThat(events).hasSize(2);
        assertThat(events.get(0).path("type").asString()).isEqualTo("error");
        assertThat(events.get(0).path("code").asString()).isEqualTo("server_error");
        assertThat(events.get(0).path("message").asString()).isEqualTo("engine died");
        assertThat(events.get(1).path("response").path("status").asString()).isEqualTo("failed");
    }

    @Test
    void aMessageStreamHasOneBlockAfterAnother() throws Exception {
        this.llm.script(RICH);
        String body = this.client.post("/v1/messages", "{\"stream\":true}").body();
        String types = body.lines()
            .filter((line) -> line.startsWith("event: "))
            .map((line) -> line.substring(7).replace("content_block_", ""))
            .collect(Collectors.joining(" "));
        assertThat(types).isEqualTo("message_start ping start delta delta delta stop start delta delta stop "
                + "start delta delta stop message_delta message_stop");
        assertThat(body).contains("thinking_delta", "signature_delta", "input_json_delta").doesNotContain("[DONE]");
    }

    @Test
    void ollamaStreamsLinesUnlessToldNotTo() throws Exception {
        this.llm.script(RICH, RICH);
        HttpResponse<String> response = this.client.post("/api/chat", "{\"model\":\"m\"}");
        assertThat(response.headers().firstValue("content-type")).hasValue("application/x-ndjson");
        List<JsonNode> lines = TestClient.objects(response.body());
        assertThat(lines).extracting((line) -> line.path("message").path("content").asString())
            .containsExactly("", "", "Hel", "lo", "", "");
        assertThat(lines.get(1).path("message").path("thinking").asString()).isEqualTo("think");
        assertOllamaTool(lines.get(4));
        assertOllamaEnd(lines.get(5));
        assertThat(lines.subList(0, 5)).noneMatch((line) -> line.path("done").asBoolean());
        JsonNode whole = this.client.json("/api/chat", "{\"stream\":false}");
        assertThat(whole.path("message").path("content").asString()).isEqualTo("Hello");
        assertThat(whole.path("message").path("thinking").asString()).isEqualTo("let me think");
        assertOllamaTool(whole);
        assertOllamaEnd(whole);
    }

    private static void assertOllamaTool(JsonNode line) {
        JsonNode function = line.path("message").path("tool_calls").path(0).path("function");
        assertThat(function.path("name").asString()).isEqualTo("weather");
        assertThat(function.path("arguments").path("city").asString()).isEqualTo("Köln");
    }

    private static void assertOllamaEnd(JsonNode line) {
        assertThat(line.path("done").asBoolean()).isTrue();
        assertThat(line.path("done_reason").asString()).isEqualTo("stop");
        assertThat(line.path("prompt_eval_count").asInt()).isEqualTo(7);
        assertThat(line.path("eval_count").asInt()).isEqualTo(11);
    }

    @Test
    void ollamaGeneratesTextWithoutMessages() throws Exception {
        this.llm.script(Reply.text("Hel", "lo"));
        List<JsonNode> lines = TestClient
            .objects(this.client.post("/api/generate", "{\"prompt\":\"hi\",\"model\":\"m\"}").body());
        assertThat(lines).extracting((line) -> line.path("response").asString()).containsExactly("Hel", "lo", "");
        assertThat(lines.get(2).path("done_reason").asString()).isEqualTo("stop");
        assertThat(this.llm.call().prompt()).isEqualTo("hi");
    }

    @Test
    void anErrorInsideAnOllamaStreamIsItsLastLine() throws Exception {
        this.llm.script(Reply.text("a").thenError("x", "out of memory"));
        assertThat(this.client.post("/api/chat", "{}").body()).endsWith("\n{\"error\":\"out of memory\"}\n");
    }

    @Test
    void probesAreAnsweredWithoutScript() throws Exception {
        assertThat(this.client.get("/v1/models").body()).contains("\"object\":\"list\"");
        assertThat(this.client.get("/health").body()).isEmpty();
        assertThat(this.client.get("/").body()).isEqualTo("Ollama is running");
        assertThat(this.client.get("/api/version").body()).contains("version");
        for (String path : List.of("/", "/health", "/api/version")) {
            assertThat(this.client.head(path).statusCode()).isEqualTo(200);
        }
        assertThat(this.llm.connections().accepted()).isEqualTo(1);
    }

    @Test
    void anUnknownPathIsNotFound() throws Exception {
        HttpResponse<String> response = this.client.post("/v2/nothing", "{}");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("Unknown request URL: POST /v2/nothing");
    }

}
