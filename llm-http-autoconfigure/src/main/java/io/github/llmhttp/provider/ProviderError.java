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

import io.github.llmhttp.FailureKind;
import org.jspecify.annotations.Nullable;

/**
 * What a provider says of an error, in the body of an error status or inside a stream.
 *
 * @param kind what it means
 * @param effectiveStatus the HTTP status that it means
 * @param type the provider's type or code
 * @param message the provider's message: one line, cut and free of control characters
 */
public record ProviderError(FailureKind kind, int effectiveStatus, @Nullable String type, @Nullable String message) {

    /**
     * Whether the account has nothing left, so that waiting does not help, whatever the
     * status says.
     * @return whether a retry is in vain
     */
    public boolean isPermanent() {
        return this.kind == FailureKind.QUOTA || (this.type != null && ErrorWords.isQuota(this.type));
    }

}
