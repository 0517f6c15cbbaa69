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

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

import com.sun.management.ThreadMXBean;
import io.github.llmhttp.ToolCall;
import io.github.llmhttp.Usage;
import io.github.llmhttp.streaming.PayloadSink;
import io.github.llmhttp.streaming.StreamFrames;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a token costs between the network and the subscriber, the text itself included.
 */
class TextPathAllocationTests {

    private static final String[] TEXTS = { " the", " quick", "\\n\\n", " fox", " caf\u00e9", "\\u00fc", " \\\"no\\\"",
            " \u20ac", "ing", ".", " a", " Straße", " jumps", " over", " lazy", " \ud83d\ude00", " 1", "0", ",", "\\t",
            " and", " then", " some", " more", " words", " of", " the", " usual", " length", " in", " English",
            " text" };

    private static final int EVENTS_PER_BUFFER = 8;

    private static final int ROUNDS = 2000;

    @Test
    void tokenCostsAtMostItsTextAndALittle() {
        byte[][] buffers = buffers();
        CountingSink sink = new CountingSink();
        StreamFrames frames = StreamFrames.sse(1 << 20);
        StreamDecoder decoder = OpenAiChatDialect.openAi().decoder();
        PayloadSink payloads = new DecodingSink(decoder, sink, () -> true);
        read(buffers, frames, payloads);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long countBefore = sink.count;
        long before = threads.getThreadAllocatedBytes(thread);
        read(buffers, frames, payloads);
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        long tokens = sink.count - countBefore;
        assertThat(tokens).isEqualTo((long) ROUNDS * TEXTS.length);
        assertThat((double) allocated / tokens).as("bytes per token").isBetween(24.0, 62.0);
    }

    private static void read(byte[][] buffers, StreamFrames frames, PayloadSink payloads) {
        for (int round = 0; round < ROUNDS; round++) {
            for (byte[] buffer : buffers) {
                frames.read(buffer, 0, buffer.length, payloads);
            }
        }
    }

    private static byte[][] buffers() {
        byte[][] buffers = new byte[TEXTS.length / EVENTS_PER_BUFFER][];
        for (int i = 0; i < buffers.length; i++) {
            ByteArrayOutputStream buffer = new ByteArrayOutputStream();
            for (int j = 0; j < EVENTS_PER_BUFFER; j++) {
                buffer.writeBytes(event(TEXTS[i * EVENTS_PER_BUFFER + j]).getBytes(StandardCharsets.UTF_8));
            }
            buffers[i] = buffer.toByteArray();
        }
        return buffers;
    }

    private static String event(String text) {
        return "data: {\"id\":\"chatcmpl-CHbyZy5mZ2lW0oVxJ8cXgYt3kq1Pd\",\"object\":\"chat.completion.chunk\","
                + "\"created\":1758300000,\"model\":\"gpt-4.1-mini-2025-04-14\",\"service_tier\":\"default\","
                + "\"system_fingerprint\":\"fp_6d7dcc9a98\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text
                + "\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null,"
                + "\"obfuscation\":\"dGhpcyBpcyBwYWRk\"}\n\n";
    }

    private static final class CountingSink implements ContentSink {

        private long count;

        @Override
        public boolean isTextOnly() {
            return true;
        }

        @Override
        public void text(String text) {
            this.count++;
        }

        @Override
        public void reasoning(String text) {
            throw new AssertionError("no reasoning was sent");
        }

        @Override
        public void progress() {
            throw new AssertionError("only text was sent");
        }

        @Override
        public void toolCall(ToolCall call) {
            throw new AssertionError("no tool call was sent");
        }

        @Override
        public void usage(Usage usage) {
            throw new AssertionError("no usage was sent");
        }

        @Override
        public void finish(String reason) {
            throw new AssertionError("no finish reason was sent");
        }

        @Override
        public void identity(String model, String id) {
            assertThat(model).startsWith("gpt");
        }

        @Override
        public void end() {
            throw new AssertionError("no end was sent");
        }

        @Override
        public void error(ProviderError error) {
            throw new AssertionError("no error was sent");
        }

    }

}
