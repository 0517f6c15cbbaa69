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

import io.github.llmhttp.ToolCall;

/**
 * One item of the output of OpenAI's Responses API: a message, reasoning, or a call.
 */
final class ResponsesItem {

    private static final byte[] TYPE = JsonCursor.name("type");

    private static final byte[] FUNCTION_CALL = JsonCursor.name("function_call");

    private static final byte[] REASONING = JsonCursor.name("reasoning");

    private static final byte[] CALL_ID = JsonCursor.name("call_id");

    private static final byte[] NAME = JsonCursor.name("name");

    private static final byte[] ARGUMENTS = JsonCursor.name("arguments");

    private static final byte[] CONTENT = JsonCursor.name("content");

    private static final byte[] SUMMARY = JsonCursor.name("summary");

    private static final byte[] TEXT = JsonCursor.name("text");

    private static final byte[] REFUSAL = JsonCursor.name("refusal");

    private final StringBuilder text = new StringBuilder();

    private boolean isCall;

    private boolean isReasoning;

    private String callId = "";

    private String name = "";

    private String arguments = "";

    private ResponsesItem() {
    }

    /**
     * Read the value at hand.
     */
    static ResponsesItem read(JsonCursor json) {
        ResponsesItem item = new ResponsesItem();
        if (json.enterObject()) {
            while (json.nextField()) {
                item.readField(json);
            }
        }
        return item;
    }

    private void readField(JsonCursor json) {
        if (json.isField(TYPE)) {
            json.matchText();
            this.isCall = json.textIs(FUNCTION_CALL);
            this.isReasoning = json.textIs(REASONING);
        }
        else if (json.isField(CALL_ID)) {
            this.callId = json.textOrEmpty();
        }
        else if (json.isField(NAME)) {
            this.name = json.textOrEmpty();
        }
        else if (json.isField(ARGUMENTS)) {
            this.arguments = json.textOrEmpty();
        }
        else if (json.isField(CONTENT) || json.isField(SUMMARY)) {
            readParts(json);
        }
        else {
            json.skip();
        }
    }

    private void readParts(JsonCursor json) {
        if (!json.enterArray()) {
            return;
        }
        while (json.nextElement()) {
            if (json.enterObject()) {
                readPart(json);
            }
        }
    }

    private void readPart(JsonCursor json) {
        while (json.nextField()) {
            if (json.isField(TEXT) || json.isField(REFUSAL)) {
                this.text.append(json.textOrEmpty());
            }
            else {
                json.skip();
            }
        }
    }

    void emitCall(ContentSink sink) {
        if (this.isCall) {
            sink.toolCall(new ToolCall(this.callId, this.name, this.arguments.isEmpty() ? "{}" : this.arguments));
        }
    }

    void emitText(ContentSink sink) {
        if (this.text.isEmpty()) {
            return;
        }
        if (this.isReasoning) {
            sink.reasoning(this.text.toString());
        }
        else {
            sink.text(this.text.toString());
        }
    }

}
