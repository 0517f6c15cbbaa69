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

class OllamaStreamTests {

    private static final String DONE = "{\"model\":\"m1\",\"created_at\":\"t\",\"message\":{\"role\":\"assistant\","
            + "\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"total_duration\":4883583458,"
            + "\"prompt_eval_count\":26,\"eval_count\":282}\n";

    private final ProviderDialect dialect = new OllamaDialect();

    @Test
    void answerIsReadToItsEnd() {
        String stream = text("Hel") + "\n" + text("lo é€😀\\n\\ud83d\\ude00") + DONE + text("more");
        assertThat(StreamReplay.events(this.dialect, stream)).containsExactly("identity m1 ", "text Hel",
                "text lo é€😀\n😀", "usage 26 282 0 0", "finish stop", "end");
    }

    @Test
    void lastLineMayLackItsLineEnd() {
        assertThat(StreamReplay.events(this.dialect, text("a") + DONE.strip())).endsWith("finish stop", "end");
    }

    @Test
    void thinkingIsReasoning() {
        String stream = line("{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"hmm\"}") + text("a") + DONE;
        assertThat(StreamReplay.events(this.dialect, stream)).containsSequence("reasoning hmm", "text a");
        assertThat(StreamReplay.texts(this.dialect, stream)).containsSequence("progress", "text a");
    }

    @Test
    void toolCallsAreToldWithIdsOfOurOwn() {
        String stream = line("{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{\"index\":0,"
                + "\"name\":\"a\",\"arguments\":{\"x\":[1,\"é\"]}}},{\"function\":{\"name\":\"b\",\"arguments\":{}}}]}")
                + line("{\"content\":\"\",\"tool_calls\":[{\"id\":\"t3\",\"function\":{\"index\":0,\"name\":\"c\","
                        + "\"arguments\":{}}}]}")
                + DONE;
        assertThat(StreamReplay.events(this.dialect, stream)).containsSequence("progress",
                "tool call_0 a {\"x\":[1,\"é\"]}", "tool call_1 b {}", "progress", "tool t3 c {}");
        assertThat(StreamReplay.texts(this.dialect, stream)).containsSequence("progress", "progress")
            .noneMatch((event) -> event.startsWith("tool"));
    }

    @Test
    void cutStreamHasNoEnd() {
        assertThat(StreamReplay.texts(this.dialect, text("a") + DONE.substring(0, DONE.length() - 3)))
            .containsExactly("identity m1 ", "text a");
    }

    @Test
    void errorEndsTheStream() {
        String error = "{\"error\":\"an error was encountered while running the model\"}\n";
        String meaning = "error UPSTREAM_ERROR 500 null an error was encountered while running the model";
        assertThat(StreamReplay.texts(this.dialect, error)).containsExactly(meaning);
        assertThat(StreamReplay.texts(this.dialect, text("a") + error + DONE)).containsExactly("identity m1 ", "text a",
                meaning);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"message\":null,\"done\":false}", "{\"status\":\"loading\"}" })
    void linesThatMeanNothingAreIgnored(String line) {
        assertThat(StreamReplay.events(this.dialect, line + "\n")).isEmpty();
    }

    @Test
    void malformedLineFails() {
        assertThatExceptionOfType(MalformedPayloadException.class)
            .isThrownBy(() -> StreamReplay.events(this.dialect, "{\"done\":tru}\n"));
    }

    private static String text(String text) {
        return line("{\"role\":\"assistant\",\"content\":\"" + text + "\"}");
    }

    private static String line(String message) {
        return "{\"model\":\"m1\",\"created_at\":\"t\",\"message\":" + message + ",\"done\":false}\n";
    }

}
