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

package io.github.llmhttp.client;

import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.streaming.ChatTransport;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.timeout.OnCallTimeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whole answers that are fetched as streams.
 */
class StreamedAnswerTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final MockLlmServer server = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    @AfterEach
    void close() {
        this.clients.close();
        this.server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama", "vllm" })
    void streamedAnswerIsTheBufferedOne(String provider) {
        this.server.otherwise(Reply.text("Hel", "lo").reasoning("hm").usage(7, 3).model("m-1"));
        ChatResponse buffered = chat(
                client(provider, (settings) -> settings.getChat().setTransport(ChatTransport.BUFFERED)));
        ChatResponse streamed = chat(
                client(provider, (settings) -> settings.getChat().setTransport(ChatTransport.STREAMED)));
        assertThat(this.server.calls()).extracting((call) -> call.isStreaming()).containsExactly(false, true);
        assertThat(streamed.text()).isEqualTo("Hello").isEqualTo(buffered.text());
        assertThat(streamed.reasoning()).isEqualTo(buffered.reasoning());
        assertThat(streamed.usage()).isNotNull().isEqualTo(buffered.usage());
        assertThat(streamed.finishReason()).isEqualTo(buffered.finishReason());
        assertThat(streamed.model()).isEqualTo(buffered.model());
        assertThat(streamed.isPartial()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = ChatTransport.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void answerTellsWhoGaveIt(ChatTransport transport) {
        this.server.otherwise(Reply.text("a"));
        ChatResponse response = chat(client("openai", (settings) -> settings.getChat().setTransport(transport)));
        assertThat(response.client()).isEqualTo("test");
        assertThat(response.endpoint()).isEqualTo(URI.create(this.server.url()).getAuthority());
    }

    @Test
    void whatCameUntilTheLimitIsTheAnswerWhereThatIsWanted() {
        this.server.otherwise(Reply.text("a", "b", "c").fault(Fault.stall(Moment.afterTokens(2))));
        LlmWebClient client = client("openai", (settings) -> {
            settings.getTimeout().setOnCallTimeout(OnCallTimeout.PARTIAL);
            settings.getTimeout().setCall(Duration.ofMillis(500));
            settings.getRetry().setEnabled(true);
        });
        ChatResponse response = chat(client);
        assertThat(response.text()).isEqualTo("ab");
        assertThat(response.isPartial()).isTrue();
        assertThat(this.server.calls()).hasSize(1);
        this.server.awaitOpenConnections(0, LONG);
        assertThat(client.poolStats().acquired()).isZero();
        assertThat(client.poolStats().acquiredStreams()).isZero();
    }

    @Test
    void answerOfWhichNothingCameFails() {
        this.server.otherwise(Reply.text("a").fault(Fault.stall(Moment.FIRST_TOKEN)));
        LlmWebClient client = client("openai", (settings) -> {
            settings.getTimeout().setOnCallTimeout(OnCallTimeout.PARTIAL);
            settings.getTimeout().setCall(Duration.ofMillis(300));
        });
        fails(client, FailureKind.CALL_TIMEOUT, "timeout.call");
    }

    @Test
    void partOfAnAnswerIsNoneWhereItIsNotWanted() {
        this.server.otherwise(Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        LlmWebClient client = client("openai", (settings) -> {
            settings.getChat().setTransport(ChatTransport.STREAMED);
            settings.getTimeout().setCall(Duration.ofMillis(300));
        });
        fails(client, FailureKind.CALL_TIMEOUT, "timeout.call");
    }

    @Test
    void answerThatBreaksIsNone() {
        this.server.otherwise(Reply.text("a", "b").fault(Fault.reset(Moment.afterTokens(1))));
        fails(client("openai", (settings) -> settings.getTimeout().setOnCallTimeout(OnCallTimeout.PARTIAL)),
                FailureKind.TRUNCATED, "closed within the body");
    }

    @Test
    void sizeOfTheAnswerIsLimited() {
        this.server.otherwise(Reply.text("x".repeat(600), "x".repeat(600)));
        LlmWebClient client = client("openai", (settings) -> {
            settings.getChat().setTransport(ChatTransport.STREAMED);
            settings.getLimits().setAnswer(DataSize.ofBytes(1000));
        });
        fails(client, FailureKind.TOO_LARGE, "limits.answer");
    }

    private LlmWebClient client(String provider, Consumer<LlmClientProperties> customizer) {
        return this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider(provider);
            settings.setApiKey("sk-test");
            customizer.accept(settings);
        });
    }

    private static ChatResponse chat(LlmWebClient client) {
        ChatResponse response = client.chat(ChatRequest.of("Hi")).block(LONG);
        assertThat(response).isNotNull();
        return response;
    }

    private static void fails(LlmWebClient client, FailureKind kind, String text) {
        StepVerifier.create(client.chat("Hi")).expectErrorSatisfies((error) -> {
            assertThat(((LlmHttpException) error).kind()).isEqualTo(kind);
            assertThat(error).hasMessageContaining(text);
        }).verify(LONG);
    }

}
