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

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OpenAiChatStreamTests {

    private static final String DONE = "data: [DONE]\n\n";

    private final ProviderDialect dialect = OpenAiChatDialect.openAi();

    @Test
    void answerIsReadToItsEndMarker() {
        String stream = chunk("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null")
                + chunk("{\"content\":\"Hel\"}", "null") + ": ping\n\n" + chunk("{\"content\":\"lo é€😀\"}", "null")
                + chunk("{}", "\"stop\"")
                + event("{\"id\":\"c1\",\"model\":\"m1\",\"choices\":[],\"usage\":{\"prompt_tokens\":11,"
                        + "\"completion_tokens\":7,\"total_tokens\":18,\"prompt_tokens_details\":{\"cached_tokens\":3,"
                        + "\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":2}}}")
                + DONE + "data: more\n\n";
        assertThat(StreamReplay.events(this.dialect, stream)).containsExactly("identity m1 c1", "text Hel",
                "text lo é€😀", "finish stop", "usage 11 7 3 2", "end");
        assertThat(StreamReplay.texts(this.dialect, stream)).containsExactly("identity m1 c1", "text Hel",
                "text lo é€😀", "finish stop", "usage 11 7 3 2", "end");
    }

    @Test
    void escapesAreRead() {
        String stream = chunk("{\"content\":\"a\\n\\t\\r\\b\\f\\\"\\\\\\/\\u00fc\\ud83d\\ude00é€😀\"}", "null");
        assertThat(StreamReplay.texts(this.dialect, stream)).contains("text a\n\t\r\b\f\"\\/ü😀é€😀");
    }

    @Test
    void escapedFieldNamesAreTheSameNames() {
        String stream = event("{\"\\u0063hoices\":[{\"delta\":{\"cont\\u0065nt\":\"a\"}}]}");
        assertThat(StreamReplay.texts(this.dialect, stream)).containsExactly("text a");
    }

    @Test
    void finishReasonMayComeWithTheLastText() {
        String stream = event(
                "{\"choices\":[{\"finish_reason\":\"length\",\"index\":0,\"delta\":{\"content\":\"a\"}}]}") + DONE;
        assertThat(StreamReplay.texts(this.dialect, stream)).containsExactly("text a", "finish length", "end");
    }

    @Test
    void finishReasonWithoutEndMarkerIsNoEnd() {
        String stream = chunk("{\"content\":\"a\"}", "null") + chunk("{}", "\"stop\"");
        assertThat(StreamReplay.texts(this.dialect, stream)).endsWith("finish stop").doesNotContain("end");
    }

    @Test
    void endMarkerWithoutFinishReasonIsAnEnd() {
        String stream = chunk("{\"content\":\"a\"}", "null") + DONE;
        assertThat(StreamReplay.texts(this.dialect, stream)).containsExactly("identity m1 c1", "text a", "end");
    }

    @Test
    void cutStreamHasNoEnd() {
        String stream = chunk("{\"content\":\"a\"}", "null") + "data: {\"choices\":[{\"delta\":{\"content\":\"b\"}";
        assertThat(StreamReplay.texts(this.dialect, stream)).containsExactly("identity m1 c1", "text a");
    }

    @ParameterizedTest
    @ValueSource(strings = { "reasoning_content", "reasoning" })
    void reasoningIsTold(String field) {
        String stream = chunk("{\"" + field + "\":\"hmm\",\"content\":null}", "null")
                + chunk("{\"" + field + "\":null,\"content\":\"a\"}", "null") + DONE;
        assertThat(StreamReplay.events(this.dialect, stream)).containsExactly("identity m1 c1", "reasoning hmm",
                "text a", "end");
        assertThat(StreamReplay.texts(this.dialect, stream)).containsExactly("identity m1 c1", "progress", "text a",
                "end");
    }

    @Test
    void reasoningUnderBothNamesIsToldOnce() {
        String stream = chunk("{\"reasoning\":\"hmm\",\"reasoning_content\":\"hmm\"}", "null") + DONE;
        assertThat(StreamReplay.events(this.dialect, stream)).filteredOn((event) -> event.startsWith("reasoning"))
            .hasSize(1);
    }

    @Test
    void refusalIsText() {
        String stream = chunk("{\"refusal\":\"No.\"}", "null") + DONE;
        assertThat(StreamReplay.texts(this.dialect, stream)).contains("text No.");
    }

    @Test
    void contentInPartsIsText() {
        String stream = chunk("{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}",
                "null");
        assertThat(StreamReplay.texts(this.dialect, stream)).contains("text ab");
    }

    @Test
    void onlyTheFirstChoiceIsRead() {
        String stream = event("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}]}")
                + event("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}") + DONE;
        assertThat(StreamReplay.texts(this.dialect, stream)).containsExactly("text a", "end");
    }

    @Test
    void toolCallsAreToldWholeAndInOrder() {
        String stream = toolChunk("{\"index\":0,\"id\":\"t1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}")
                + toolChunk("{\"index\":0,\"function\":{\"arguments\":\"{\\\"city\\\":\"}}")
                + toolChunk("{\"index\":1,\"id\":\"t2\",\"function\":{\"name\":\"time\"}}")
                + toolChunk("{\"index\":0,\"function\":{\"arguments\":\"\\\"Köln\\\"}\"}}")
                + chunk("{}", "\"tool_calls\"") + DONE;
        assertThat(StreamReplay.events(this.dialect, stream)).containsExactly("identity m1 c1", "progress", "progress",
                "progress", "progress", "tool t1 weather {\"city\":\"Köln\"}", "tool t2 time {}", "finish tool_calls",
                "end");
        assertThat(StreamReplay.texts(this.dialect, stream)).containsExactly("identity m1 c1", "progress", "progress",
                "progress", "progress", "finish tool_calls", "end");
    }

    @Test
    void toolCallsWithoutNumberAndIdAreToldApart() {
        String stream = toolChunk("{\"function\":{\"name\":\"a\",\"arguments\":\"{}\"}},"
                + "{\"function\":{\"name\":\"b\",\"arguments\":{\"x\":[1]}}}") + DONE;
        assertThat(StreamReplay.events(this.dialect, stream)).contains("tool call_0 a {}", "tool call_1 b {\"x\":[1]}");
    }

    @Test
    void toolCallsOfACutStreamAreNotTold() {
        String stream = toolChunk("{\"index\":0,\"id\":\"t1\",\"function\":{\"name\":\"a\",\"arguments\":\"{\"}}");
        assertThat(StreamReplay.events(this.dialect, stream)).containsExactly("identity m1 c1", "progress");
    }

    static Stream<String> errors() {
        return Stream.of("{\"error\":{\"message\":\"too much\",\"type\":\"overloaded_error\"}} -> 529 overloaded_error",
                "{\"error\":{\"message\":\"too much\",\"type\":\"rate_limit_error\"}} -> 429 rate_limit_error",
                "{\"error\":{\"message\":\"too much\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}} -> 429 requests",
                "{\"error\":{\"message\":\"too much\",\"type\":\"insufficient_quota\"}} -> 429 insufficient_quota",
                "{\"error\":{\"message\":\"too much\",\"type\":\"server_error\",\"code\":null}} -> 500 server_error",
                "{\"error\":{\"message\":\"too much\",\"type\":\"InternalServerError\",\"code\":500}} -> 500 InternalServerError",
                "{\"error\":{\"message\":\"too much\",\"type\":\"BadRequestError\",\"code\":400}} -> 400 BadRequestError",
                "{\"error\":{\"message\":\"too much\",\"type\":\"x\",\"code\":\"503\"}} -> 503 x",
                "{\"error\":{\"message\":\"too much\",\"type\":\"invalid_request_error\","
                        + "\"code\":\"context_length_exceeded\"}} -> 400 invalid_request_error",
                "{\"error\":{\"message\":\"too much\",\"code\":502},\"choices\":[{\"delta\":{\"content\":\"\"},"
                        + "\"finish_reason\":\"error\"}]} -> 502 null",
                "{\"error\":\"too much\"} -> 500 null",
                "{\"object\":\"error\",\"message\":\"too much\",\"type\":\"NotFoundError\",\"code\":404} -> 404 NotFoundError");
    }

    @ParameterizedTest
    @MethodSource("errors")
    void errorEndsTheStream(String line) {
        String[] parts = line.split(" -> ", 2);
        String error = "error UPSTREAM_ERROR " + parts[1] + " too much";
        assertThat(StreamReplay.texts(this.dialect, event(parts[0]) + DONE)).containsExactly(error);
        assertThat(StreamReplay.texts(this.dialect, chunk("{\"content\":\"a\"}", "null") + event(parts[0]) + DONE))
            .containsExactly("identity m1 c1", "text a", error);
    }

    @Test
    void noErrorIsNoError() {
        String stream = event("{\"error\":null,\"choices\":[{\"delta\":{\"content\":\"a\"}}]}") + DONE;
        assertThat(StreamReplay.texts(this.dialect, stream)).containsExactly("text a", "end");
    }

    @Test
    void eventsThatMeanNothingAreIgnored() {
        String stream = event("") + event("{}") + event("{\"type\":\"keepalive\"}")
                + event("{\"choices\":null,\"usage\":null}") + event("{\"choices\":[null,{\"delta\":null}]}") + DONE;
        assertThat(StreamReplay.events(this.dialect, stream)).containsExactly("end");
    }

    @ParameterizedTest
    @ValueSource(strings = { "secret", "[\"secret\"]", "\"secret\"",
            "{\"choices\":[{\"delta\":{\"content\":\"secret\"}}]",
            "{\"choices\":[{\"delta\":{\"content\":\"secret\"}}]}}", "{\"choices\":[{\"delta\":{\"content\":\"secret" })
    void malformedEventFailsWithoutShowingItsContent(String payload) {
        assertThatExceptionOfType(MalformedPayloadException.class)
            .isThrownBy(() -> StreamReplay.events(this.dialect, event(payload)))
            .satisfies((ex) -> assertThat(ex.getMessage()).contains("at byte").doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "[DONE]", "{\"error\":\"No\"}" })
    void nothingIsToldBehindTheEnd(String last) {
        RecordingSink sink = new RecordingSink(true);
        StreamDecoder decoder = this.dialect.decoder();
        for (String payload : new String[] { last, "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}", "[DONE]" }) {
            byte[] bytes = JsonCursor.name(payload);
            decoder.decode(bytes, 0, bytes.length, sink);
        }
        assertThat(sink.events()).hasSize(1);
    }

    @Test
    void malformedEventDeliversNothing() {
        RecordingSink sink = new RecordingSink(true);
        byte[] payload = JsonCursor.name("{\"choices\":[{\"delta\":{\"content\":\"a\"}}]");
        StreamDecoder decoder = this.dialect.decoder();
        assertThatExceptionOfType(MalformedPayloadException.class)
            .isThrownBy(() -> decoder.decode(payload, 0, payload.length, sink));
        assertThat(sink.events()).isEmpty();
    }

    private static String toolChunk(String calls) {
        return chunk("{\"tool_calls\":[" + calls + "]}", "null");
    }

    private static String chunk(String delta, String finishReason) {
        return event("{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m1\","
                + "\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":"
                + finishReason + "}],\"usage\":null}");
    }

    private static String event(String payload) {
        return "data: " + payload + "\n\n";
    }

}
