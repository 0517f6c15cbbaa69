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

import java.util.Objects;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.streaming.MessageFrames;
import io.github.llmhttp.websocket.WebSocketConnection;
import io.github.llmhttp.websocket.WebSocketException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DefaultDataBufferFactory;

/**
 * The items of one turn: its message is sent, then messages are read up to the end of the
 * answer, as if they were the body of a response. If the answer is not read to its end,
 * the connection is closed: what still comes would be taken for that of the next turn.
 *
 * @param <T> type of the items
 */
final class TurnFlux<T> extends Flux<T> {

    private static final byte[] NOTHING = { 0 };

    private final WebSocketConnection connection;

    private final byte[] message;

    private final Attempt attempt;

    private final WebSocketFailures failures;

    private final StreamPipeline.ReaderFactory<T> reader;

    TurnFlux(WebSocketConnection connection, byte[] message, Attempt attempt, WebSocketFailures failures,
            StreamPipeline.ReaderFactory<T> reader) {
        this.connection = connection;
        this.message = message;
        this.attempt = attempt;
        this.failures = failures;
        this.reader = reader;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        MessageFrames frames = new MessageFrames();
        StreamReader<T> answer = this.reader.create(actual, frames, this.attempt);
        CallContext call = this.attempt.call();
        call.enter(CallStage.WRITE);
        this.connection.send(this.message).doOnSuccess((sent) -> {
            call.sent(this.message.length);
            call.enter(CallStage.BODY);
        }).thenMany(this.connection.receive()).subscribe(new Feed(frames, answer));
    }

    /**
     * Feeds a reader with messages, each as one buffer.
     */
    private final class Feed implements CoreSubscriber<byte[]>, Subscription {

        private final MessageFrames frames;

        private final StreamReader<T> answer;

        private @Nullable Subscription messages;

        private boolean answered;

        private volatile boolean ended;

        Feed(MessageFrames frames, StreamReader<T> answer) {
            this.frames = frames;
            this.answer = answer;
        }

        @Override
        public Context currentContext() {
            return this.answer.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            this.messages = subscription;
            this.answer.onSubscribe(this);
        }

        @Override
        public void onNext(byte[] message) {
            if (this.ended) {
                return;
            }
            this.answered = true;
            TurnFlux.this.attempt.call().received(message.length);
            this.frames.expect(message.length);
            // A reader reads no buffer that is empty
            this.answer.onNext(DefaultDataBufferFactory.sharedInstance.wrap((message.length > 0) ? message : NOTHING));
            if (this.answer.isEnded()) {
                this.ended = true;
                messages().cancel();
                TurnFlux.this.connection.idle(true);
                this.answer.onComplete();
            }
        }

        @Override
        public void onError(Throwable error) {
            this.ended = true;
            this.answer.onError((error instanceof WebSocketException end)
                    ? TurnFlux.this.failures.of(end, TurnFlux.this.attempt, !this.answered) : error);
        }

        /** The server has closed in order, but before the end of its answer. */
        @Override
        public void onComplete() {
            onError(TurnFlux.this.connection.ending());
        }

        @Override
        public void request(long n) {
            messages().request(n);
        }

        @Override
        public void cancel() {
            messages().cancel();
            if (!this.ended) {
                this.ended = true;
                TurnFlux.this.connection.leave();
            }
        }

        private Subscription messages() {
            return Objects.requireNonNull(this.messages);
        }

    }

}
