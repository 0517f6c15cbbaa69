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
 * How streams end. Bound to {@code llm.http.streaming}.
 */
public class StreamingProperties {

    /**
     * What proves that a stream is complete.
     */
    private StreamCompletion completion = StreamCompletion.LENIENT;

    /**
     * What happens to a stream of events that breaks after its first content.
     */
    private StreamRestart restart = StreamRestart.NEVER;

    public StreamCompletion getCompletion() {
        return this.completion;
    }

    public void setCompletion(StreamCompletion completion) {
        this.completion = completion;
    }

    public StreamRestart getRestart() {
        return this.restart;
    }

    public void setRestart(StreamRestart restart) {
        this.restart = restart;
    }

}
