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

package io.github.llmhttp.call;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallReport;
import io.github.llmhttp.FailureKind;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * Follows one call from its begin to its end, such as an observation. Must not throw.
 */
public interface CallFollower {

    /**
     * What the caller's context becomes for the call.
     * @param context the subscriber's context
     * @return the context of everything that the call does
     */
    Context callBegins(Context context);

    /**
     * An attempt begins.
     * @param attempt the attempt
     * @param context the call's context
     * @return the context of everything that the attempt does
     */
    Context attemptBegins(CallContext attempt, Context context);

    /**
     * The first content of an attempt came.
     */
    void firstContent();

    /**
     * An attempt ended.
     * @param attempt how it went
     * @param error why it failed, {@code null} if it did not
     */
    void attemptEnded(AttemptReport attempt, @Nullable Throwable error);

    /**
     * Another client or model is asked.
     * @param cause why the one before did not answer
     * @param client name of the client that is asked now
     * @param model the model that is asked now; empty for the client's own
     */
    void fellBack(FailureKind cause, String client, String model);

    /**
     * The call ended.
     * @param call how it went
     * @param error why it failed, {@code null} if it did not
     */
    void callEnded(CallReport call, @Nullable Throwable error);

}
