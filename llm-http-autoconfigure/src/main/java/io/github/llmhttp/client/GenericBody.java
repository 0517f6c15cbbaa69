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

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.CallStage;
import io.github.llmhttp.Failure;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.RetryDecision;
import io.github.llmhttp.call.WholeCall;
import io.github.llmhttp.timeout.AttemptClock;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * The body of a generic call: permit and clocks last as long as it does. Disposed of
 * before anybody reads it, or unread until a limit is reached, it closes the connection
 * and gives the permit back.
 */
final class GenericBody implements Disposable {

    private final Attempt attempt;

    private final WholeCall whole;

    private final @Nullable LlmHttpException refusal;

    private final Disposable permit;

    private final AttemptClock unread;

    private final AtomicBoolean taken = new AtomicBoolean();

    private volatile @Nullable LlmHttpException failure;

    /**
     * Take a response's body.
     * @param attempt the attempt, which ends with the body
     * @param whole the call, which ends with it
     * @param refusal what the response's status means, {@code null} for a success
     */
    GenericBody(Attempt attempt, WholeCall whole, @Nullable LlmHttpException refusal) {
        this.attempt = attempt;
        this.whole = whole;
        this.refusal = refusal;
        this.permit = attempt.permit().keep();
        this.unread = attempt.clock().forBody();
        this.unread.reading(false);
        this.unread.start(this::expired);
    }

    Flux<DataBuffer> guard(Flux<DataBuffer> body) {
        return Flux.defer(() -> {
            if (this.taken.compareAndSet(false, true)) {
                this.unread.stop();
                return watched(body);
            }
            LlmHttpException failure = this.failure;
            return (failure != null) ? Flux.error(failure) : new UntilLeft<>(body, this.attempt.call());
        });
    }

    private void expired(Failure.Builder failure) {
        LlmHttpException error = remembered(failure.toException());
        this.failure = error;
        ended(CallOutcome.ERROR, error);
        dispose();
    }

    private Flux<DataBuffer> watched(Flux<DataBuffer> body) {
        AttemptClock clock = this.attempt.clock().forBody();
        clock.reading(false);
        AtomicLong wanted = new AtomicLong();
        Flux<DataBuffer> buffers = new UntilLeft<>(body, this.attempt.call()).doOnRequest((n) -> {
            wanted.updateAndGet((sum) -> (sum + n < 0) ? Long.MAX_VALUE : sum + n);
            clock.reading(true);
        }).doOnNext((buffer) -> {
            clock.bytesArrived();
            clock.reading(wanted.decrementAndGet() > 0);
            // More may have been asked for in between
            if (wanted.get() > 0) {
                clock.reading(true);
            }
        }).doOnComplete(() -> this.attempt.call().enter(CallStage.DONE));
        return clock
            .guard(new AfterRelease<>(Attempts.closing(buffers, this.attempt.call()), this.attempt.call()),
                    (buffer, context) -> DataBufferUtils.release(buffer))
            .onErrorMap(this::failed)
            .doOnComplete(this::completed)
            .doOnTerminate(this.permit::dispose)
            .doOnCancel(() -> {
                this.permit.dispose();
                ended(CallOutcome.CANCELLED, null);
            });
    }

    private void completed() {
        ended((this.refusal != null) ? CallOutcome.ERROR : CallOutcome.SUCCESS, this.refusal);
    }

    private Throwable failed(Throwable error) {
        LlmHttpException failure = remembered(this.attempt.failures().translate(error, this.attempt.call()));
        ended(CallOutcome.ERROR, failure);
        return failure;
    }

    private void ended(CallOutcome outcome, @Nullable LlmHttpException failure) {
        this.attempt.call().ended(outcome, failure, (failure != null) ? RetryDecision.FINAL : null);
        this.whole.end(outcome, failure);
    }

    private LlmHttpException remembered(LlmHttpException failure) {
        this.attempt.endpoint().facts().failed(failure);
        return failure;
    }

    @Override
    public void dispose() {
        if (this.taken.compareAndSet(false, true)) {
            this.unread.stop();
            this.attempt.call().abandon();
            this.permit.dispose();
            ended(CallOutcome.CANCELLED, null);
        }
    }

}
