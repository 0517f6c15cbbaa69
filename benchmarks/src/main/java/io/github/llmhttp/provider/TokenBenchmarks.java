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
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.github.llmhttp.ToolCall;
import io.github.llmhttp.Usage;
import io.github.llmhttp.streaming.PayloadSink;
import io.github.llmhttp.streaming.StreamFrames;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From bytes to the text of a token, without a network: framing alone, and with each
 * dialect's decoder, the general one and the one that recognizes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenBenchmarks {

    private static final String[] TEXTS = { " the", " of", " connection", ",", "\\n\\n", " größer", " 接続",
            " \\\"a\\\"" };

    private static final int EVENTS = 64;

    /** Whose events, and who reads them. */
    @Param
    public Reader reader = Reader.OPENAI;

    private byte[] events = {};

    @Setup
    public void write() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < EVENTS; i++) {
            text.append(this.reader.event.formatted(TEXTS[i % TEXTS.length]));
        }
        this.events = text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Frames and text. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int text() {
        Texts texts = new Texts(this.reader.decoder.get());
        this.reader.frames.get().read(this.events, 0, this.events.length, texts);
        return texts.count;
    }

    /** Frames alone. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int framing() {
        Texts texts = new Texts(null);
        this.reader.frames.get().read(this.events, 0, this.events.length, texts);
        return texts.count;
    }

    /**
     * A wire format with one of its decoders.
     */
    public enum Reader {

        /** OpenAI chat completions, as clients read them. */
        OPENAI(Events.OPENAI, Reader::sse, () -> new RepeatedText(new OpenAiChatDecoder())),

        /** The same, each event parsed. */
        OPENAI_GENERAL(Events.OPENAI, Reader::sse, OpenAiChatDecoder::new),

        /** Anthropic, as clients read it. */
        ANTHROPIC(Events.ANTHROPIC, Reader::sse, () -> new RepeatedText(new AnthropicDecoder())),

        /** The same, each event parsed. */
        ANTHROPIC_GENERAL(Events.ANTHROPIC, Reader::sse, AnthropicDecoder::new),

        /** OpenAI Responses. */
        RESPONSES(Events.RESPONSES, Reader::sse, () -> new ProviderDialects().get("openai-responses").decoder()),

        /** Ollama, a JSON object a line. */
        OLLAMA(Events.OLLAMA, () -> StreamFrames.ndjson(1 << 20), () -> new ProviderDialects().get("ollama").decoder());

        private final String event;

        private final Supplier<StreamFrames> frames;

        private final Supplier<StreamDecoder> decoder;

        Reader(String event, Supplier<StreamFrames> frames, Supplier<StreamDecoder> decoder) {
            this.event = event;
            this.frames = frames;
            this.decoder = decoder;
        }

        private static StreamFrames sse() {
            return StreamFrames.sse(1 << 20);
        }

    }

    /** One event of each format, with a place for its text. */
    private static final class Events {

        private static final String OPENAI = "data: {\"id\":\"chatcmpl-C9x1Yw3b2kQmVt7uZs5rPdN0aLhJf\","
                + "\"object\":\"chat.completion.chunk\",\"created\":1790000000,\"model\":\"gpt-4.1-mini-2025-04-14\","
                + "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_658b958c37\",\"choices\":[{\"index\":0,"
                + "\"delta\":{\"content\":\"%s\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n";

        private static final String ANTHROPIC = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\","
                + "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n";

        private static final String RESPONSES = "event: response.output_text.delta\n"
                + "data: {\"type\":\"response.output_text.delta\",\"sequence_number\":4,\"item_id\":\"msg_1\","
                + "\"output_index\":0,\"content_index\":0,\"delta\":\"%s\",\"logprobs\":[]}\n\n";

        private static final String OLLAMA = "{\"model\":\"llama3.2\",\"created_at\":\"2026-11-28T10:00:00.000001Z\","
                + "\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},\"done\":false}\n";

    }

    /** Counts texts, or payloads where there is no decoder. */
    private static final class Texts implements PayloadSink, ContentSink {

        private final @Nullable StreamDecoder decoder;

        private int count;

        Texts(@Nullable StreamDecoder decoder) {
            this.decoder = decoder;
        }

        @Override
        public int recognize(byte[] bytes, int offset, int end) {
            return (this.decoder != null) ? this.decoder.recognize(bytes, offset, end) : UNKNOWN;
        }

        @Override
        public boolean recognized() {
            if (this.decoder != null) {
                this.decoder.recognized(this);
            }
            return true;
        }

        @Override
        public boolean payload(byte[] bytes, int offset, int length) {
            if (this.decoder != null) {
                this.decoder.decode(bytes, offset, length, this);
            }
            else {
                this.count++;
            }
            return true;
        }

        @Override
        public boolean isTextOnly() {
            return true;
        }

        @Override
        public void text(String text) {
            this.count += text.length();
        }

        @Override
        public void reasoning(String text) {
            throw unexpected();
        }

        @Override
        public void progress() {
            throw unexpected();
        }

        @Override
        public void toolCall(ToolCall call) {
            throw unexpected();
        }

        @Override
        public void usage(Usage usage) {
            throw unexpected();
        }

        @Override
        public void finish(String reason) {
            throw unexpected();
        }

        @Override
        public void identity(String model, String id) {
            this.count++;
        }

        @Override
        public void end() {
            throw unexpected();
        }

        @Override
        public void error(ProviderError error) {
            throw unexpected();
        }

        private static IllegalStateException unexpected() {
            return new IllegalStateException("only text was written");
        }

    }

}
