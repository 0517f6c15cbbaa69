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
import java.util.Map;

import io.github.llmhttp.ChatMessage;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.ChatTool;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.ToolCall;
import io.github.llmhttp.streaming.StreamFrames;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What servers were seen to send beside the specifications, and what they were seen to
 * refuse.
 */
class DialectQuirksTests {

    private static final String DONE = "data: [DONE]\n\n";

    private final ProviderDialects all = new ProviderDialects();

    private final ProviderDialect chat = OpenAiChatDialect.generic();

    private static String e(String json) {
        return "data: " + json + "\n\n";
    }

    private static String tools(String calls, String finish) {
        return e("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[" + calls + "]},\"finish_reason\":" + finish
                + "}]}");
    }

    private ChatResponse whole(String provider, String body) {
        return this.all.get(provider).response(body.getBytes(StandardCharsets.UTF_8)).response();
    }

    private ProviderError error(int status, String body) {
        return this.chat.error(status, new HttpHeaders(), body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void emptyFinishReasonIsNone() {
        String cut = e("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"},\"finish_reason\":\"\"}]}");
        assertThat(StreamReplay.texts(this.chat, cut)).containsExactly("text Hel");
    }

    @Test
    void emptyFinishReasonTearsNoToolCall() {
        String stream = tools(
                "{\"index\":0,\"id\":\"t1\",\"function\":{\"name\":\"a\"," + "\"arguments\":\"{\\\"x\\\"\"}}", "\"\"")
                + tools("{\"index\":0,\"function\":{\"arguments\":\":1}\"}}", "\"\"")
                + e("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}") + DONE;
        assertThat(StreamReplay.events(this.chat, stream)).containsExactly("progress", "progress",
                "tool t1 a {\"x\":1}", "finish tool_calls", "end");
    }

    @Test
    void errorFieldOfLlamaCppIsAnError() {
        String stream = e("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}")
                + "error: {\"code\":400,\"message\":\"too long\",\"type\":\"invalid_request_error\"}\n\n" + DONE;
        assertThat(StreamReplay.texts(this.chat, stream)).containsExactly("text a",
                "error UPSTREAM_ERROR 400 invalid_request_error too long");
    }

    @Test
    void sameNumberButOtherIdIsAnotherCall() {
        String stream = tools(
                "{\"index\":0,\"id\":\"t1\",\"function\":{\"name\":\"a\",\"arguments\":\"{\\\"x\\\":1}\"}}", "null")
                + tools("{\"index\":0,\"id\":\"t2\",\"function\":{\"name\":\"b\",\"arguments\":\"{\\\"y\\\"\"}}",
                        "null")
                + tools("{\"index\":0,\"function\":{\"arguments\":\":2}\"}}", "\"tool_calls\"") + DONE;
        assertThat(StreamReplay.events(this.chat, stream)).contains("tool t1 a {\"x\":1}", "tool t2 b {\"y\":2}");
    }

    @Test
    void wholeCallsAreNeverMerged() {
        assertThat(whole("generic",
                "{\"choices\":[{\"message\":{\"tool_calls\":[{\"index\":0,\"id\":\"t1\","
                        + "\"function\":{\"name\":\"a\",\"arguments\":\"{}\"}},"
                        + "{\"index\":0,\"id\":\"t2\",\"function\":{\"name\":\"a\",\"arguments\":\"{}\"}}]}}]}")
            .toolCalls()).containsExactly(new ToolCall("t1", "a", "{}"), new ToolCall("t2", "a", "{}"));
        assertThat(whole("ollama",
                "{\"message\":{\"tool_calls\":[{\"function\":{\"index\":0,\"name\":\"a\",\"arguments\":{}}},"
                        + "{\"function\":{\"index\":0,\"name\":\"b\",\"arguments\":{}}}]},\"done\":true}")
            .toolCalls()).containsExactly(new ToolCall("call_0", "a", "{}"), new ToolCall("call_1", "b", "{}"));
    }

    @Test
    void idInEachPartWithoutNumberIsOneCall() {
        String stream = tools("{\"id\":\"t1\",\"function\":{\"name\":\"a\",\"arguments\":\"{\\\"x\\\"\"}}", "null")
                + tools("{\"id\":\"t1\",\"function\":{\"arguments\":\":1}\"}}", "\"tool_calls\"") + DONE;
        assertThat(StreamReplay.events(this.chat, stream)).contains("tool t1 a {\"x\":1}");
    }

    @Test
    void numberOfAChoiceMayComeLast() {
        String stream = e("{\"choices\":[{\"delta\":{\"content\":\"A\"},\"finish_reason\":null,\"index\":0}]}")
                + e("{\"choices\":[{\"delta\":{\"content\":\"B\"},\"finish_reason\":\"stop\",\"index\":1}]}");
        assertThat(StreamReplay.texts(this.chat, stream)).containsExactly("text A");
        assertThat(whole("generic",
                "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"A\"},\"index\":0},"
                        + "{\"finish_reason\":\"length\",\"message\":{\"content\":\"B\"},\"index\":1}]}"))
            .returns("A", ChatResponse::text)
            .returns("stop", ChatResponse::finishReason);
        assertThat(whole("generic",
                "{\"choices\":[{\"message\":{\"content\":\"A\"}}," + "{\"message\":{\"content\":\"B\"}}]}")
            .text()).isEqualTo("A");
    }

    @Test
    void messageSoFarBesideTheDeltaIsNoText() {
        String stream = e(
                "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hel\"},\"delta\":{\"content\":\"Hel\"}}]}")
                + e("{\"choices\":[{\"index\":0,\"message\":{\"content\":\"Hello\"},"
                        + "\"delta\":{\"content\":\"lo\"}}]}")
                + DONE;
        assertThat(StreamReplay.texts(this.chat, stream)).containsExactly("text Hel", "text lo", "end");
    }

    @Test
    void usageOfTheOtherApiDoesNotClearIt() {
        String stream = e("{\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":3},"
                + "\"input_tokens\":0,\"output_tokens\":0,\"input_tokens_details\":null}}") + DONE;
        assertThat(StreamReplay.events(this.chat, stream)).containsExactly("usage 10 5 3 0", "end");
    }

    @Test
    void emptyIdentityIsNone() {
        String stream = e("{\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\","
                + "\"prompt_filter_results\":[]}")
                + e("{\"id\":\"c1\",\"model\":\"gpt-x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}")
                + DONE;
        assertThat(StreamReplay.texts(OpenAiChatDialect.openAi(), stream)).containsExactly("identity gpt-x c1",
                "text a", "end");
    }

    @Test
    void errorWithinAChoiceIsAnError() {
        String body = "{\"choices\":[{\"finish_reason\":\"error\",\"message\":{\"content\":\"par\"},"
                + "\"error\":{\"code\":502,\"message\":\"died\"}}]}";
        assertThat(this.chat.response(body.getBytes(StandardCharsets.UTF_8)).error())
            .isEqualTo(new ProviderError(FailureKind.UPSTREAM_ERROR, 502, null, "died"));
    }

    @Test
    void lastLineOfNdjsonMayLackItsEnd() {
        StreamFrames frames = StreamFrames.ndjson(100);
        byte[] bytes = "{\"a\":1}\n{\"b\":2}".getBytes(StandardCharsets.UTF_8);
        frames.read(bytes, 0, bytes.length, (array, offset, length) -> true);
        assertThat(frames.isWithinEvent()).isFalse();
    }

    @Test
    void whatCannotBeWrittenIsAnIllegalArgument() {
        ChatRequest request = ChatRequest.builder()
            .user("a")
            .tool(new ChatTool("n", "d", Map.of("x", new Unwritable())))
            .build();
        for (String provider : List.of("openai", "openai-responses", "anthropic", "ollama")) {
            assertThatIllegalArgumentException().isThrownBy(() -> this.all.get(provider).body(request, "m", true))
                .withMessageNotContaining("secret");
        }
    }

    @Test
    void emptyToolResultHasNoEmptyBlock() {
        ChatRequest request = ChatRequest.builder()
            .user("a")
            .message(ChatMessage.assistant("", new ToolCall("t1", "a", "{}")))
            .message(ChatMessage.tool("t1", ""))
            .build();
        assertThat(new String(this.all.get("anthropic").body(request, "m", false), StandardCharsets.UTF_8))
            .doesNotContain("\"text\":\"\"");
    }

    @Test
    void halfASurrogatePairIsReplaced() {
        String body = new String(
                this.all.get("anthropic").body(ChatRequest.of("a\ud83d b\\ud83d c\ud83d\ude00"), "m", false),
                StandardCharsets.UTF_8);
        assertThat(body).contains("a\\uFFFD b\\\\ud83d c\ud83d\ude00").doesNotContain("\\uD83D");
    }

    @Test
    void quotaOfMoonshotIsQuota() {
        assertThat(error(429, "{\"error\":{\"message\":\"suspended\"," + "\"type\":\"exceeded_current_quota_error\"}}")
            .kind()).isEqualTo(FailureKind.QUOTA);
    }

    @Test
    void messagesAreFoundInTheseFormsToo() {
        assertThat(error(422,
                "{\"object\":\"error\",\"message\":{\"detail\":[{\"type\":\"extra_forbidden\","
                        + "\"msg\":\"Extra inputs\"}]},\"type\":\"invalid_request_error\"}")
            .message()).isEqualTo("Extra inputs");
        assertThat(error(400, "{\"detail\":{\"error\":{\"message\":\"m\",\"type\":\"t\"}}}"))
            .isEqualTo(new ProviderError(FailureKind.BAD_REQUEST, 400, "t", "m"));
        assertThat(error(400, "{\"detail\":{\"error\":\"m\"}}").message()).isEqualTo("m");
        assertThat(error(429, "[{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\"}}]")
            .message()).isEqualTo("m");
        assertThat(error(403, "{\"success\":false,\"errors\":[{\"code\":10000,\"message\":\"m\"}]}").message())
            .isEqualTo("m");
    }

    @Test
    void failedResponseIsAnErrorAlsoWithoutItsReason() {
        assertThat(this.all.get("openai-responses")
            .response("{\"status\":\"failed\",\"error\":null,\"output\":[]}".getBytes(StandardCharsets.UTF_8))
            .error()).isNotNull();
    }

    @Test
    void toolCallOfABlockThatIsNotStoppedIsTold() {
        String stream = e("{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\","
                + "\"id\":\"t\",\"name\":\"a\",\"input\":{}}}")
                + e("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"}}")
                + e("{\"type\":\"message_stop\"}");
        assertThat(StreamReplay.events(this.all.get("anthropic"), stream)).contains("tool t a {}");
    }

    @Test
    void imageCodesOfResponsesAreNotTransient() {
        for (String code : List.of("image_too_large", "image_parse_error", "image_content_policy_violation",
                "empty_image_file", "failed_to_download_image")) {
            byte[] body = ("{\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"" + code
                    + "\",\"message\":\"m\"}}}")
                .getBytes(StandardCharsets.UTF_8);
            assertThat(ProviderErrors.inBand(body, 0, body.length).effectiveStatus()).isEqualTo(400);
        }
    }

    public static final class Unwritable {

        public String getX() {
            throw new IllegalStateException("secret");
        }

    }

}
