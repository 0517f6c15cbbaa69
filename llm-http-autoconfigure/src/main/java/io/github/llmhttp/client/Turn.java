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

package io.github.llmhttp.client;

import java.util.function.Predicate;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Deadline;
import io.github.llmhttp.call.WholeCall;
import org.jspecify.annotations.Nullable;

/**
 * What one client is asked, and what it has to know of those who are asked before and
 * after.
 *
 * @param whole the call that it is part of
 * @param request what the model is asked
 * @param deadline the limit of all turns, {@code null} if there is only one
 * @param rateLimit what the turn's rate limit is of; empty for that of all calls
 * @param elsewhere whether somebody else would answer at once after a failure
 */
record Turn(WholeCall whole, ChatRequest request, @Nullable Deadline deadline, String rateLimit,
        Predicate<LlmHttpException> elsewhere) {

    /** The turn of a client that is the only one to be asked. */
    static Turn only(WholeCall whole, ChatRequest request) {
        return new Turn(whole, request, null, "", (failure) -> false);
    }

    CallContext begin(CallContext call) {
        if (this.deadline != null) {
            call.limitBy(this.deadline);
        }
        call.rateLimit(this.rateLimit);
        call.elsewhere(this.elsewhere);
        return call;
    }

}
