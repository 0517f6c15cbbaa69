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

import io.github.llmhttp.ApiKeyProvider;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The key that a client sends: the provider's, else the configured one.
 */
final class ApiKeys {

    private final String client;

    private final @Nullable String configured;

    private final @Nullable ApiKeyProvider provider;

    private final Secrecy secrecy;

    ApiKeys(String client, @Nullable String configured, @Nullable ApiKeyProvider provider, Secrecy secrecy) {
        this.client = client;
        this.configured = configured;
        this.provider = provider;
        this.secrecy = secrecy;
    }

    /**
     * The key for an attempt.
     * @return the key; empty if there is none
     */
    Mono<String> key() {
        Mono<String> fixed = Mono.justOrEmpty(this.configured);
        if (this.provider == null) {
            return fixed;
        }
        ApiKeyProvider asked = this.provider;
        return Mono.defer(() -> asked.apiKey(this.client))
            .onErrorMap((error) -> !(error instanceof LlmHttpException), this::noKey)
            .map(this::checked)
            .switchIfEmpty(fixed);
    }

    /** Its message may hold what it was asked with. */
    private LlmHttpException noKey(Throwable error) {
        return Failure.of(FailureKind.CONFIG, this.client)
            .detail("the ApiKeyProvider gave no key but failed with " + error.getClass().getName())
            .toException(error);
    }

    private String checked(String key) {
        if (key.isBlank() || !key.chars().allMatch((c) -> c > 0x20 && c < 0x7f)) {
            throw Failure.of(FailureKind.CONFIG, this.client)
                .detail("the ApiKeyProvider gave a key of %d characters that no header can carry: "
                    .formatted(key.length()) + "only visible ASCII is allowed")
                .toException();
        }
        this.secrecy.remember(key);
        return key;
    }

}
