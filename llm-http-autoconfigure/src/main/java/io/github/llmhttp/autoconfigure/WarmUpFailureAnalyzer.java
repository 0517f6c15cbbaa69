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

package io.github.llmhttp.autoconfigure;

import io.github.llmhttp.Failure;
import io.github.llmhttp.client.WarmUpFailedException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what kept a client from being warmed up that the application shall not start
 * without.
 */
final class WarmUpFailureAnalyzer extends AbstractFailureAnalyzer<WarmUpFailedException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, WarmUpFailedException cause) {
        return new FailureAnalysis(cause.getMessage(),
                "Start the endpoint and check its address, or set %s: false to start without it."
                    .formatted(Failure.property(cause.client(), "warm-up.fail-fast")),
                cause);
    }

}
