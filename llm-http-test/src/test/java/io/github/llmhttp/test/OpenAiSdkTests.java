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

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * OpenAI's own SDK reads the replies, with its validation of required fields.
 */
class OpenAiSdkTests {

    private static final Reply RICH = Reply.text("Hel", "lo")
        .reasoning("let me ", "think")
        .toolCall("call_1", "weather", "{\"city\":\"Köln\"}")
        .usage(7, 11);

    @AutoClose
    private final MockLlmServer llm = MockLlmServer.start();

    @AutoClose("close")
    private final OpenAIClient client = OpenAIOkHttpClient.builder()
        .baseUrl(this.llm.url() + "/v1")
        .apiKey("sk-test")
        .maxRetries(0)
        .responseValidation(true)
        .timeout(Duration.ofSeconds(5))
        .build();

    private final ChatCompletionCreateParams chat = ChatCompletionCreateParams.builder()
        .model("gpt-test")
        .addUserMessage("Say hello")
        .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
        .build();

    private final ResponseCreateParams responses = ResponseCreateParams.builder()
        .model("gpt-test")
        .input("Say hello")
        .build();

    @Test
    void readsAChatCompletion() {
        this.llm.script(RICH);
        assertRich(this.client.chat().completions().create(this.chat));
    }

    @Test
    void readsAChatCompletionStream() {
        this.llm.script(RICH);
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        List<ChatCompletionChunk> chunks = chatStream();
        chunks.forEach((chunk) -> accumulator.accumulate(chunk.validate()));
        assertRich(accumulator.chatCompletion());
        assertThat(chunks.get(chunks.size() - 1).choices()).isEmpty();
    }

    private static void assertRich(ChatCompletion completion) {
        completion.validate();
        assertThat(completion.model()).isEqualTo("gpt-test");
        ChatCompletion.Choice choice = completion.choices().get(0);
        assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        assertThat(choice.message().content()).hasValue("Hello");
        assertThat(choice.message().toolCalls().orElseThrow().get(0).asFunction().function().arguments())
            .isEqualTo("{\"city\":\"Köln\"}");
        assertThat(completion.usage().orElseThrow().totalTokens()).isEqualTo(18);
    }

    @Test
    void raisesAnErrorInsideAChatStream() {
        this.llm.script(Reply.text("a", "b").thenError("server_error", "engine died"));
        assertThatExceptionOfType(SseException.class).isThrownBy(this::chatStream).withMessageContaining("engine died");
    }

    @Test
    void raisesAnErrorThatIsTheFirstEventOfAChatStream() {
        this.llm.script(Reply.text().thenError("server_error", "engine died"));
        assertThatExceptionOfType(SseException.class).isThrownBy(this::chatStream).withMessageContaining("engine died");
    }

    @Test
    void raisesAStatusAsItsException() {
        this.llm.script(Reply.status(429).error("insufficient_quota", "no money"));
        assertThatExceptionOfType(RateLimitException.class)
            .isThrownBy(() -> this.client.chat().completions().create(this.chat))
            .satisfies((ex) -> assertThat(ex.code()).hasValue("insufficient_quota"))
            .withMessageContaining("no money");
    }

    private List<ChatCompletionChunk> chatStream() {
        try (StreamResponse<ChatCompletionChunk> stream = this.client.chat().completions().createStreaming(this.chat)) {
            return stream.stream().toList();
        }
    }

    @Test
    void readsAResponse() {
        this.llm.script(RICH);
        assertRich(this.client.responses().create(this.responses));
    }

    @Test
    void readsAResponseStream() {
        this.llm.script(RICH);
        ResponseAccumulator accumulator = ResponseAccumulator.create();
        List<ResponseStreamEvent> events = responseStream();
        events.forEach((event) -> accumulator.accumulate(event.validate()));
        assertRich(accumulator.response());
        assertThat(events).filteredOn(ResponseStreamEvent::isOutputTextDelta)
            .extracting((event) -> event.asOutputTextDelta().delta())
            .containsExactly("Hel", "lo");
        assertThat(events).filteredOn(ResponseStreamEvent::isReasoningSummaryTextDelta)
            .extracting((event) -> event.asReasoningSummaryTextDelta().delta())
            .containsExactly("let me ", "think");
        assertThat(events.stream()
            .filter(ResponseStreamEvent::isFunctionCallArgumentsDelta)
            .map((event) -> event.asFunctionCallArgumentsDelta().delta())
            .collect(Collectors.joining())).isEqualTo("{\"city\":\"Köln\"}");
    }

    private static void assertRich(Response response) {
        response.validate();
        assertThat(response.status()).hasValue(ResponseStatus.COMPLETED);
        assertThat(response.output()).hasSize(3);
        assertThat(response.output().get(0).asReasoning().summary().get(0).text()).isEqualTo("let me think");
        assertThat(response.output().get(1).asMessage().content().get(0).asOutputText().text()).isEqualTo("Hello");
        assertThat(response.output().get(2).asFunctionCall().callId()).isEqualTo("call_1");
        assertThat(response.output().get(2).asFunctionCall().arguments()).isEqualTo("{\"city\":\"Köln\"}");
        assertThat(response.usage().orElseThrow().totalTokens()).isEqualTo(18);
    }

    @Test
    void readsAResponseThatIsTooLong() {
        this.llm.script(Reply.text("a").finishReason("length"));
        List<ResponseStreamEvent> events = responseStream();
        Response last = events.get(events.size() - 1).validate().asIncomplete().response();
        assertThat(last.incompleteDetails().orElseThrow().reason().orElseThrow().asString())
            .isEqualTo("max_output_tokens");
    }

    @Test
    void readsAnErrorInsideAResponseStream() {
        this.llm.script(Reply.text("a").thenError("server_error", "engine died"));
        List<ResponseStreamEvent> events = responseStream();
        events.forEach(ResponseStreamEvent::validate);
        assertThat(events.get(events.size() - 2).asError().message()).isEqualTo("engine died");
        assertThat(events.get(events.size() - 1).asFailed().response().error().orElseThrow().message())
            .isEqualTo("engine died");
    }

    private List<ResponseStreamEvent> responseStream() {
        try (StreamResponse<ResponseStreamEvent> stream = this.client.responses().createStreaming(this.responses)) {
            return stream.stream().toList();
        }
    }

    @Test
    void readsEmbeddings() {
        CreateEmbeddingResponse response = this.client.embeddings()
            .create(EmbeddingCreateParams.builder().model("embed").inputOfArrayOfStrings(List.of("a", "b")).build());
        response.validate();
        assertThat(response.data()).hasSize(2);
        assertThat(response.data().get(0).embedding()).hasSize(8);
    }

    @Test
    void readsTheListOfModels() {
        assertThat(this.client.models().list().data().get(0).validate().id()).isEqualTo("mock");
    }

}
