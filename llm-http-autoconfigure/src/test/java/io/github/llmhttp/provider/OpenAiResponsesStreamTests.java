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
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OpenAiResponsesStreamTests {

    private static final String CREATED = event("response.created",
            "\"sequence_number\":0,\"response\":{\"id\":\"r1\",\"object\":\"response\",\"status\":\"in_progress\","
                    + "\"error\":null,\"incomplete_details\":null,\"model\":\"m1\",\"output\":[],\"tools\":[{\"type\":"
                    + "\"function\",\"parameters\":{\"type\":\"object\"}}],\"usage\":null}");

    private static final String USAGE = "\"usage\":{\"input_tokens\":36,\"input_tokens_details\":{\"cached_tokens\":4},"
            + "\"output_tokens\":87,\"output_tokens_details\":{\"reasoning_tokens\":9},\"total_tokens\":123}";

    private static final String COMPLETED = event("response.completed",
            "\"response\":{\"id\":\"r1\",\"status\":\"completed\",\"error\":null,\"incomplete_details\":null,"
                    + "\"model\":\"m1\",\"output\":[]," + USAGE + "}");

    private final ProviderDialect dialect = new OpenAiResponsesDialect();

    @Test
    void answerIsReadToItsEnd() {
        String stream = CREATED + event("response.in_progress", "\"response\":{\"id\":\"r1\",\"model\":\"m1\"}")
                + event("response.output_item.added", "\"item\":{\"type\":\"message\",\"content\":[]}")
                + event("keepalive", "\"sequence_number\":3") + text("Hel") + text("lo é€😀\\n\\ud83d\\ude00")
                + text("") + event("response.output_text.done", "\"text\":\"Hello\"")
                + event("response.output_item.done",
                        "\"item\":{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hello\"}]}")
                + COMPLETED + text("more");
        assertThat(StreamReplay.events(this.dialect, stream)).containsExactly("identity m1 r1", "text Hel",
                "text lo é€😀\n😀", "usage 36 87 4 9", "finish completed", "end");
    }

    @Test
    void reasoningIsTold() {
        String stream = CREATED + event("response.reasoning_summary_text.delta", "\"delta\":\"hm\"")
                + event("response.reasoning_text.delta", "\"delta\":\"m\"") + text("a") + COMPLETED;
        assertThat(StreamReplay.events(this.dialect, stream)).startsWith("identity m1 r1", "reasoning hm",
                "reasoning m", "text a");
        assertThat(StreamReplay.texts(this.dialect, stream)).startsWith("identity m1 r1", "progress", "progress",
                "text a");
    }

    @Test
    void refusalIsText() {
        String stream = event("response.refusal.delta", "\"delta\":\"No.\"") + COMPLETED;
        assertThat(StreamReplay.texts(this.dialect, stream)).startsWith("text No.");
    }

    @Test
    void toolCallsAreToldWhole() {
        String stream = CREATED
                + event("response.output_item.added",
                        "\"item\":{\"type\":\"function_call\",\"call_id\":\"t1\",\"name\":\"a\",\"arguments\":\"\"}")
                + event("response.function_call_arguments.delta", "\"delta\":\"{\\\"x\\\"\"")
                + event("response.function_call_arguments.done", "\"arguments\":\"{\\\"x\\\":1}\"")
                + event("response.output_item.done",
                        "\"item\":{\"id\":\"fc\",\"type\":\"function_call\",\"status\":\"completed\","
                                + "\"arguments\":\"{\\\"x\\\":1}\",\"call_id\":\"t1\",\"name\":\"a\"}")
                + COMPLETED;
        assertThat(StreamReplay.events(this.dialect, stream)).containsExactly("identity m1 r1", "progress",
                "tool t1 a {\"x\":1}", "usage 36 87 4 9", "finish completed", "end");
    }

    @Test
    void incompleteAnswerIsAnEndWithItsReason() {
        String stream = text("a") + event("response.incomplete", "\"response\":{\"id\":\"r1\",\"model\":\"m1\","
                + "\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"}}");
        assertThat(StreamReplay.texts(this.dialect, stream)).containsExactly("text a", "identity m1 r1",
                "finish max_output_tokens", "end");
    }

    @Test
    void doneIsAnEndToo() {
        assertThat(StreamReplay.texts(this.dialect, text("a") + "data: [DONE]\n\n")).containsExactly("text a", "end");
        assertThat(StreamReplay.texts(this.dialect, COMPLETED + "data: [DONE]\n\n")).filteredOn("end"::equals)
            .hasSize(1);
    }

    @Test
    void cutStreamHasNoEnd() {
        assertThat(StreamReplay.texts(this.dialect, CREATED + text("a") + COMPLETED.stripTrailing()))
            .containsExactly("identity m1 r1", "text a");
    }

    @Test
    void failedAnswerIsAnError() {
        String stream = text("a")
                + event("response.failed", "\"response\":{\"id\":\"r1\",\"status\":\"failed\",\"error\":"
                        + "{\"code\":\"server_error\",\"message\":\"The model failed\"},\"model\":\"m1\"}");
        assertThat(StreamReplay.texts(this.dialect, stream)).containsExactly("text a",
                "error UPSTREAM_ERROR 500 server_error The model failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{\"type\":\"error\",\"sequence_number\":2,\"code\":\"rate_limit_exceeded\",\"message\":\"Too fast\",\"param\":null}",
            "{\"message\":\"Too fast\",\"code\":\"rate_limit_exceeded\",\"type\":\"error\"}",
            "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_exceeded\",\"code\":null,\"message\":\"Too fast\"}}",
            "{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"Too fast\"}}" })
    void errorEndsTheStreamInEachOfItsForms(String payload) {
        String error = "error UPSTREAM_ERROR 429 rate_limit_exceeded Too fast";
        assertThat(StreamReplay.texts(this.dialect, "event: error\ndata: " + payload + "\n\n" + text("a")))
            .containsExactly(error);
        assertThat(StreamReplay.texts(this.dialect, text("a") + "data: " + payload + "\n\n" + text("b")))
            .containsExactly("text a", error);
    }

    @Test
    void typeMayComeLast() {
        String stream = "data: {\"delta\":\"a\",\"item_id\":\"i\",\"type\":\"response.output_text.delta\"}\n\n";
        assertThat(StreamReplay.texts(this.dialect, stream)).containsExactly("text a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "{}", "{\"type\":null}", "{\"type\":7}", "{\"type\":\"response.new_thing\",\"delta\":\"a\"}",
                    "{\"type\":\"response.output_text.delta\"}", "{\"type\":\"response.output_item.done\"}",
                    "{\"type\":\"response.created\"}", "{\"type\":\"response.output_text.delta\",\"delta\":{}}" })
    void eventsThatMeanNothingAreIgnored(String payload) {
        assertThat(StreamReplay.events(this.dialect, "data: " + payload + "\n\n")).isEmpty();
    }

    @Test
    void malformedEventFails() {
        assertThatExceptionOfType(MalformedPayloadException.class)
            .isThrownBy(() -> StreamReplay.events(this.dialect, "data: {\"type\":\"response.completed\"\n\n"));
    }

    private static String text(String text) {
        return event("response.output_text.delta",
                "\"sequence_number\":4,\"item_id\":\"i\",\"output_index\":0,\"content_index\":0,\"delta\":\"" + text
                        + "\",\"logprobs\":[]");
    }

    private static String event(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
    }

}
