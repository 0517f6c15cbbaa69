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

import org.springframework.util.unit.DataSize;

/**
 * Limits of what is buffered of a request and its answer. Bound to
 * {@code llm.http.limits}.
 */
public class LimitsProperties {

    /**
     * Maximum size of a whole answer that does not stream.
     */
    private DataSize answer = DataSize.ofMegabytes(16);

    /**
     * Maximum size of one event or line of a stream.
     */
    private DataSize event = DataSize.ofMegabytes(4);

    /**
     * Maximum size of an error body that is read; the rest is ignored and its connection
     * closed.
     */
    private DataSize errorBody = DataSize.ofKilobytes(64);

    /**
     * Maximum size of a request body of webClient() that is kept to be sent again; a
     * larger one is sent once.
     */
    private DataSize replayBody = DataSize.ofMegabytes(4);

    public DataSize getAnswer() {
        return this.answer;
    }

    public void setAnswer(DataSize answer) {
        this.answer = answer;
    }

    public DataSize getEvent() {
        return this.event;
    }

    public void setEvent(DataSize event) {
        this.event = event;
    }

    public DataSize getErrorBody() {
        return this.errorBody;
    }

    public void setErrorBody(DataSize errorBody) {
        this.errorBody = errorBody;
    }

    public DataSize getReplayBody() {
        return this.replayBody;
    }

    public void setReplayBody(DataSize replayBody) {
        this.replayBody = replayBody;
    }

}
