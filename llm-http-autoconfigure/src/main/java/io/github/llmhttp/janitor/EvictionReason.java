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

package io.github.llmhttp.janitor;

/**
 * Why a connection was taken out of its pool.
 */
public enum EvictionReason {

    /** It was unused for longer than the client or the server allows. */
    IDLE("idle"),

    /** It is older than {@code janitor.max-life-time}. */
    LIFE_TIME("life-time"),

    /** It has carried as many requests as the client or the server allows. */
    MAX_REQUESTS("max-requests"),

    /** There are more unused connections than {@code pool.max-idle-connections}. */
    SURPLUS("surplus"),

    /** The server or something on the way has closed it. */
    CLOSED("closed"),

    /** Another one that was unused at the same time turned out to be dead. */
    STALE("stale"),

    /** Somebody who watches over the application asked for it. */
    ON_DEMAND("on-demand"),

    /** It received bytes that nobody had asked for. */
    SURPLUS_BYTES("surplus-bytes");

    private final String id;

    EvictionReason(String id) {
        this.id = id;
    }

    /**
     * The value of the tag {@code reason}.
     * @return the name in lower case
     */
    public String id() {
        return this.id;
    }

}
