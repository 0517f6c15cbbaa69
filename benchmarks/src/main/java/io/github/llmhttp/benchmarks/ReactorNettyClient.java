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

package io.github.llmhttp.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

import io.netty.buffer.Unpooled;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Reactor Netty alone, which reads bytes and makes nothing of them: the limit of what can
 * be had on this stack.
 */
final class ReactorNettyClient implements LoadClient {

    private static final long STREAM_BYTES = Replies.streamBytes();

    private final HttpClient http;

    ReactorNettyClient(String url) {
        this.http = HttpClient
            .create(ConnectionProvider.builder("rn").maxConnections(10_000).pendingAcquireMaxCount(-1).build())
            .baseUrl(url)
            .headers((headers) -> headers.set("Content-Type", "application/json").set("Authorization", "Bearer sk-x"));
    }

    private static byte[] body(String model, boolean stream) {
        return "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],\"stream\":%s}"
            .formatted(model, PROMPT, stream)
            .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Mono<Integer> chat(String model) {
        return this.http.post()
            .uri("/v1/chat/completions")
            .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body(model, false))))
            .responseSingle((response, content) -> content.map((bytes) -> bytes.readableBytes()));
    }

    @Override
    public Mono<Void> stream(String model, IntConsumer tokens) {
        return Mono.defer(() -> {
            AtomicLong bytes = new AtomicLong();
            boolean paced = Workload.of(model).isPaced();
            return this.http.post()
                .uri("/v1/chat/completions")
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body(model, true))))
                .response((response, content) -> content.doOnNext((buffer) -> {
                    long before = bytes.getAndAdd(buffer.readableBytes());
                    if (paced && before > 0) {
                        tokens.accept(1);
                    }
                }))
                .then()
                .doOnSuccess((done) -> {
                    if (bytes.get() == STREAM_BYTES) {
                        tokens.accept(Replies.TOKENS);
                    }
                });
        });
    }

}
