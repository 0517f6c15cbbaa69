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
 * One JSON value a line. A line that lies in the array being read is handed on where it
 * lies.
 */
final class NdjsonFrames implements StreamFrames {

    private final long maxEventBytes;

    private final HeldBytes line = new HeldBytes();

    NdjsonFrames(long maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    @Override
    public int read(byte[] bytes, int offset, int length, PayloadSink sink) {
        int end = offset + length;
        int position = offset;
        while (position < end) {
            int lineEnd = LineEnds.lf(bytes, position, end);
            check((long) this.line.length() + lineEnd - position);
            if (lineEnd == end) {
                this.line.append(bytes, position, end);
                break;
            }
            boolean more = endLine(bytes, position, lineEnd, sink);
            position = lineEnd + 1;
            if (!more) {
                return position - offset;
            }
        }
        return length;
    }

    @Override
    public void end(PayloadSink sink) {
        byte[] array = this.line.array();
        int length = this.line.length();
        this.line.release();
        if (isWhole(array, length)) {
            completeLine(array, 0, length, sink);
        }
    }

    @Override
    public boolean isWithinEvent() {
        return this.line.length() > 0 && !isWhole(this.line.array(), this.line.length());
    }

    private void check(long lineLength) {
        if (lineLength > this.maxEventBytes) {
            this.line.release();
            throw new FrameTooLargeException(this.maxEventBytes);
        }
    }

    private boolean endLine(byte[] bytes, int from, int to, PayloadSink sink) {
        if (this.line.length() == 0) {
            return completeLine(bytes, from, to, sink);
        }
        this.line.append(bytes, from, to);
        byte[] array = this.line.array();
        int length = this.line.length();
        this.line.release();
        return completeLine(array, 0, length, sink);
    }

    private static boolean completeLine(byte[] bytes, int from, int to, PayloadSink sink) {
        int start = from;
        while (start < to && isBlank(bytes[start])) {
            start++;
        }
        int end = to;
        while (end > start && isBlank(bytes[end - 1])) {
            end--;
        }
        return start == end || sink.payload(bytes, start, end - start);
    }

    // Without a line end, only its brackets tell a last line from half a line
    private static boolean isWhole(byte[] bytes, int length) {
        int depth = 0;
        boolean quoted = false;
        boolean bracket = false;
        boolean blank = true;
        for (int i = 0; i < length; i++) {
            blank &= isBlank(bytes[i]);
            bracket |= !quoted && (bytes[i] == '{' || bytes[i] == '[');
            switch (bytes[i]) {
                case '"' -> quoted = !quoted;
                case '\\' -> i++;
                case '{', '[' -> depth += quoted ? 0 : 1;
                case '}', ']' -> depth -= quoted ? 0 : 1;
                default -> {
                    // Says nothing of the structure
                }
            }
        }
        return blank || (bracket && depth == 0 && !quoted);
    }

    private static boolean isBlank(byte value) {
        return value == ' ' || value == '\t' || value == '\r';
    }

}
