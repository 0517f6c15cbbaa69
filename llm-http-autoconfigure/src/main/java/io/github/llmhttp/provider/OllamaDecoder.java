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

import java.util.Objects;

import io.github.llmhttp.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Reads streams and whole answers of Ollama's own API: a whole answer is a stream of one
 * line. A line is read to its end before any of it is handed on.
 */
final class OllamaDecoder implements StreamDecoder {

    private static final byte[] MODEL = JsonCursor.name("model");

    private static final byte[] MESSAGE = JsonCursor.name("message");

    private static final byte[] CONTENT = JsonCursor.name("content");

    private static final byte[] THINKING = JsonCursor.name("thinking");

    private static final byte[] TOOL_CALLS = JsonCursor.name("tool_calls");

    private static final byte[] DONE = JsonCursor.name("done");

    private static final byte[] DONE_REASON = JsonCursor.name("done_reason");

    private static final byte[] PROMPT_COUNT = JsonCursor.name("prompt_eval_count");

    private static final byte[] ANSWER_COUNT = JsonCursor.name("eval_count");

    private static final byte[] ERROR = JsonCursor.name("error");

    private final JsonCursor json = new JsonCursor();

    private final ToolCallAssembler toolCalls = new ToolCallAssembler();

    private boolean closed;

    private boolean identified;

    // What the line at hand holds

    private boolean message;

    private boolean progress;

    private boolean done;

    private boolean failed;

    private long promptCount;

    private long answerCount;

    private @Nullable String model;

    private @Nullable String text;

    private @Nullable String thinking;

    private @Nullable String doneReason;

    @Override
    public void decode(byte[] bytes, int offset, int length, ContentSink sink) {
        if (!this.closed && length > 0) {
            read(bytes, offset, length, sink.isTextOnly());
            emit(bytes, offset, length, sink);
        }
    }

    /**
     * Read a whole answer.
     */
    void decodeWhole(byte[] body, ContentSink sink) {
        read(body, 0, body.length, false);
        if (!this.message && !this.failed) {
            throw new MalformedPayloadException("The answer has no message");
        }
        emit(body, 0, body.length, sink);
    }

    private void read(byte[] bytes, int offset, int length, boolean textOnly) {
        this.message = false;
        this.progress = false;
        this.done = false;
        this.failed = false;
        this.promptCount = 0;
        this.answerCount = 0;
        this.text = null;
        this.thinking = null;
        this.doneReason = null;
        this.json.open(bytes, offset, length);
        while (this.json.nextField()) {
            readField(textOnly);
        }
        this.json.close();
        this.json.release();
    }

    private void readField(boolean textOnly) {
        if (this.json.isField(MESSAGE)) {
            readMessage(textOnly);
        }
        else if (!this.identified && this.json.isField(MODEL)) {
            this.model = this.json.text();
        }
        else if (this.json.isField(DONE)) {
            this.done = this.json.isTrue();
        }
        else if (this.json.isField(DONE_REASON)) {
            this.doneReason = this.json.text();
        }
        else if (this.json.isField(PROMPT_COUNT)) {
            this.promptCount = this.json.number(0);
        }
        else if (this.json.isField(ANSWER_COUNT)) {
            this.answerCount = this.json.number(0);
        }
        else {
            this.failed |= this.json.isField(ERROR) && this.json.isPresent();
            this.json.skip();
        }
    }

    private void readMessage(boolean textOnly) {
        if (!this.json.enterObject()) {
            return;
        }
        while (this.json.nextField()) {
            if (this.json.isField(CONTENT)) {
                this.message = true;
                this.text = this.json.text();
            }
            else if (textOnly && this.json.isField(THINKING)) {
                this.progress |= this.json.hasText();
            }
            else if (this.json.isField(THINKING)) {
                this.thinking = this.json.text();
            }
            else if (this.json.isField(TOOL_CALLS)) {
                this.message = true;
                readToolCalls(textOnly);
            }
            else {
                this.json.skip();
            }
        }
    }

    private void readToolCalls(boolean textOnly) {
        if (!this.json.enterArray()) {
            return;
        }
        while (this.json.nextElement()) {
            this.progress = true;
            if (textOnly) {
                this.json.skip();
            }
            else {
                FunctionCalls.readWhole(this.json, this.toolCalls);
            }
        }
    }

    private void emit(byte[] bytes, int offset, int length, ContentSink sink) {
        if (!this.identified && this.model != null) {
            this.identified = true;
            sink.identity(this.model, "");
        }
        if (this.progress) {
            sink.progress();
        }
        if (this.thinking != null && !this.thinking.isEmpty()) {
            sink.reasoning(this.thinking);
        }
        if (this.text != null && !this.text.isEmpty()) {
            sink.text(this.text);
        }
        this.toolCalls.emit(sink);
        if (this.failed) {
            this.closed = true;
            sink.error(ProviderErrors.inBand(bytes, offset, length));
        }
        else if (this.done) {
            this.closed = true;
            finish(sink);
        }
    }

    private void finish(ContentSink sink) {
        if (this.promptCount > 0 || this.answerCount > 0) {
            sink.usage(new Usage(this.promptCount, this.answerCount, 0, 0));
        }
        sink.finish(Objects.requireNonNullElse(this.doneReason, ""));
        sink.end();
    }

}
