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

import java.util.Arrays;

import io.github.llmhttp.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Reads streams and whole answers of OpenAI's chat completions and of what is compatible.
 * Only the first choice is read. An event is read to its end before any of it is handed
 * on, so that a malformed one delivers nothing.
 */
final class OpenAiChatDecoder implements LocatedText {

    private static final byte[] DONE = JsonCursor.name("[DONE]");

    private static final byte[] ID = JsonCursor.name("id");

    private static final byte[] MODEL = JsonCursor.name("model");

    private static final byte[] CHOICES = JsonCursor.name("choices");

    private static final byte[] USAGE = JsonCursor.name("usage");

    private static final byte[] ERROR = JsonCursor.name("error");

    private static final byte[] OBJECT = JsonCursor.name("object");

    private static final byte[] INDEX = JsonCursor.name("index");

    private static final byte[] DELTA = JsonCursor.name("delta");

    private static final byte[] MESSAGE = JsonCursor.name("message");

    private static final byte[] FINISH_REASON = JsonCursor.name("finish_reason");

    private static final byte[] CONTENT = JsonCursor.name("content");

    private static final byte[] REFUSAL = JsonCursor.name("refusal");

    private static final byte[] TEXT = JsonCursor.name("text");

    private static final byte[] REASONING_CONTENT = JsonCursor.name("reasoning_content");

    private static final byte[] REASONING = JsonCursor.name("reasoning");

    private static final byte[] TOOL_CALLS = JsonCursor.name("tool_calls");

    private static final int ABSENT = -1;

    private final JsonCursor json = new JsonCursor();

    private final ToolCallAssembler toolCalls = new ToolCallAssembler();

    private boolean closed;

    private boolean identified;

    private boolean whole;

    // What the event at hand holds

    private boolean textOnly;

    private boolean message;

    private boolean progress;

    private boolean failed;

    private @Nullable String id;

    private @Nullable String model;

    private @Nullable String text;

    private int textFrom;

    private int textTo;

    private @Nullable String reasoning;

    private @Nullable String finishReason;

    private @Nullable Usage usage;

    @Override
    public void decode(byte[] bytes, int offset, int length, ContentSink sink) {
        if (this.closed || length == 0) {
            return;
        }
        if (isDone(bytes, offset, length)) {
            this.closed = true;
            this.toolCalls.emit(sink);
            sink.end();
            return;
        }
        read(bytes, offset, length, sink.isTextOnly());
        emit(bytes, offset, length, sink);
    }

    /**
     * Read a whole answer.
     */
    void decodeWhole(byte[] body, ContentSink sink) {
        this.whole = true;
        read(body, 0, body.length, false);
        if (!this.message && !this.failed) {
            throw new MalformedPayloadException("The answer has no choice with content");
        }
        emit(body, 0, body.length, sink);
        this.toolCalls.emit(sink);
    }

    static boolean isDone(byte[] bytes, int offset, int length) {
        return length >= DONE.length && Arrays.equals(bytes, offset, offset + DONE.length, DONE, 0, DONE.length);
    }

    private void emit(byte[] bytes, int offset, int length, ContentSink sink) {
        if (!this.identified && (this.id != null || this.model != null)) {
            this.identified = true;
            sink.identity((this.model != null) ? this.model : "", (this.id != null) ? this.id : "");
        }
        if (this.progress) {
            sink.progress();
        }
        if (this.reasoning != null) {
            sink.reasoning(this.reasoning);
        }
        if (this.text != null) {
            sink.text(this.text);
        }
        if (this.failed) {
            this.closed = true;
            sink.error(ProviderErrors.inBand(bytes, offset, length));
            return;
        }
        if (this.usage != null) {
            sink.usage(this.usage);
        }
        if (this.finishReason != null) {
            this.toolCalls.emit(sink);
            sink.finish(this.finishReason);
        }
    }

    private void read(byte[] bytes, int offset, int length, boolean textOnly) {
        this.textOnly = textOnly;
        this.message = false;
        this.progress = false;
        this.failed = false;
        this.text = null;
        this.textFrom = NOWHERE;
        this.reasoning = null;
        this.finishReason = null;
        this.usage = null;
        this.json.open(bytes, offset, length);
        while (this.json.nextField()) {
            readField();
        }
        this.json.close();
        this.json.release();
    }

    private void readField() {
        if (this.json.isField(CHOICES)) {
            readChoices();
        }
        else if (!this.identified && this.json.isField(ID)) {
            this.id = filled(this.json.text());
        }
        else if (!this.identified && this.json.isField(MODEL)) {
            this.model = filled(this.json.text());
        }
        else if (this.json.isField(USAGE)) {
            this.usage = OpenAiUsage.read(this.json);
        }
        else if (this.json.isField(ERROR)) {
            this.failed |= this.json.isPresent();
            this.json.skip();
        }
        else if (this.json.isField(OBJECT)) {
            // How vLLM used to say it
            this.failed |= this.json.matchText() && this.json.textIs(ERROR);
        }
        else {
            this.json.skip();
        }
    }

    private void readChoices() {
        if (!this.json.enterArray()) {
            return;
        }
        for (int place = 0; this.json.nextElement(); place++) {
            if (this.json.enterObject()) {
                readChoice(place);
            }
        }
    }

    // Its number may come last, and a delta may come with the message so far
    private void readChoice(int place) {
        long index = place;
        int delta = ABSENT;
        int message = ABSENT;
        int finish = ABSENT;
        boolean error = false;
        while (this.json.nextField()) {
            if (this.json.isField(INDEX)) {
                index = this.json.number(place);
                continue;
            }
            if (this.json.isField(DELTA)) {
                delta = this.json.isPresent() ? this.json.mark() : delta;
            }
            else if (this.json.isField(MESSAGE)) {
                message = this.json.mark();
            }
            else if (this.json.isField(FINISH_REASON)) {
                finish = this.json.mark();
            }
            else if (this.json.isField(ERROR)) {
                error = this.json.isPresent();
            }
            this.json.skip();
        }
        if (index != 0) {
            return;
        }
        int end = this.json.mark();
        this.failed |= error;
        if (delta != ABSENT || message != ABSENT) {
            this.json.moveTo((delta != ABSENT) ? delta : message);
            readDelta();
        }
        if (finish != ABSENT) {
            this.json.moveTo(finish);
            this.finishReason = filled(this.json.text());
        }
        this.json.moveTo(end);
    }

    private static @Nullable String filled(@Nullable String text) {
        return (text == null || text.isEmpty()) ? null : text;
    }

    private void readDelta() {
        if (!this.json.enterObject()) {
            return;
        }
        while (this.json.nextField()) {
            readPartOfMessage();
        }
    }

    private void readPartOfMessage() {
        if (this.json.isField(CONTENT)) {
            this.message = true;
            readContent();
        }
        else if (this.json.isField(REASONING_CONTENT) || this.json.isField(REASONING)) {
            this.message = true;
            readReasoning();
        }
        else if (this.json.isField(TOOL_CALLS)) {
            this.message = true;
            readToolCalls();
        }
        else if (this.json.isField(REFUSAL)) {
            String refusal = this.json.text();
            this.message |= refusal != null;
            addText(refusal);
        }
        else {
            this.json.skip();
        }
    }

    // A string; some servers send a list of parts
    private void readContent() {
        int mark = this.json.mark();
        String content = this.json.text();
        if (content != null) {
            addText(content);
            return;
        }
        this.json.moveTo(mark);
        if (this.json.enterArray()) {
            while (this.json.nextElement()) {
                readPart();
            }
        }
    }

    private void readPart() {
        if (!this.json.enterObject()) {
            return;
        }
        while (this.json.nextField()) {
            if (this.json.isField(TEXT)) {
                addText(this.json.text());
            }
            else {
                this.json.skip();
            }
        }
    }

    private void addText(@Nullable String piece) {
        if (piece != null && !piece.isEmpty()) {
            this.textFrom = (this.text != null) ? NOWHERE : this.json.textFrom();
            this.textTo = this.json.textTo();
            this.text = (this.text != null) ? this.text + piece : piece;
        }
    }

    @Override
    public int textFrom() {
        return this.textFrom;
    }

    @Override
    public int textTo() {
        return this.textTo;
    }

    // Some servers send it under both names
    private void readReasoning() {
        if (this.textOnly || this.reasoning != null) {
            this.progress |= this.json.hasText();
            return;
        }
        String piece = this.json.text();
        this.reasoning = (piece == null || piece.isEmpty()) ? null : piece;
    }

    private void readToolCalls() {
        if (!this.json.enterArray()) {
            return;
        }
        while (this.json.nextElement()) {
            this.progress = true;
            if (this.textOnly) {
                this.json.skip();
            }
            else {
                if (this.whole) {
                    FunctionCalls.readWhole(this.json, this.toolCalls);
                }
                else {
                    FunctionCalls.read(this.json, this.toolCalls);
                }
            }
        }
    }

}
