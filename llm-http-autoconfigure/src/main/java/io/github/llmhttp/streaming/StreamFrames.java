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
 * Cuts the bytes of one stream into the payloads of its events, however the network cut
 * them. One instance belongs to one stream.
 */
public interface StreamFrames {

    /**
     * Read the next bytes. They may be overwritten afterwards.
     * @param bytes array with the bytes
     * @param offset the first byte
     * @param length number of bytes
     * @param sink receives each payload that is complete
     * @return number of bytes read; less than {@code length} only if the sink wanted no
     * more
     * @throws FrameTooLargeException if an event is larger than the limit
     */
    int read(byte[] bytes, int offset, int length, PayloadSink sink);

    /**
     * The stream ended. A half event is dropped, by the rules of its format.
     * @param sink receives a last payload, where the format completes it by the end
     */
    void end(PayloadSink sink);

    /**
     * Whether bytes of an unfinished event are held.
     * @return whether the stream is within an event
     */
    boolean isWithinEvent();

    /**
     * Frames of server-sent events, by the rules of the WHATWG's EventSource: the payload
     * of an event is its data; its name, id and retry time are dropped.
     * @param maxEventBytes the most bytes that the data of an event and the line being
     * read may have together
     * @return frames for one stream
     */
    static StreamFrames sse(long maxEventBytes) {
        return new SseFrames(maxEventBytes);
    }

    /**
     * Frames of newline-delimited JSON: the payload is a line without its line end. Blank
     * lines are skipped. The last line may lack its line end; it is dropped if its
     * brackets show that it was cut.
     * @param maxEventBytes the most bytes that a line may have
     * @return frames for one stream
     */
    static StreamFrames ndjson(long maxEventBytes) {
        return new NdjsonFrames(maxEventBytes);
    }

}
