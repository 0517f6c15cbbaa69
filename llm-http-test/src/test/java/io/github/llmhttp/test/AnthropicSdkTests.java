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

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.SseException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Anthropic's own SDK reads the replies, with its validation of required fields.
 */
class AnthropicSdkTests {

    private static final Reply RICH = Reply.text("Hel", "lo")
        .reasoning("let me ", "think")
        .toolCall("toolu_1", "weather", "{\"city\":\"Köln\"}")
        .toolCall("toolu_2", "time", "{}")
        .usage(7, 11);

    @AutoClose
    private final MockLlmServer llm = MockLlmServer.start();

    @AutoClose("close")
    private final AnthropicClient client = AnthropicOkHttpClient.builder()
        .baseUrl(this.llm.url())
        .apiKey("sk-ant-test")
        .maxRetries(0)
        .responseValidation(true)
        .timeout(Duration.ofSeconds(5))
        .build();

    private final MessageCreateParams params = MessageCreateParams.builder()
        .model("claude-test")
        .maxTokens(100)
        .addUserMessage("Say hello")
        .build();

    @Test
    void readsAMessage() {
        this.llm.script(RICH);
        assertRich(this.client.messages().create(this.params));
    }

    @Test
    void readsAMessageStream() {
        this.llm.script(RICH);
        MessageAccumulator accumulator = MessageAccumulator.create();
        stream().forEach((event) -> accumulator.accumulate(event.validate()));
        assertRich(accumulator.message());
    }

    private static void assertRich(Message message) {
        message.validate();
        assertThat(message.model().asString()).isEqualTo("claude-test");
        assertThat(message.content()).hasSize(4);
        assertThat(message.content().get(0).asThinking().thinking()).isEqualTo("let me think");
        assertThat(message.content().get(0).asThinking().signature()).isNotEmpty();
        assertThat(message.content().get(1).asText().text()).isEqualTo("Hello");
        assertThat(message.content().get(2).asToolUse().id()).isEqualTo("toolu_1");
        assertThat(message.content().get(2).asToolUse()._input().toString()).isEqualTo("{city=Köln}");
        assertThat(message.content().get(3).asToolUse().name()).isEqualTo("time");
        assertThat(message.stopReason()).hasValue(StopReason.TOOL_USE);
        assertThat(message.usage().inputTokens()).isEqualTo(7);
        assertThat(message.usage().outputTokens()).isEqualTo(11);
    }

    @Test
    void raisesAnErrorInsideAStream() {
        this.llm.script(Reply.text("a").thenError("overloaded_error", "Overloaded"));
        assertThatExceptionOfType(SseException.class).isThrownBy(this::stream).withMessageContaining("Overloaded");
    }

    @Test
    void raisesAnErrorThatIsTheFirstEvent() {
        this.llm.script(Reply.text().thenError("overloaded_error", "Overloaded"));
        assertThatExceptionOfType(SseException.class).isThrownBy(this::stream).withMessageContaining("Overloaded");
    }

    @Test
    void raisesAStatusAsItsException() {
        this.llm.script(Reply.status(429));
        assertThatExceptionOfType(RateLimitException.class).isThrownBy(() -> this.client.messages().create(this.params))
            .withMessageContaining("rate_limit_error");
    }

    private List<RawMessageStreamEvent> stream() {
        try (StreamResponse<RawMessageStreamEvent> stream = this.client.messages().createStreaming(this.params)) {
            return stream.stream().toList();
        }
    }

}
