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
 * Hears how calls and their attempts ended, for accounting of one's own. Beans of this
 * type hear of all clients, in their order. Each call is told of once, after its
 * attempts, whatever its end is.
 * <p>
 * Runs on the thread on which the call ends, most often an event loop that serves other
 * calls: it must not block. What it throws is logged, the first time as a warning, and
 * never reaches a call.
 */
public interface CallListener {

    /**
     * An attempt ended. It is one of the client that was asked, which is another one than
     * that of the call if a fallback was.
     * @param attempt how it went
     */
    default void attemptEnded(AttemptReport attempt) {
    }

    /**
     * A call ended: what it was asked for was delivered, failed, or is not wanted any
     * more.
     * @param call how it went
     */
    default void callEnded(CallReport call) {
    }

}
