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

package io.github.llmhttp;

/**
 * Stages of one attempt, in the order in which they are passed.
 */
public enum CallStage {

    /** The call is prepared; nothing was asked for yet. */
    START("start"),

    /** The call waits at the admission gate. */
    ACQUIRE("acquire"),

    /** The host name is resolved. */
    DNS("dns"),

    /** The TCP connection is opened. */
    CONNECT("connect"),

    /** TLS is negotiated. */
    TLS("tls"),

    /** The WebSocket handshake awaits its answer. */
    UPGRADE("upgrade"),

    /** The request is written. */
    WRITE("write"),

    /** The request is written; the response headers are awaited. */
    HEADERS("headers"),

    /** Headers have come; the body is read. */
    BODY("body"),

    /** The response was read to its end. */
    DONE("done");

    private final String id;

    CallStage(String id) {
        this.id = id;
    }

    /**
     * The name that messages, meters and Actuator use.
     * @return the name in lower case
     */
    public String id() {
        return this.id;
    }

}
