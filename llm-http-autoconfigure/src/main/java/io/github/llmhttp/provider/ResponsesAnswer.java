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
 * What a response object of OpenAI's Responses API says of the answer as a whole.
 */
final class ResponsesAnswer {

    private static final byte[] ID = JsonCursor.name("id");

    private static final byte[] MODEL = JsonCursor.name("model");

    private static final byte[] STATUS = JsonCursor.name("status");

    private static final byte[] INCOMPLETE_DETAILS = JsonCursor.name("incomplete_details");

    private static final byte[] STATUS_DETAILS = JsonCursor.name("status_details");

    private static final byte[] REASON = JsonCursor.name("reason");

    private static final byte[] USAGE = JsonCursor.name("usage");

    private static final byte[] OUTPUT = JsonCursor.name("output");

    private String id = "";

    private String model = "";

    private String status = "";

    private String reason = "";

    private @Nullable Usage usage;

    private int output = -1;

    private ResponsesAnswer() {
    }

    /**
     * Read the value at hand.
     */
    static ResponsesAnswer read(JsonCursor json) {
        ResponsesAnswer answer = new ResponsesAnswer();
        if (json.enterObject()) {
            while (json.nextField()) {
                answer.readField(json);
            }
        }
        return answer;
    }

    private void readField(JsonCursor json) {
        if (json.isField(ID)) {
            this.id = json.textOrEmpty();
        }
        else if (json.isField(MODEL)) {
            this.model = json.textOrEmpty();
        }
        else if (json.isField(STATUS)) {
            this.status = json.textOrEmpty();
        }
        else if (json.isField(INCOMPLETE_DETAILS) || json.isField(STATUS_DETAILS)) {
            readDetails(json);
        }
        else if (json.isField(USAGE)) {
            this.usage = OpenAiUsage.read(json);
        }
        else {
            this.output = json.isField(OUTPUT) ? json.mark() : this.output;
            json.skip();
        }
    }

    private void readDetails(JsonCursor json) {
        if (!json.enterObject()) {
            return;
        }
        while (json.nextField()) {
            if (json.isField(REASON)) {
                this.reason = json.textOrEmpty();
            }
            else {
                json.skip();
            }
        }
    }

    /**
     * Where the output is.
     * @return its mark, or -1 if there is none
     */
    int output() {
        return this.output;
    }

    boolean isFailed() {
        return this.status.equals("failed");
    }

    void emitIdentity(ContentSink sink) {
        sink.identity(this.model, this.id);
    }

    void emitFinish(ContentSink sink) {
        if (this.usage != null) {
            sink.usage(this.usage);
        }
        sink.finish(this.reason.isEmpty() ? this.status : this.reason);
    }

}
