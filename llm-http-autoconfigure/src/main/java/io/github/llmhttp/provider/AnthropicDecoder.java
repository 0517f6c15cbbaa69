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

import io.github.llmhttp.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Reads streams and whole answers of Anthropic's Messages API. An event is read to its
 * end before any of it is handed on.
 */
final class AnthropicDecoder implements LocatedText {

    private static final byte[] TYPE = JsonCursor.name("type");

    private static final byte[] INDEX = JsonCursor.name("index");

    private static final byte[] DELTA = JsonCursor.name("delta");

    private static final byte[] CONTENT_BLOCK = JsonCursor.name("content_block");

    private static final byte[] MESSAGE = JsonCursor.name("message");

    private static final byte[] USAGE = JsonCursor.name("usage");

    private static final byte[] ERROR = JsonCursor.name("error");

    private static final byte[] BLOCK_DELTA = JsonCursor.name("content_block_delta");

    private static final byte[] BLOCK_START = JsonCursor.name("content_block_start");

    private static final byte[] BLOCK_STOP = JsonCursor.name("content_block_stop");

    private static final byte[] MESSAGE_START = JsonCursor.name("message_start");

    private static final byte[] MESSAGE_DELTA = JsonCursor.name("message_delta");

    private static final byte[] MESSAGE_STOP = JsonCursor.name("message_stop");

    private static final byte[] TEXT = JsonCursor.name("text");

    private static final byte[] THINKING = JsonCursor.name("thinking");

    private static final byte[] PARTIAL_JSON = JsonCursor.name("partial_json");

    private static final byte[] STOP_REASON = JsonCursor.name("stop_reason");

    private static final int ABSENT = -1;

    private final JsonCursor json = new JsonCursor();

    private final AnthropicUsage usage = new AnthropicUsage();

    private final ToolCallAssembler toolCalls = new ToolCallAssembler();

    private int toolBlock = ABSENT;

    private boolean closed;

    // Where the fields of the event at hand are

    private int type;

    private int index;

    private int value;

    private int usageAt;

    private boolean failed;

    private int textFrom = NOWHERE;

    private int textTo;

    @Override
    public void decode(byte[] bytes, int offset, int length, ContentSink sink) {
        this.textFrom = NOWHERE;
        if (this.closed || length == 0) {
            return;
        }
        locate(bytes, offset, length);
        this.json.moveTo(this.type);
        boolean typed = this.type != ABSENT && this.json.matchText();
        if (this.failed || (typed && this.json.textIs(ERROR))) {
            this.closed = true;
            sink.error(ProviderErrors.inBand(bytes, offset, length));
        }
        else if (typed) {
            event(sink);
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
        AnthropicMessage message = AnthropicMessage.read(this.json, this.usage);
        if (message.content() == ABSENT) {
            throw new MalformedPayloadException("The answer has no content");
        }
        message.emitStart(sink);
        this.json.moveTo(message.content());
        readContent(sink);
        message.emitFinish(sink);
    }

    // No event has more than one of the fields that share a place
    private void locate(byte[] bytes, int offset, int length) {
        this.type = ABSENT;
        this.value = ABSENT;
        this.usageAt = ABSENT;
        this.index = 0;
        this.failed = false;
        this.json.open(bytes, offset, length);
        while (this.json.nextField()) {
            if (this.json.isField(INDEX)) {
                this.index = (int) this.json.number(0);
                continue;
            }
            if (this.json.isField(TYPE)) {
                this.type = this.json.mark();
            }
            else if (this.json.isField(DELTA) || this.json.isField(CONTENT_BLOCK) || this.json.isField(MESSAGE)) {
                this.value = this.json.mark();
            }
            else if (this.json.isField(USAGE)) {
                this.usageAt = this.json.mark();
            }
            else if (this.json.isField(ERROR)) {
                this.failed = this.json.isPresent();
            }
            this.json.skip();
        }
        this.json.close();
    }

    private void event(ContentSink sink) {
        if (this.json.textIs(MESSAGE_STOP)) {
            this.closed = true;
            this.toolCalls.emit(sink);
            sink.end();
        }
        else if (this.json.textIs(BLOCK_STOP)) {
            this.toolBlock = ABSENT;
            this.toolCalls.emit(sink);
        }
        else if (this.value == ABSENT) {
            return;
        }
        else if (this.json.textIs(BLOCK_DELTA)) {
            this.json.moveTo(this.value);
            readDelta(sink);
        }
        else if (this.json.textIs(BLOCK_START)) {
            this.json.moveTo(this.value);
            startBlock(AnthropicBlock.read(this.json), sink);
        }
        else if (this.json.textIs(MESSAGE_START)) {
            this.json.moveTo(this.value);
            AnthropicMessage.read(this.json, this.usage).emitStart(sink);
        }
        else if (this.json.textIs(MESSAGE_DELTA)) {
            finish(sink);
        }
    }

    private void readDelta(ContentSink sink) {
        if (!this.json.enterObject()) {
            return;
        }
        while (this.json.nextField()) {
            if (this.json.isField(TEXT)) {
                String text = this.json.text();
                if (text != null && !text.isEmpty()) {
                    this.textFrom = this.json.textFrom();
                    this.textTo = this.json.textTo();
                }
                text(text, sink);
            }
            else if (this.json.isField(THINKING)) {
                thinking(sink);
            }
            else if (this.json.isField(PARTIAL_JSON)) {
                arguments(sink);
            }
            else {
                this.json.skip();
            }
        }
    }

    private static void text(@Nullable String text, ContentSink sink) {
        if (text != null && !text.isEmpty()) {
            sink.text(text);
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

    private void thinking(ContentSink sink) {
        if (sink.isTextOnly()) {
            this.json.skip();
            sink.progress();
            return;
        }
        String thinking = this.json.text();
        if (thinking != null && !thinking.isEmpty()) {
            sink.reasoning(thinking);
        }
    }

    // A tool that the provider itself runs has arguments too, which are not ours
    private void arguments(ContentSink sink) {
        if (this.toolBlock == this.index && !sink.isTextOnly()) {
            this.toolCalls.add(this.index, null, null, this.json.text());
        }
        else {
            this.json.skip();
        }
        sink.progress();
    }

    private void startBlock(AnthropicBlock block, ContentSink sink) {
        if (block.isToolUse()) {
            sink.progress();
            if (!sink.isTextOnly()) {
                this.toolBlock = this.index;
                this.toolCalls.add(this.index, block.id(), block.name(), block.input());
            }
            return;
        }
        text(block.text(), sink);
    }

    private void finish(ContentSink sink) {
        String stopReason = null;
        this.json.moveTo(this.value);
        if (this.json.enterObject()) {
            while (this.json.nextField()) {
                if (this.json.isField(STOP_REASON)) {
                    stopReason = this.json.text();
                }
                else {
                    this.json.skip();
                }
            }
        }
        if (this.usageAt != ABSENT) {
            this.json.moveTo(this.usageAt);
            Usage total = this.usage.read(this.json);
            if (total != null) {
                sink.usage(total);
            }
        }
        if (stopReason != null && !stopReason.isEmpty()) {
            sink.finish(stopReason);
        }
    }

    private void readContent(ContentSink sink) {
        if (!this.json.enterArray()) {
            return;
        }
        for (int block = 0; this.json.nextElement(); block++) {
            this.index = block;
            AnthropicBlock read = AnthropicBlock.read(this.json);
            if (read.thinking() != null && !read.thinking().isEmpty()) {
                sink.reasoning(read.thinking());
            }
            startBlock(read, sink);
        }
        this.toolCalls.emit(sink);
    }

}
