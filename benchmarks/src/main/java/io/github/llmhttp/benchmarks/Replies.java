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

package io.github.llmhttp.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * What the server says, encoded once: events of a chat completion of about 330 bytes,
 * whose texts have escapes and letters beyond ASCII now and then.
 */
final class Replies {

    /** Tokens of one stream that is not paced. */
    static final int TOKENS = 512;

    private static final List<String> TEXTS = List.of(" the", " of", " connection", ",", " stream", " and", " to", ".",
            " pool", " a", "\\n\\n", " in", " \\\"token\\\"", " is", " größer", " when", " server", " that", " it",
            " for", " closes", " 接続", " ends", " once", "\\t", " before", " with", " first", " reply", " an", " über",
            " again");

    private static final String EVENT = "data: {\"id\":\"chatcmpl-C9x1Yw3b2kQmVt7uZs5rPdN0aLhJf\","
            + "\"object\":\"chat.completion.chunk\",\"created\":1790000000,\"model\":\"gpt-4.1-mini-2025-04-14\","
            + "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_658b958c37\",\"choices\":[{\"index\":0,"
            + "\"delta\":%s,\"logprobs\":null,\"finish_reason\":%s}],\"usage\":null}\n\n";

    private final ByteBuf streamHead = constant("""
            HTTP/1.1 200 OK\r
            Content-Type: text/event-stream; charset=utf-8\r
            Transfer-Encoding: chunked\r
            \r
            """);

    private final ByteBuf begin = chunk(EVENT.formatted("{\"role\":\"assistant\",\"content\":\"\"}", "null"));

    private final ByteBuf end = constant(
            text(chunk(EVENT.formatted("{}", "\"stop\""))) + text(chunk("data: [DONE]\n\n")) + "0\r\n\r\n");

    private final List<ByteBuf> single = tokens(1);

    private final List<ByteBuf> eight = tokens(8);

    private final ByteBuf whole;

    Replies() {
        StringBuilder content = new StringBuilder();
        while (content.length() < 1900) {
            TEXTS.forEach(content::append);
        }
        String body = ("{\"id\":\"chatcmpl-C9x1Yw3b2kQmVt7uZs5rPdN0aLhJf\",\"object\":\"chat.completion\","
                + "\"created\":1790000000,\"model\":\"gpt-4.1-mini-2025-04-14\",\"choices\":[{\"index\":0,\"message\":"
                + "{\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":null},\"logprobs\":null,"
                + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":400,"
                + "\"total_tokens\":420}}")
            .formatted(content);
        this.whole = constant("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(body.getBytes(StandardCharsets.UTF_8).length, body));
    }

    private static List<ByteBuf> tokens(int events) {
        List<ByteBuf> tokens = new ArrayList<>();
        for (int i = 0; i < TEXTS.size(); i += events) {
            StringBuilder write = new StringBuilder();
            for (int j = 0; j < events; j++) {
                write.append(EVENT.formatted("{\"content\":\"%s\"}".formatted(TEXTS.get(i + j)), "null"));
            }
            tokens.add(chunk(write.toString()));
        }
        return tokens;
    }

    private static ByteBuf chunk(String content) {
        int length = content.getBytes(StandardCharsets.UTF_8).length;
        return constant("%s\r\n%s\r\n".formatted(Integer.toHexString(length).toUpperCase(Locale.ROOT), content));
    }

    private static ByteBuf constant(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Unpooled.unreleasableBuffer(Unpooled.directBuffer(bytes.length).writeBytes(bytes)).asReadOnly();
    }

    private static String text(ByteBuf buffer) {
        return buffer.toString(StandardCharsets.UTF_8);
    }

    ByteBuf whole() {
        return this.whole.duplicate();
    }

    ByteBuf streamHead() {
        return this.streamHead.duplicate();
    }

    /** The event that comes before the first token. */
    ByteBuf begin() {
        return this.begin.duplicate();
    }

    /** All writes of tokens of a stream take turns. */
    ByteBuf tokens(Workload workload, int write) {
        List<ByteBuf> all = (workload.eventsPerWrite() == 1) ? this.single : this.eight;
        return all.get(write % all.size()).duplicate();
    }

    /** What ends a stream. */
    ByteBuf end() {
        return this.end.duplicate();
    }

    /**
     * Number of bytes of the body of a stream, without the framing of HTTP, for a client
     * that counts only bytes.
     */
    static long streamBytes() {
        long bytes = length("{\"role\":\"assistant\",\"content\":\"\"}", "null") + length("{}", "\"stop\"")
                + "data: [DONE]\n\n".length();
        for (int i = 0; i < TOKENS; i++) {
            bytes += length("{\"content\":\"%s\"}".formatted(TEXTS.get(i % TEXTS.size())), "null");
        }
        return bytes;
    }

    private static long length(String delta, String finish) {
        return EVENT.formatted(delta, finish).getBytes(StandardCharsets.UTF_8).length;
    }

}
