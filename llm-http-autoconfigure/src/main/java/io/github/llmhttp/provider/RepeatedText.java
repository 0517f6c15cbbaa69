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
import java.util.Arrays;
import java.util.Objects;

import io.github.llmhttp.ToolCall;
import io.github.llmhttp.Usage;
import io.github.llmhttp.streaming.PayloadSink;
import org.jspecify.annotations.Nullable;

/**
 * The fast path of a stream's text. The events of one stream share all their bytes but
 * those of the text, so an event is compared with the one before it, and only the text is
 * read. Whatever differs goes to the decoder of the dialect, and so does the first event,
 * from which this one learns what to compare with.
 *
 * <p>
 * An event is learned from only if it meant one text and nothing else. Reading it again
 * with another text would then mean that text and nothing else, whatever the decoder
 * remembers, because nothing came between the two.
 *
 * <p>
 * OpenAI ends each event with {@code "obfuscation":"..."}, a string of random length that
 * hides the length of the text; it may differ.
 */
final class RepeatedText implements StreamDecoder, ContentSink {

    /** Larger ones are rare, and not worth to be kept. */
    private static final int MAX_PATTERN = 4096;

    private static final byte[] PADDING = ",\"obfuscation\":\"".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] NONE = {};

    private final LocatedText general;

    private final JsonText text = new JsonText();

    private final JsonText padding = new JsonText();

    // The bytes before the text and behind it, that of the closing quote included

    private byte[] pattern = NONE;

    private int before;

    private int behind;

    /** Whether padding follows, and then the end of the event. */
    private boolean padded;

    // What the event at hand meant

    private @Nullable ContentSink sink;

    private int texts;

    private boolean others;

    RepeatedText(LocatedText general) {
        this.general = general;
    }

    @Override
    public void decode(byte[] bytes, int offset, int length, ContentSink sink) {
        if (recognize(bytes, offset, offset + length) == length) {
            recognized(sink);
        }
        else {
            learn(bytes, offset, length, sink);
        }
    }

    @Override
    public int recognize(byte[] bytes, int offset, int end) {
        int from = offset + this.before;
        if (this.before == 0 || end - from <= this.behind
                || !Arrays.equals(bytes, offset, from, this.pattern, 0, this.before)) {
            return PayloadSink.UNKNOWN;
        }
        int quote = this.text.scan(bytes, from, end) - 1;
        int rest = quote + this.behind;
        if (this.text.problem() != null || quote == from || rest > end
                || !Arrays.equals(bytes, quote, rest, this.pattern, this.before, this.before + this.behind)) {
            return PayloadSink.UNKNOWN;
        }
        int last = this.padded ? paddingTo(bytes, rest, end) : rest;
        return (last != PayloadSink.UNKNOWN) ? last - offset : PayloadSink.UNKNOWN;
    }

    @Override
    public void recognized(ContentSink sink) {
        String value = this.text.value();
        this.text.clear();
        sink.text(value);
    }

    /** The end of the rest of a string, and of the object that is the event. */
    private int paddingTo(byte[] bytes, int from, int end) {
        int next = this.padding.scan(bytes, from, end);
        boolean sound = this.padding.problem() == null;
        this.padding.clear();
        return (sound && next < end && bytes[next] == '}') ? next + 1 : PayloadSink.UNKNOWN;
    }

    private void learn(byte[] bytes, int offset, int length, ContentSink sink) {
        this.before = 0;
        this.texts = 0;
        this.others = false;
        this.sink = sink;
        this.general.decode(bytes, offset, length, this);
        if (this.texts == 1 && !this.others && this.general.textFrom() != LocatedText.NOWHERE) {
            remember(bytes, offset, offset + length);
        }
    }

    private void remember(byte[] bytes, int offset, int end) {
        int from = this.general.textFrom();
        int quote = this.general.textTo();
        int rest = paddingFrom(bytes, quote, end);
        this.padded = rest < end;
        int size = (from - offset) + (rest - quote);
        if (size > MAX_PATTERN) {
            return;
        }
        if (this.pattern.length < size) {
            this.pattern = new byte[size];
        }
        this.before = from - offset;
        this.behind = rest - quote;
        System.arraycopy(bytes, offset, this.pattern, 0, this.before);
        System.arraycopy(bytes, quote, this.pattern, this.before, this.behind);
    }

    /**
     * Where the padding's value begins, if the event ends with it. A quote behind a comma
     * is no part of a string, and the last brace is that of the event, so that it is a
     * field of the event itself.
     */
    private int paddingFrom(byte[] bytes, int from, int end) {
        int value = end - 3;
        while (value >= from && bytes[value] != '"' && bytes[value] != '\\') {
            value--;
        }
        int begin = value + 1 - PADDING.length;
        boolean found = begin > from && Arrays.equals(bytes, begin, value + 1, PADDING, 0, PADDING.length)
                && paddingTo(bytes, value + 1, end) == end;
        return found ? value + 1 : end;
    }

    private ContentSink sink() {
        return Objects.requireNonNull(this.sink);
    }

    @Override
    public boolean isTextOnly() {
        return sink().isTextOnly();
    }

    @Override
    public void text(String text) {
        this.texts++;
        sink().text(text);
    }

    @Override
    public void reasoning(String text) {
        this.others = true;
        sink().reasoning(text);
    }

    @Override
    public void progress() {
        this.others = true;
        sink().progress();
    }

    @Override
    public void toolCall(ToolCall call) {
        this.others = true;
        sink().toolCall(call);
    }

    @Override
    public void usage(Usage usage) {
        this.others = true;
        sink().usage(usage);
    }

    @Override
    public void finish(String reason) {
        this.others = true;
        sink().finish(reason);
    }

    @Override
    public void identity(String model, String id) {
        this.others = true;
        sink().identity(model, id);
    }

    @Override
    public void end() {
        this.others = true;
        sink().end();
    }

    @Override
    public void error(ProviderError error) {
        this.others = true;
        sink().error(error);
    }

}
