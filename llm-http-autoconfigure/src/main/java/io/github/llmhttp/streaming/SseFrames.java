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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Server-sent events. A payload that lies in one line of the array being read is handed
 * on where it lies; bytes are copied only when a line is unfinished or the data has
 * several lines.
 */
final class SseFrames implements StreamFrames {

    private static final byte[] LINE_FEED = { '\n' };

    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ERROR_FIELD = "error: {".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ERROR_START = "{\"error\":".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ERROR_END = { '}' };

    private final long maxEventBytes;

    private final HeldBytes line = new HeldBytes();

    private final HeldBytes data = new HeldBytes();

    // The only data line so far, while the array that it lies in is at hand
    private byte[] single = LINE_FEED;

    private int singleFrom;

    private int singleTo;

    private Data state = Data.NONE;

    private boolean first = true;

    private boolean afterCr;

    SseFrames(long maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    @Override
    public int read(byte[] bytes, int offset, int length, PayloadSink sink) {
        int end = offset + length;
        int position = offset;
        while (position < end) {
            if (this.afterCr) {
                this.afterCr = false;
                if (bytes[position] == '\n') {
                    position++;
                    continue;
                }
            }
            int behind = isEventBegin() ? recognize(bytes, position, end, sink) : position;
            if (behind > position) {
                position = behind;
                if (!sink.recognized()) {
                    return position - offset;
                }
                continue;
            }
            int lineEnd = LineEnds.lfOrCr(bytes, position, end);
            check((long) this.line.length() + lineEnd - position);
            if (lineEnd == end) {
                this.line.append(bytes, position, end);
                break;
            }
            this.afterCr = (bytes[lineEnd] == '\r');
            boolean more = endLine(bytes, position, lineEnd, sink);
            position = lineEnd + 1;
            if (!more) {
                return position - offset;
            }
        }
        keepSingle();
        return length;
    }

    @Override
    public void end(PayloadSink sink) {
        this.line.release();
        forgetData();
    }

    @Override
    public boolean isWithinEvent() {
        return this.state != Data.NONE || (this.line.length() > 0 && this.line.array()[0] != ':');
    }

    /** Whether an event begins here. */
    private boolean isEventBegin() {
        return this.state == Data.NONE && this.line.length() == 0 && !this.first;
    }

    /**
     * Look for an event of one line that the sink recognizes, which saves the search for
     * its end.
     * @return where it ends, or where it would begin
     */
    private int recognize(byte[] bytes, int position, int end, PayloadSink sink) {
        int from = position + DATA.length;
        if (end - from < 2 || !Arrays.equals(bytes, position, from, DATA, 0, DATA.length)) {
            return position;
        }
        int length = sink.recognize(bytes, from, end);
        if (length == PayloadSink.UNKNOWN || DATA.length + length > this.maxEventBytes) {
            return position;
        }
        int lineEnd = from + length;
        boolean blank = end - lineEnd >= 2 && bytes[lineEnd] == '\n' && bytes[lineEnd + 1] == '\n';
        return blank ? lineEnd + 2 : position;
    }

    private void check(long lineLength) {
        long dataLength = switch (this.state) {
            case NONE -> 0;
            case SINGLE -> this.singleTo - this.singleFrom;
            case HELD -> this.data.length();
        };
        if (dataLength + lineLength > this.maxEventBytes) {
            this.line.release();
            forgetData();
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

    private boolean completeLine(byte[] bytes, int from, int to, PayloadSink sink) {
        int start = from;
        if (this.first) {
            this.first = false;
            start += byteOrderMark(bytes, from, to);
        }
        if (start == to) {
            return dispatch(sink);
        }
        if (isData(bytes, start, to)) {
            int value = Math.min(start + 5, to);
            data(bytes, (value < to && bytes[value] == ' ') ? value + 1 : value, to);
        }
        else if (isErrorField(bytes, start, to)) {
            data(ERROR_START, 0, ERROR_START.length);
            keepSingle();
            this.data.append(bytes, start + ERROR_FIELD.length - 1, to);
            this.data.append(ERROR_END, 0, 1);
        }
        return true;
    }

    // llama.cpp up to 2025-09 says "error: {...}" and then "data: [DONE]"
    private static boolean isErrorField(byte[] bytes, int from, int to) {
        return to - from > ERROR_FIELD.length
                && Arrays.equals(bytes, from, from + ERROR_FIELD.length, ERROR_FIELD, 0, ERROR_FIELD.length);
    }

    private static int byteOrderMark(byte[] bytes, int from, int to) {
        boolean marked = to - from >= 3 && bytes[from] == (byte) 0xEF && bytes[from + 1] == (byte) 0xBB
                && bytes[from + 2] == (byte) 0xBF;
        return marked ? 3 : 0;
    }

    private static boolean isData(byte[] bytes, int from, int to) {
        return to - from >= 4 && bytes[from] == 'd' && bytes[from + 1] == 'a' && bytes[from + 2] == 't'
                && bytes[from + 3] == 'a' && (to == from + 4 || bytes[from + 4] == ':');
    }

    private void data(byte[] bytes, int from, int to) {
        if (this.state == Data.NONE) {
            this.single = bytes;
            this.singleFrom = from;
            this.singleTo = to;
            this.state = Data.SINGLE;
            return;
        }
        keepSingle();
        this.data.append(LINE_FEED, 0, 1);
        this.data.append(bytes, from, to);
    }

    private void keepSingle() {
        if (this.state == Data.SINGLE) {
            this.data.append(this.single, this.singleFrom, this.singleTo);
            this.single = LINE_FEED;
            this.state = Data.HELD;
        }
    }

    private boolean dispatch(PayloadSink sink) {
        if (this.state == Data.NONE) {
            return true;
        }
        boolean held = (this.state == Data.HELD);
        byte[] payload = held ? this.data.array() : this.single;
        int from = held ? 0 : this.singleFrom;
        int to = held ? this.data.length() : this.singleTo;
        forgetData();
        return sink.payload(payload, from, to - from);
    }

    private void forgetData() {
        this.data.release();
        this.single = LINE_FEED;
        this.state = Data.NONE;
    }

    /**
     * Where the data of the unfinished event is.
     */
    private enum Data {

        NONE, SINGLE, HELD

    }

}
