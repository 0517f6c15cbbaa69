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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.CallStage;
import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallJournal;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.call.WholeCall;
import io.github.llmhttp.endpoint.Endpoint;
import io.github.llmhttp.endpoint.EndpointChoice;
import io.github.llmhttp.endpoint.Grant;
import io.github.llmhttp.pool.AdmissionGate;
import io.github.llmhttp.pool.PoolLimits;
import io.github.llmhttp.pool.PoolProperties;
import io.github.llmhttp.provider.ProviderDialect;
import io.github.llmhttp.provider.ProviderDialects;
import io.github.llmhttp.streaming.LimitsProperties;
import io.github.llmhttp.streaming.StreamCompletion;
import io.github.llmhttp.streaming.StreamFrames;
import io.github.llmhttp.timeout.AttemptClock;
import io.github.llmhttp.timeout.AttemptLimits;
import io.github.llmhttp.timeout.TimeoutProperties;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;

/**
 * Reads a body that a test makes, behind a real gate and clock.
 */
final class ReaderFixture {

    static final NettyDataBufferFactory BUFFERS = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT);

    final Set<AttemptClock> running = ConcurrentHashMap.newKeySet();

    final TimeoutProperties timeouts = new TimeoutProperties();

    final LimitsProperties limits = new LimitsProperties();

    final ProviderDialect dialect = new ProviderDialects().get("openai");

    final CallTime time;

    final AdmissionGate gate;

    ReaderFixture(CallTime time) {
        this.time = time;
        this.gate = new AdmissionGate("test", PoolLimits.of(new PoolProperties()), Duration.ofSeconds(5),
                time.scheduler());
    }

    Flux<String> text(Flux<DataBuffer> body, StreamCompletion completion) {
        return read(body, (actual, frames, attempt) -> new TextReader(actual, frames, this.dialect.decoder(),
                completion, attempt));
    }

    Flux<String> text(Flux<DataBuffer> body) {
        return text(body, StreamCompletion.LENIENT);
    }

    Flux<ChatEvent> events(Flux<DataBuffer> body) {
        return read(body, (actual, frames, attempt) -> new EventReader(actual, frames, this.dialect.decoder(),
                StreamCompletion.LENIENT, attempt));
    }

    Flux<String> data(Flux<DataBuffer> body) {
        return this.<String>read(body, DataReader::new);
    }

    /** The same as part of a call that is followed. */
    Flux<String> followedText(Flux<DataBuffer> body, WholeCall whole, CallJournal journal) {
        return read(body, (actual, frames, attempt) -> new TextReader(actual, frames, this.dialect.decoder(),
                StreamCompletion.LENIENT, attempt), (call) -> call.partOf(whole, journal, whole.model()));
    }

    private <T> Flux<T> read(Flux<DataBuffer> body, StreamPipeline.ReaderFactory<T> reader) {
        return read(body, reader, (call) -> {
        });
    }

    private <T> Flux<T> read(Flux<DataBuffer> body, StreamPipeline.ReaderFactory<T> reader,
            Consumer<CallContext> prepared) {
        return Flux.defer(() -> {
            CallContext call = new CallContext("test", "localhost:1", "POST http://localhost:1/v1", Lane.STREAM,
                    this.time.nanos());
            prepared.accept(call);
            return this.gate.admit(call, (permit) -> {
                call.enter(CallStage.BODY);
                AttemptClock clock = new AttemptClock(call, AttemptLimits.of(this.timeouts, Lane.STREAM, null),
                        this.time, this.running);
                FailureTranslation failures = new FailureTranslation(this.timeouts, this.limits,
                        new Secrecy(List.of()));
                Grant grant = EndpointChoice.only(Endpoint.foreign("test", "localhost:1")).next(call);
                Attempt attempt = new Attempt(call, clock, this.time, failures, permit, grant);
                return clock.guard(new AfterRelease<>(new StreamPipeline.ReadFlux<>(body,
                        StreamFrames.sse(this.limits.getEvent().toBytes()), attempt, reader), call));
            }).doOnComplete(() -> call.ended(CallOutcome.SUCCESS, null, null)).contextWrite(call::putInto);
        });
    }

    static DataBuffer buffer(String text) {
        return BUFFERS
            .wrap(BUFFERS.getByteBufAllocator().directBuffer().writeBytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    static ByteBuf bytes(DataBuffer buffer) {
        return NettyDataBufferFactory.toByteBuf(buffer);
    }

    static String token(String text) {
        return """
                data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-x",\
                "system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"content":"%s"},"logprobs":null,\
                "finish_reason":null}]}

                """.formatted(text);
    }

    static final String FINISH = """
            data: {"id":"chatcmpl-1","model":"gpt-x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            """;

    static final String DONE = "data: [DONE]\n\n";

}
