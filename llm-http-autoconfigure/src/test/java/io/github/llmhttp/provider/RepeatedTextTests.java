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

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.github.llmhttp.streaming.FrameTooLargeException;
import io.github.llmhttp.streaming.PayloadSink;
import io.github.llmhttp.streaming.StreamFrames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The fast path and the general one say the same of every stream.
 */
class RepeatedTextTests {

    private static final int STREAMS = 5_000;

    private static final int EVENTS = 12;

    private static final String[] TEXTS = { "a", " the", "", " caf\u00e9", "\\u00fc", "\\\"", "\\\\", "\\n",
            "\ud83d\ude00", " x\\\\\\\"", "\\", "\\u12", "\\q", "\"", "\",\"content\":\"b", "\u0001", "{\"",
            " 0123456789 0123456789" };

    private static final String[] PADDING = { "", ",\"obfuscation\":\"x\"", ",\"obfuscation\":\"Qw3\"",
            ",\"obfuscation\":\"a\\\"b\"", ",\"obfuscation\":\"\"", ",\"obfuscation\":7",
            ",\"x\":{\"obfuscation\":\"a\"}", ",\"obfuscation\":\"a\",\"error\":null" };

    @ParameterizedTest
    @EnumSource
    void bothPathsSayTheSameOfRandomStreams(Protocol protocol) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < STREAMS; i++) {
            List<String> stream = protocol.stream(random);
            boolean textOnly = random.nextBoolean();
            // The second one is malformed UTF-8 for some texts
            Charset charset = random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
            assertThat(read(new RepeatedText(protocol.general.get()), stream, textOnly, charset))
                .as("stream %d of seed %d: %s", i, seed, stream)
                .isEqualTo(read(protocol.general.get(), stream, textOnly, charset));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothPathsSayTheSameHoweverTheStreamIsFramedAndCut(Protocol protocol) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < STREAMS; i++) {
            byte[] stream = frame(protocol.stream(random), random).getBytes(StandardCharsets.UTF_8);
            long cuts = random.nextLong();
            assertThat(readCut(new RepeatedText(protocol.general.get()), stream, new Random(cuts)))
                .as("stream %d of seed %d: %s", i, seed, new String(stream, StandardCharsets.UTF_8))
                .isEqualTo(readCut(protocol.general.get(), stream, new Random(cuts)));
        }
    }

    private static String frame(List<String> events, Random random) {
        String lineEnd = List.of("\n", "\n", "\n", "\r\n", "\r").get(random.nextInt(5));
        StringBuilder stream = new StringBuilder();
        for (String event : events) {
            stream.append(switch (random.nextInt(8)) {
                case 0 -> "event: x" + lineEnd + "data: ";
                case 1 -> ": comment" + lineEnd + lineEnd + "data:";
                case 2 -> "data: " + event + lineEnd + "data: ";
                default -> "data: ";
            }).append(event).append(lineEnd).append((random.nextInt(10) == 0) ? "id: 1" + lineEnd : "").append(lineEnd);
        }
        return stream.toString();
    }

    private static List<String> readCut(StreamDecoder decoder, byte[] stream, Random cuts) {
        RecordingSink sink = new RecordingSink(true);
        PayloadSink payloads = new DecodingSink(decoder, sink, () -> !sink.hasEnded());
        // Some events are too large
        StreamFrames frames = StreamFrames.sse(100 + cuts.nextInt(300));
        boolean whole = cuts.nextBoolean();
        try {
            for (int position = 0; position < stream.length && !sink.hasEnded();) {
                int length = Math.min(whole ? 16_384 : 1 + cuts.nextInt(300), stream.length - position);
                // Other bytes are in the array, too
                byte[] array = new byte[length + 20];
                System.arraycopy(stream, position, array, 10, length);
                sink.events().add("read " + (frames.read(array, 10, length, payloads) == length));
                position += length;
            }
        }
        catch (MalformedPayloadException ex) {
            sink.events().add("malformed");
        }
        catch (FrameTooLargeException ex) {
            sink.events().add("too large");
        }
        sink.events().add("within " + frames.isWithinEvent());
        return sink.events();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ",\"obfuscation\":\"%s\"" })
    void onlyEventsThatDifferAreParsed(String padding) {
        AtomicInteger parsed = new AtomicInteger();
        OpenAiChatDecoder general = new OpenAiChatDecoder();
        RepeatedText decoder = new RepeatedText(new Counting(general, parsed));
        List<String> stream = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String event = Protocol.OPENAI.text("id", "token " + i, padding.formatted("x".repeat(i % 7)));
            stream.add((i == 250) ? event.replace("\"id\"", "\"another\"") : event);
        }
        List<String> said = read(decoder, stream, true, StandardCharsets.UTF_8);
        assertThat(said).filteredOn((line) -> line.startsWith("text ")).hasSize(500);
        // The first one tells its id, and is not learned from
        assertThat(parsed).hasValue(4);
    }

    @ParameterizedTest
    @EnumSource
    void emptyTextBehindAnotherIsNotTakenForIt(Protocol protocol) {
        List<String> stream = new ArrayList<>();
        for (String second : List.of("", "", "b", "c")) {
            String text = protocol.text("i", "a", "");
            // A name may stand twice, though it should not (RFC 8259, section 4)
            stream.add(text.replace("\":\"a\"", "\":\"a\",\"%s\":\"%s\"".formatted(protocol.textName(), second)));
        }
        assertThat(read(new RepeatedText(protocol.general.get()), stream, true, StandardCharsets.UTF_8))
            .isEqualTo(read(protocol.general.get(), stream, true, StandardCharsets.UTF_8))
            .anyMatch((line) -> line.endsWith("b"));
    }

    @Test
    void veryLargeEventIsNotKept() {
        AtomicInteger parsed = new AtomicInteger();
        RepeatedText decoder = new RepeatedText(new Counting(new OpenAiChatDecoder(), parsed));
        String event = Protocol.OPENAI.text("id", "a", ",\"x\":\"%s\"".formatted("y".repeat(5000)));
        assertThat(read(decoder, List.of(event, event, event, event), true, StandardCharsets.UTF_8)).hasSize(5);
        assertThat(parsed).hasValue(4);
    }

    private static List<String> read(StreamDecoder decoder, List<String> stream, boolean textOnly, Charset charset) {
        RecordingSink sink = new RecordingSink(textOnly);
        for (String event : stream) {
            // Other bytes around it, as in the array that the network filled
            byte[] bytes = ("\"}" + event + "\"}").getBytes(charset);
            try {
                decoder.decode(bytes, 2, bytes.length - 4, sink);
            }
            catch (MalformedPayloadException ex) {
                sink.events().add("malformed");
                break;
            }
        }
        return sink.events();
    }

    /**
     * Makes up streams of a protocol, of which many events are nearly like the one
     * before.
     */
    enum Protocol {

        /** Chat completions. */
        OPENAI(OpenAiChatDecoder::new) {

            @Override
            String text(String id, String text, String padding) {
                return ("{\"id\":\"%s\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":0,"
                        + "\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}],\"usage\":null%s}")
                    .formatted(id, text, padding);
            }

            @Override
            List<String> others() {
                return List.of("[DONE]", "{}",
                        "{\"id\":\"i\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
                        "{\"id\":\"i\",\"choices\":[{\"delta\":{\"reasoning_content\":\"r\",\"content\":\"c\"}}]}",
                        "{\"id\":\"i\",\"choices\":[{\"delta\":{\"content\":\"c\",\"content\":\"d\"}}]}",
                        "{\"id\":\"i\",\"choices\":[{\"delta\":{\"content\":[{\"text\":\"c\"}]}}]}",
                        "{\"id\":\"i\",\"choices\":[{\"index\":1,\"delta\":{\"content\":\"c\"}}]}",
                        "{\"id\":\"i\",\"choices\":[{\"delta\":{\"refusal\":\"no\"}}],\"usage\":{\"prompt_tokens\":1}}",
                        "{\"id\":\"i\",\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"function\":"
                                + "{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}",
                        "{\"error\":{\"message\":\"broken\"}}");
            }

        },

        /** Messages. */
        ANTHROPIC(AnthropicDecoder::new) {

            @Override
            String text(String id, String text, String padding) {
                return ("{\"type\":\"content_block_delta\",\"index\":%d,\"delta\":{\"type\":\"text_delta\","
                        + "\"text\":\"%s\"}%s}")
                    .formatted(id.length() - 1, text, padding);
            }

            @Override
            List<String> others() {
                return List.of("{\"type\":\"message_stop\"}", "{\"type\":\"ping\"}",
                        "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\","
                                + "\"id\":\"t\",\"name\":\"f\",\"input\":{}}}",
                        "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\","
                                + "\"partial_json\":\"{}\"}}",
                        "{\"type\":\"content_block_stop\",\"index\":1}",
                        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"text\":\"a\",\"text\":\"b\"}}",
                        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"thinking\":\"t\",\"text\":\"b\"}}",
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":"
                                + "{\"output_tokens\":3}}",
                        "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}");
            }

        };

        private final Supplier<LocatedText> general;

        Protocol(Supplier<LocatedText> general) {
            this.general = general;
        }

        abstract String text(String id, String text, String padding);

        String textName() {
            return (this == OPENAI) ? "content" : "text";
        }

        abstract List<String> others();

        List<String> stream(Random random) {
            List<String> stream = new ArrayList<>();
            while (stream.size() < EVENTS) {
                String last = stream.isEmpty() ? "{}" : stream.get(stream.size() - 1);
                stream.add(switch (random.nextInt(12)) {
                    case 0 -> others().get(random.nextInt(others().size()));
                    case 1 -> text("ij", pick(TEXTS, random), "");
                    case 2 -> damaged(last, random);
                    case 3 -> last.substring(0, random.nextInt(last.length() + 1));
                    case 4 -> text("i", pick(TEXTS, random), pick(PADDING, random));
                    case 5, 6 -> text("i", "a", ",\"obfuscation\":\"%d\"".formatted(random.nextInt(1000)));
                    default -> text("i", pick(TEXTS, random) + (random.nextBoolean() ? "z" : ""), "");
                });
            }
            return stream;
        }

        private static String damaged(String event, Random random) {
            if (event.isEmpty()) {
                return event;
            }
            int place = random.nextInt(event.length());
            char other = "\"\\{}[]:,n0 \u00e9".charAt(random.nextInt(12));
            return switch (random.nextInt(3)) {
                case 0 -> event.substring(0, place) + other + event.substring(place + 1);
                case 1 -> event.substring(0, place) + other + event.substring(place);
                default -> event.substring(0, place) + event.substring(place + 1);
            };
        }

        private static String pick(String[] from, Random random) {
            return from[random.nextInt(from.length)];
        }

    }

    private record Counting(LocatedText general, AtomicInteger parsed) implements LocatedText {

        @Override
        public void decode(byte[] bytes, int offset, int length, ContentSink sink) {
            this.parsed.incrementAndGet();
            this.general.decode(bytes, offset, length, sink);
        }

        @Override
        public int textFrom() {
            return this.general.textFrom();
        }

        @Override
        public int textTo() {
            return this.general.textTo();
        }

    }

}
