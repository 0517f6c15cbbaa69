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
 * What a message object of Anthropic's Messages API says of the answer as a whole.
 */
final class AnthropicMessage {

    private static final byte[] ID = JsonCursor.name("id");

    private static final byte[] MODEL = JsonCursor.name("model");

    private static final byte[] STOP_REASON = JsonCursor.name("stop_reason");

    private static final byte[] USAGE = JsonCursor.name("usage");

    private static final byte[] CONTENT = JsonCursor.name("content");

    private String id = "";

    private String model = "";

    private String stopReason = "";

    private @Nullable Usage usage;

    private int content = -1;

    private AnthropicMessage() {
    }

    /**
     * Read the value at hand.
     */
    static AnthropicMessage read(JsonCursor json, AnthropicUsage usage) {
        AnthropicMessage message = new AnthropicMessage();
        if (json.enterObject()) {
            while (json.nextField()) {
                message.readField(json, usage);
            }
        }
        return message;
    }

    private void readField(JsonCursor json, AnthropicUsage usage) {
        if (json.isField(ID)) {
            this.id = json.textOrEmpty();
        }
        else if (json.isField(MODEL)) {
            this.model = json.textOrEmpty();
        }
        else if (json.isField(STOP_REASON)) {
            this.stopReason = json.textOrEmpty();
        }
        else if (json.isField(USAGE)) {
            this.usage = usage.read(json);
        }
        else {
            this.content = json.isField(CONTENT) ? json.mark() : this.content;
            json.skip();
        }
    }

    /**
     * Where the content is.
     * @return its mark, or -1 if there is none
     */
    int content() {
        return this.content;
    }

    void emitStart(ContentSink sink) {
        sink.identity(this.model, this.id);
        if (this.usage != null) {
            sink.usage(this.usage);
        }
    }

    void emitFinish(ContentSink sink) {
        if (!this.stopReason.isEmpty()) {
            sink.finish(this.stopReason);
        }
    }

}
