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

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.web.reactive.function.BodyInserter;

/**
 * A body that is asked for once and kept while it is written, up to a limit, so that the
 * next attempt sends the same bytes. What is not kept whole is sent once.
 */
final class ReplayBody implements BodyInserter<Object, ClientHttpRequest> {

    private final BodyInserter<?, ? super ClientHttpRequest> source;

    private final long maxBytes;

    private final String limit;

    private volatile @Nullable RecordedRequest recorded;

    /**
     * Create a body.
     * @param source writes it once
     * @param maxBytes most bytes that are kept
     * @param limit the property that sets it
     */
    ReplayBody(BodyInserter<?, ? super ClientHttpRequest> source, long maxBytes, String limit) {
        this.source = source;
        this.maxBytes = maxBytes;
        this.limit = limit;
    }

    @Override
    public Mono<Void> insert(ClientHttpRequest output, Context context) {
        RecordedRequest before = this.recorded;
        if (before != null && before.obstacle() == null) {
            return before.replay(output);
        }
        RecordedRequest request = RecordedRequest.of(output, this.maxBytes, this.limit);
        this.recorded = request;
        return this.source.insert(request, context);
    }

    /**
     * Why the body cannot be sent at this moment.
     * @return what is wrong with it, {@code null} if it can
     */
    @Nullable String obstacle() {
        RecordedRequest begun = this.recorded;
        return (begun != null) ? begun.obstacle() : null;
    }

}
