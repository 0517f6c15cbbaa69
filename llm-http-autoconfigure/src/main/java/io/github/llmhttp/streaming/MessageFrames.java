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

package io.github.llmhttp.streaming;

/**
 * Frames of a stream whose messages come whole: each is a payload, of which its bytes may
 * be read in several pieces.
 */
public final class MessageFrames implements StreamFrames {

    private final HeldBytes held = new HeldBytes();

    private int expected;

    /**
     * A message is about to be read.
     * @param length its number of bytes; nothing is read of the bytes given for an empty
     * one
     */
    public void expect(int length) {
        this.held.release();
        this.expected = length;
    }

    @Override
    public int read(byte[] bytes, int offset, int length, PayloadSink sink) {
        if (this.expected == 0 || (this.held.length() == 0 && length == this.expected)) {
            sink.payload(bytes, offset, this.expected);
            return length;
        }
        this.held.append(bytes, offset, offset + length);
        if (this.held.length() == this.expected) {
            byte[] whole = this.held.array();
            this.held.release();
            sink.payload(whole, 0, this.expected);
        }
        return length;
    }

    @Override
    public void end(PayloadSink sink) {
        // Every message was whole
    }

    @Override
    public boolean isWithinEvent() {
        return this.held.length() > 0;
    }

}
