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

import org.jspecify.annotations.Nullable;

/**
 * Reads streams and whole answers of OpenAI's Responses API, and turns of its Realtime
 * API, whose events are the same but for a few names. An event is read to its end before
 * any of it is handed on.
 */
final class OpenAiResponsesDecoder implements StreamDecoder {

    private static final byte[] TYPE = JsonCursor.name("type");

    private static final byte[] DELTA = JsonCursor.name("delta");

    private static final byte[] ITEM = JsonCursor.name("item");

    private static final byte[] RESPONSE = JsonCursor.name("response");

    private static final byte[] ERROR = JsonCursor.name("error");

    private static final byte[] TEXT_DELTA = JsonCursor.name("response.output_text.delta");

    /** As the first versions of Realtime called it. */
    private static final byte[] OLD_TEXT_DELTA = JsonCursor.name("response.text.delta");

    private static final byte[] REFUSAL_DELTA = JsonCursor.name("response.refusal.delta");

    private static final byte[] SUMMARY_DELTA = JsonCursor.name("response.reasoning_summary_text.delta");

    private static final byte[] REASONING_DELTA = JsonCursor.name("response.reasoning_text.delta");

    private static final byte[] ARGUMENTS_DELTA = JsonCursor.name("response.function_call_arguments.delta");

    private static final byte[] ITEM_DONE = JsonCursor.name("response.output_item.done");

    private static final byte[] CREATED = JsonCursor.name("response.created");

    private static final byte[] IN_PROGRESS = JsonCursor.name("response.in_progress");

    private static final byte[] COMPLETED = JsonCursor.name("response.completed");

    /** The end of Realtime, however the answer ended. */
    private static final byte[] DONE = JsonCursor.name("response.done");

    private static final byte[] INCOMPLETE = JsonCursor.name("response.incomplete");

    private static final byte[] FAILED = JsonCursor.name("response.failed");

    private static final int ABSENT = -1;

    private final JsonCursor json = new JsonCursor();

    private boolean closed;

    private boolean identified;

    // Where the fields of the event at hand are

    private int type;

    private int delta;

    private int item;

    private int response;

    private boolean failed;

    @Override
    public void decode(byte[] bytes, int offset, int length, ContentSink sink) {
        if (this.closed || length == 0) {
            return;
        }
        if (OpenAiChatDecoder.isDone(bytes, offset, length)) {
            end(sink);
            return;
        }
        locate(bytes, offset, length);
        this.json.moveTo(this.type);
        boolean typed = this.type != ABSENT && this.json.matchText();
        if (this.failed || (typed && (this.json.textIs(ERROR) || this.json.textIs(FAILED)))) {
            this.closed = true;
            sink.error(ProviderErrors.inBand(bytes, offset, length));
        }
        else if (typed) {
            event(bytes, offset, length, sink);
        }
        this.json.release();
    }

    /**
     * Read a whole answer.
     */
    void decodeWhole(byte[] body, ContentSink sink) {
        locate(body, 0, body.length);
        if (this.failed) {
            sink.error(ProviderErrors.inBand(body, 0, body.length));
            return;
        }
        this.json.moveTo(0);
        ResponsesAnswer answer = ResponsesAnswer.read(this.json);
        if (answer.isFailed()) {
            sink.error(ProviderErrors.inBand(body, 0, body.length));
            return;
        }
        if (answer.output() == ABSENT) {
            throw new MalformedPayloadException("The answer has no output");
        }
        answer.emitIdentity(sink);
        this.json.moveTo(answer.output());
        if (this.json.enterArray()) {
            while (this.json.nextElement()) {
                ResponsesItem read = ResponsesItem.read(this.json);
                read.emitText(sink);
                read.emitCall(sink);
            }
        }
        answer.emitFinish(sink);
    }

    private void locate(byte[] bytes, int offset, int length) {
        this.type = ABSENT;
        this.delta = ABSENT;
        this.item = ABSENT;
        this.response = ABSENT;
        this.failed = false;
        this.json.open(bytes, offset, length);
        while (this.json.nextField()) {
            if (this.json.isField(TYPE)) {
                this.type = this.json.mark();
            }
            else if (this.json.isField(DELTA)) {
                this.delta = this.json.mark();
            }
            else if (this.json.isField(ITEM)) {
                this.item = this.json.mark();
            }
            else if (this.json.isField(RESPONSE)) {
                this.response = this.json.mark();
            }
            else if (this.json.isField(ERROR)) {
                this.failed = this.json.isPresent();
            }
            this.json.skip();
        }
        this.json.close();
    }

    private void event(byte[] bytes, int offset, int length, ContentSink sink) {
        if (this.json.textIs(TEXT_DELTA) || this.json.textIs(OLD_TEXT_DELTA) || this.json.textIs(REFUSAL_DELTA)) {
            text(sink);
        }
        else if (this.json.textIs(SUMMARY_DELTA) || this.json.textIs(REASONING_DELTA)) {
            reasoning(sink);
        }
        else if (this.json.textIs(ARGUMENTS_DELTA)) {
            sink.progress();
        }
        else if (this.json.textIs(ITEM_DONE)) {
            item(sink);
        }
        else if (this.json.textIs(CREATED) || this.json.textIs(IN_PROGRESS)) {
            identify(sink);
        }
        else if (this.json.textIs(DONE)) {
            done(bytes, offset, length, sink);
        }
        else if (this.json.textIs(COMPLETED) || this.json.textIs(INCOMPLETE)) {
            complete(sink);
        }
    }

    private void done(byte[] bytes, int offset, int length, ContentSink sink) {
        if (isFailed()) {
            this.closed = true;
            sink.error(ProviderErrors.inBand(bytes, offset, length));
        }
        else {
            complete(sink);
        }
    }

    private boolean isFailed() {
        if (this.response == ABSENT) {
            return false;
        }
        this.json.moveTo(this.response);
        return ResponsesAnswer.read(this.json).isFailed();
    }

    private void text(ContentSink sink) {
        String text = textAt(this.delta);
        if (text != null && !text.isEmpty()) {
            sink.text(text);
        }
    }

    private void reasoning(ContentSink sink) {
        if (sink.isTextOnly()) {
            sink.progress();
            return;
        }
        String text = textAt(this.delta);
        if (text != null && !text.isEmpty()) {
            sink.reasoning(text);
        }
    }

    private void item(ContentSink sink) {
        if (this.item != ABSENT && !sink.isTextOnly()) {
            this.json.moveTo(this.item);
            ResponsesItem.read(this.json).emitCall(sink);
        }
    }

    private void identify(ContentSink sink) {
        if (this.response != ABSENT && !this.identified) {
            this.json.moveTo(this.response);
            identify(ResponsesAnswer.read(this.json), sink);
        }
    }

    private void complete(ContentSink sink) {
        if (this.response != ABSENT) {
            this.json.moveTo(this.response);
            ResponsesAnswer answer = ResponsesAnswer.read(this.json);
            identify(answer, sink);
            answer.emitFinish(sink);
        }
        end(sink);
    }

    private void identify(ResponsesAnswer answer, ContentSink sink) {
        if (!this.identified) {
            this.identified = true;
            answer.emitIdentity(sink);
        }
    }

    private void end(ContentSink sink) {
        this.closed = true;
        sink.end();
    }

    private @Nullable String textAt(int mark) {
        if (mark == ABSENT) {
            return null;
        }
        this.json.moveTo(mark);
        return this.json.text();
    }

}
