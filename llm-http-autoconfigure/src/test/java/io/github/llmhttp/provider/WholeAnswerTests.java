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

package io.github.llmhttp.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.ToolCall;
import io.github.llmhttp.Usage;
import io.github.llmhttp.provider.ProviderDialect.ChatResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class WholeAnswerTests {

    private final ProviderDialects dialects = new ProviderDialects();

    static Stream<Arguments> answers() {
        return Stream.of(Arguments.of("openai", """
                {"id":"a1","object":"chat.completion","created":1,"model":"m1","choices":[{"index":0,"message":
                {"role":"assistant","content":"Hi \\u00fc","refusal":null,"reasoning_content":"hmm","tool_calls":[
                {"id":"t1","type":"function","function":{"name":"a","arguments":"{\\"x\\":1}"}},
                {"id":"t2","type":"function","function":{"name":"b","arguments":""}}]},"logprobs":null,
                "finish_reason":"stop"}],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,
                "prompt_tokens_details":{"cached_tokens":3},"completion_tokens_details":{"reasoning_tokens":2}},
                "service_tier":"default"}"""), Arguments.of("openai-responses", """
                {"id":"a1","object":"response","status":"completed","error":null,"incomplete_details":null,"model":"m1",
                "output":[{"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"hmm"}]},
                {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hi ü","annotations":[]}]},
                {"type":"function_call","id":"fc","call_id":"t1","name":"a","arguments":"{\\"x\\":1}"},
                {"type":"function_call","id":"fc","call_id":"t2","name":"b","arguments":""}],
                "usage":{"input_tokens":19,"input_tokens_details":{"cached_tokens":3},"output_tokens":10,
                "output_tokens_details":{"reasoning_tokens":2}},"text":{"format":{"type":"text"}},"tools":[]}"""),
                Arguments.of("anthropic", """
                        {"id":"a1","type":"message","role":"assistant","model":"m1","content":[
                        {"type":"thinking","thinking":"hmm","signature":"s"},{"type":"text","text":"Hi ü"},
                        {"type":"tool_use","id":"t1","name":"a","input":{"x":1}},
                        {"type":"tool_use","id":"t2","name":"b","input":{}}],"stop_reason":"stop","stop_sequence":null,
                        "usage":{"input_tokens":10,"cache_creation_input_tokens":6,"cache_read_input_tokens":3,
                        "output_tokens":10}}"""), Arguments.of("ollama", """
                        {"model":"m1","created_at":"t","message":{"role":"assistant","content":"Hi ü","thinking":"hmm",
                        "tool_calls":[{"id":"t1","function":{"name":"a","arguments":{"x":1}}},
                        {"id":"t2","function":{"name":"b","arguments":{}}}]},"done_reason":"stop","done":true,
                        "prompt_eval_count":19,"eval_count":10}"""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void answerIsRead(String provider, String body) {
        ChatResult result = read(provider, body);
        assertThat(result.error()).isNull();
        ChatResponse response = result.response();
        assertThat(response).isNotNull();
        assertThat(response.text()).isEqualTo("Hi ü");
        assertThat(response.reasoning()).isEqualTo("hmm");
        assertThat(response.toolCalls()).containsExactly(new ToolCall("t1", "a", "{\"x\":1}"),
                new ToolCall("t2", "b", "{}"));
        assertThat(response.finishReason()).isEqualTo(provider.equals("openai-responses") ? "completed" : "stop");
        assertThat(response.model()).isEqualTo("m1");
        assertThat(response.id()).isEqualTo(provider.equals("ollama") ? "" : "a1");
        assertThat(response.usage()).isEqualTo(switch (provider) {
            case "anthropic" -> new Usage(19, 10, 3, 0);
            case "ollama" -> new Usage(19, 10, 0, 0);
            default -> new Usage(19, 10, 3, 2);
        });
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of("openai",
                        "{\"error\":{\"message\":\"Busy\",\"type\":\"overloaded_error\",\"code\":null}}"),
                Arguments.of("openai-responses",
                        "{\"id\":\"a1\",\"status\":\"failed\",\"output\":[],\"error\":"
                                + "{\"code\":\"overloaded_error\",\"message\":\"Busy\"}}"),
                Arguments.of("anthropic",
                        "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Busy\"}}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("errors")
    void errorInsteadOfAnAnswerIsAnError(String provider, String body) {
        ChatResult result = read(provider, body);
        assertThat(result.response()).isNull();
        assertThat(result.error())
            .isEqualTo(new ProviderError(FailureKind.UPSTREAM_ERROR, 529, "overloaded_error", "Busy"));
    }

    @Test
    void errorOfOllamaIsAnError() {
        assertThat(read("ollama", "{\"error\":\"Busy\"}").error())
            .isEqualTo(new ProviderError(FailureKind.UPSTREAM_ERROR, 500, null, "Busy"));
    }

    @Test
    void answerWithoutContentIsEmpty() {
        ChatResponse response = read("openai", "{\"choices\":[{\"message\":{\"content\":null}}]}").response();
        assertThat(response).isEqualTo(new ChatResponse("", "", List.of(), "", "", "", null));
    }

    static Stream<Arguments> malformed() {
        return Stream.of("openai", "openai-responses", "anthropic", "ollama", "vllm", "generic")
            .flatMap((provider) -> Stream
                .of("", "secret", "[]", "{}", "{\"secret\":1}", "{\"choices\":[]}", "<html>secret",
                        "{\"choices\":[{\"secret\":null,\"finish_reason\":\"stop\"}]}",
                        "{\"choices\":[{\"message\":{\"role\":\"secret\",\"refusal\":null}}]}",
                        "{\"message\":{\"role\":\"secret\"},\"done\":true}",
                        "{\"choices\":[{\"message\":{\"content\":\"secret\"}}")
                .map((body) -> Arguments.of(provider, body)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("malformed")
    void whatIsNoAnswerFailsWithoutShowingIt(String provider, String body) {
        assertThatExceptionOfType(MalformedPayloadException.class).isThrownBy(() -> read(provider, body))
            .withMessageNotContaining("secret");
    }

    private ChatResult read(String provider, String body) {
        return this.dialects.get(provider).response(body.getBytes(StandardCharsets.UTF_8));
    }

}
