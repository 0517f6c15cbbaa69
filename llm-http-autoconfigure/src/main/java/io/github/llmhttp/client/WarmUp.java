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

import java.util.List;

import io.github.llmhttp.LlmHttpException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a client does before its first call, so that this one need not: one step after
 * another, off the path of any request.
 */
final class WarmUp {

    private static final Log logger = LogFactory.getLog(WarmUp.class);

    private final String client;

    private final List<Mono<Void>> steps;

    private volatile String state;

    /**
     * Prepare a warm-up.
     * @param client name of the client
     * @param steps what is done in order; none if nothing is to be warmed
     */
    WarmUp(String client, List<Mono<Void>> steps) {
        this.client = client;
        this.steps = steps;
        this.state = steps.isEmpty() ? "off" : "running";
    }

    /**
     * Take all steps, also those behind one that failed.
     * @return fails with the first failure
     */
    Mono<Void> run() {
        return Flux.concatDelayError(Flux.fromIterable(this.steps).map((step) -> step.onErrorMap(WarmUp::first)))
            .then()
            .onErrorMap(WarmUp::first)
            .doOnError(this::failed)
            .doOnSuccess((done) -> this.state = this.steps.isEmpty() ? "off" : "done");
    }

    private static Throwable first(Throwable error) {
        Throwable[] several = error.getSuppressed();
        return (!(error instanceof LlmHttpException) && several.length > 0) ? several[0] : error;
    }

    private void failed(Throwable error) {
        this.state = "failed: " + error.getMessage();
        logger.warn("[%s] was not warmed up ahead of the first call: %s".formatted(this.client, error.getMessage()));
    }

    /**
     * How far it is.
     * @return {@code off}, {@code running}, {@code done}, or {@code failed:} with the
     * reason
     */
    String state() {
        return this.state;
    }

}
