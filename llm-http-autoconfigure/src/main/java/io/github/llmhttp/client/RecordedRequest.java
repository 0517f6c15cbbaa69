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

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ZeroCopyHttpOutputMessage;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpRequestDecorator;

/**
 * A request that keeps copies of the bytes that are written to it, and of the headers
 * that come with them. They are heap memory, so that nothing has to be released whatever
 * becomes of the call.
 */
class RecordedRequest extends ClientHttpRequestDecorator {

    private final HttpHeaders before = new HttpHeaders();

    private final HttpHeaders added = new HttpHeaders();

    private final List<byte[]> parts = new ArrayList<>();

    private final long maxBytes;

    private final String limit;

    private long size;

    /** Written last: whoever sees that there is none sees the parts, too. */
    private volatile @Nullable String obstacle = "was not written to its end";

    private RecordedRequest(ClientHttpRequest request, long maxBytes, String limit) {
        super(request);
        this.maxBytes = maxBytes;
        this.limit = limit;
        this.before.putAll(request.getHeaders());
    }

    /**
     * Begin to keep what is written.
     * @param request the request that is written to
     * @param maxBytes most bytes that are kept
     * @param limit the property that sets it
     * @return the same request
     */
    static RecordedRequest of(ClientHttpRequest request, long maxBytes, String limit) {
        return (request instanceof ZeroCopyHttpOutputMessage zeroCopy) ? new OfFiles(request, zeroCopy, maxBytes, limit)
                : new RecordedRequest(request, maxBytes, limit);
    }

    /**
     * Why the bytes cannot be written once more.
     * @return what is wrong with the body, {@code null} if nothing is
     */
    @Nullable String obstacle() {
        return this.obstacle;
    }

    /**
     * Write the same once more.
     * @param request another request
     * @return completes when it is written
     */
    Mono<Void> replay(ClientHttpRequest request) {
        this.added.forEach(request.getHeaders()::put);
        if (this.parts.isEmpty()) {
            return request.setComplete();
        }
        Flux<DataBuffer> body = Flux.fromIterable(this.parts).map(request.bufferFactory()::wrap);
        // The length of a single buffer is known, and sent
        return request.writeWith((this.parts.size() == 1) ? body.single() : body);
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        if (getHeaders().getContentLength() > this.maxBytes) {
            refuse();
            return super.writeWith(body);
        }
        return super.writeWith((body instanceof Mono)
                ? Mono.<DataBuffer>from(body).doOnNext(this::keep).doOnSuccess((last) -> completed())
                : Flux.<DataBuffer>from(body).doOnNext(this::keep).doOnComplete(this::completed));
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        this.obstacle = "is a stream";
        return super.writeAndFlushWith(body);
    }

    @Override
    public Mono<Void> setComplete() {
        completed();
        return super.setComplete();
    }

    private void keep(DataBuffer buffer) {
        int length = buffer.readableByteCount();
        if (this.size > this.maxBytes || length == 0) {
            return;
        }
        this.size += length;
        if (this.size > this.maxBytes) {
            refuse();
            return;
        }
        byte[] bytes = new byte[length];
        buffer.toByteBuffer(ByteBuffer.wrap(bytes));
        this.parts.add(bytes);
    }

    private void refuse() {
        this.parts.clear();
        this.obstacle = "is larger than " + this.limit;
    }

    private void completed() {
        if (this.size > this.maxBytes) {
            return;
        }
        getHeaders().forEach((name, values) -> {
            if (!values.equals(this.before.get(name))) {
                this.added.put(name, List.copyOf(values));
            }
        });
        this.obstacle = null;
    }

    /**
     * A request that takes files without reading them.
     */
    private static final class OfFiles extends RecordedRequest implements ZeroCopyHttpOutputMessage {

        private final ZeroCopyHttpOutputMessage request;

        OfFiles(ClientHttpRequest request, ZeroCopyHttpOutputMessage zeroCopy, long maxBytes, String limit) {
            super(request, maxBytes, limit);
            this.request = zeroCopy;
        }

        @Override
        public Mono<Void> writeWith(Path file, long position, long count) {
            super.obstacle = "is a file";
            return this.request.writeWith(file, position, count);
        }

    }

}
