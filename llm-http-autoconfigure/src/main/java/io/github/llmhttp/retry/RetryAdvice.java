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

package io.github.llmhttp.retry;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Reads {@code x-should-retry}, which OpenAI sends and the vendors' own SDKs obey.
 */
public final class RetryAdvice {

    private RetryAdvice() {
    }

    /**
     * Whether another attempt is worth it after an error.
     * @param status status of the response
     * @param headers its headers
     * @return what the headers say, else what the status does
     */
    public static boolean isWorthIt(int status, HttpHeaders headers) {
        Boolean advice = of(headers);
        return (advice != null) ? advice && status >= 400 : RetryClass.isTold(status);
    }

    /**
     * What a response says about another attempt.
     * @param headers headers of the response
     * @return what they say, {@code null} if they say nothing
     */
    public static @Nullable Boolean of(HttpHeaders headers) {
        String value = headers.getFirst("x-should-retry");
        if (value == null) {
            return null;
        }
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> null;
        };
    }

}
