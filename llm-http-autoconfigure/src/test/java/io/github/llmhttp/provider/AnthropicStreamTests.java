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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AnthropicStreamTests {

    private static final String START = event("message_start",
            "\"message\":{\"id\":\"msg1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m1\",\"content\":[],"
                    + "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":25,"
                    + "\"cache_creation_input_tokens\":5,\"cache_read_input_tokens\":70,\"output_tokens\":1}}");

    private static final String FINISH = event("message_delta",
            "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":15}");

    private static final String STOP = event("message_stop", "\"x\":0");

    private static final String PING = "event: ping\ndata: {\"type\": \"ping\"}\n\n";

    private final ProviderDialect dialect = new AnthropicDialect();

    @Test
    void answerIsReadToItsEnd() {
        String stream = START + block(0, "{\"type\":\"text\",\"text\":\"\"}") + PING + text("Hel")
                + text("lo é€😀\\n\\ud83d\\ude00") + text("") + stop(0) + FINISH + STOP + text("more");
        assertThat(StreamReplay.events(this.dialect, stream)).containsExactly("identity m1 msg1", "usage 100 1 70 0",
                "text Hel", "text lo é€😀\n😀", "usage 100 15 70 0", "finish end_turn", "end");
    }

    @Test
    void thinkingIsReasoning() {
        String stream = START + block(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}")
                + delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"hmm\"}")
                + delta(0, "{\"type\":\"signature_delta\",\"signature\":\"s\"}") + stop(0) + text("a") + FINISH + STOP;
        assertThat(StreamReplay.events(this.dialect, stream)).containsSequence("reasoning hmm", "text a");
        assertThat(StreamReplay.texts(this.dialect, stream)).containsSequence("progress", "text a");
    }

    @Test
    void toolCallsAreToldWholeAndInOrder() {
        String stream = START + block(0, "{\"type\":\"text\",\"text\":\"Let me see\"}") + stop(0)
                + block(1, "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"a\",\"input\":{}}")
                + delta(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}")
                + delta(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"x\\\": \"}")
                + delta(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"\\\"é\\\"}\"}") + stop(1)
                + block(2, "{\"type\":\"tool_use\",\"id\":\"t2\",\"name\":\"b\",\"input\":{ }}") + stop(2) + FINISH
                + STOP;
        assertThat(StreamReplay.events(this.dialect, stream)).containsExactly("identity m1 msg1", "usage 100 1 70 0",
                "text Let me see", "progress", "progress", "progress", "progress", "tool t1 a {\"x\": \"é\"}",
                "progress", "tool t2 b {}", "usage 100 15 70 0", "finish end_turn", "end");
        assertThat(StreamReplay.texts(this.dialect, stream)).contains("progress", "text Let me see")
            .noneMatch((event) -> event.startsWith("tool"));
    }

    @Test
    void toolsOfTheProviderAreNotOurs() {
        String stream = START
                + block(0, "{\"type\":\"server_tool_use\",\"id\":\"t1\",\"name\":\"web_search\",\"input\":{}}")
                + delta(0, "{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}") + stop(0) + FINISH + STOP;
        assertThat(StreamReplay.events(this.dialect, stream)).noneMatch((event) -> event.startsWith("tool"));
    }

    @Test
    void cutStreamHasNoEnd() {
        assertThat(StreamReplay.texts(this.dialect, START + text("a"))).doesNotContain("end").endsWith("text a");
        assertThat(StreamReplay.texts(this.dialect, START + text("a") + FINISH)).doesNotContain("end")
            .endsWith("finish end_turn");
    }

    @ParameterizedTest
    @CsvSource({ "overloaded_error,529", "rate_limit_error,429", "api_error,500", "authentication_error,401",
            "permission_error,403", "invalid_request_error,400", "not_found_error,404", "request_too_large,413",
            "timeout_error,504", "billing_error,429", "new_error,500" })
    void errorEndsTheStream(String type, int status) {
        String event = "event: error\ndata: {\"type\":\"error\",\"error\":{\"details\":null,\"type\":\"" + type
                + "\",\"message\":\"Sorry\"},\"request_id\":\"req_1\"}\n\n";
        String error = "error UPSTREAM_ERROR " + status + " " + type + " Sorry";
        assertThat(StreamReplay.texts(this.dialect, event + STOP)).containsExactly(error);
        assertThat(StreamReplay.texts(this.dialect, text("a") + event + STOP)).containsExactly("text a", error);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"type\":\"new_event\",\"delta\":{\"text\":\"a\"}}",
            "{\"type\":\"content_block_delta\"}", "{\"type\":\"message_start\"}",
            "{\"type\":\"message_delta\",\"delta\":null}",
            "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"citations_delta\",\"citation\":{}}}" })
    void eventsThatMeanNothingAreIgnored(String payload) {
        assertThat(StreamReplay.events(this.dialect, "data: " + payload + "\n\n")).isEmpty();
    }

    @Test
    void typeMayComeLast() {
        String stream = "data: {\"delta\":{\"text\":\"a\",\"type\":\"text_delta\"},\"index\":0,"
                + "\"type\":\"content_block_delta\"}\n\n";
        assertThat(StreamReplay.texts(this.dialect, stream)).containsExactly("text a");
    }

    @Test
    void malformedEventFails() {
        assertThatExceptionOfType(MalformedPayloadException.class)
            .isThrownBy(() -> StreamReplay.events(this.dialect, "data: {\"type\":\"message_stop\"\n\n"));
    }

    private static String text(String text) {
        return delta(0, "{\"type\":\"text_delta\",\"text\":\"" + text + "\"}");
    }

    private static String block(int index, String block) {
        return event("content_block_start", "\"index\":" + index + ",\"content_block\":" + block);
    }

    private static String delta(int index, String delta) {
        return event("content_block_delta", "\"index\":" + index + ",\"delta\":" + delta);
    }

    private static String stop(int index) {
        return event("content_block_stop", "\"index\":" + index);
    }

    private static String event(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
    }

}
